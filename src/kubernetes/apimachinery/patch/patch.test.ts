// The three kinds of patches against recorded answers, and the one promise of our own: what a patch leaves alone stays the same object.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelOfKind } from '../schema/schema.ts';
import { jsonPatch, type JsonPatchOperation } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

interface Case {
  readonly name?: string;
  readonly kind?: string;
  readonly doc?: unknown;
  readonly original?: unknown;
  readonly patch: unknown;
  readonly result?: unknown;
  readonly error?: string;
}

const groups = [
  '',
  'apps',
  'networking.k8s.io',
  'admissionregistration.k8s.io',
  'autoscaling',
  'rbac.authorization.k8s.io',
  'discovery.k8s.io',
  'policy',
];
const modelNamed = (kind: string) => {
  for (const group of groups)
    for (const version of ['v2', 'v1']) {
      const model = modelOfKind(group, version, kind);
      if (model !== undefined) return model;
    }
  throw new Error(`no model for ${kind}`);
};
const patchers: Readonly<Record<string, (given: Case) => unknown>> = {
  'apply.json': ({ kind, original, patch }) => strategicMergePatch(modelNamed(kind ?? ''), original, patch),
  'json-merge-patch.json': ({ doc, patch }) => mergePatch(doc, patch),
  'json-patch.json': ({ doc, patch }) => jsonPatch(doc, patch as JsonPatchOperation[]),
};
/** The first words of an error; the rest prints maps in Go's way. */
const opening = (text: string) => text.replace(/^panic: /, '').slice(0, 24);

function outcome(run: () => unknown): { readonly result: unknown } | { readonly error: string } {
  try {
    return { result: run() };
  } catch (error) {
    return { error: opening((error as Error).message) };
  }
}

const folder = join(process.cwd(), '..', 'shared', 'golden', 'strategic-merge-patch');

if (existsSync(folder)) {
  describe('patches as upstream applies them', () => {
    it.each(Object.entries(patchers))('%s', (file, patcher) => {
      const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[];
      const actual = cases.map((given) => ({ name: given.name, patch: given.patch, ...outcome(() => patcher(given)) }));
      const expected = cases.map((given) => ({
        name: given.name,
        patch: given.patch,
        ...(given.error === undefined ? { result: given.result } : { error: opening(given.error) }),
      }));
      expect(actual).toEqual(expected);
    });
  });
} else {
  it.skipIf(process.env.CI !== 'true')('golden cases not found', () => expect.unreachable());
}

describe('patches share what they leave alone', () => {
  const pod = {
    metadata: { labels: { a: '1' } },
    spec: {
      containers: [
        { name: 'a', image: 'x' },
        { name: 'b', image: 'y' },
      ],
    },
    status: { phase: 'Pending' },
  };
  const patch = { spec: { containers: [{ name: 'b', image: 'z' }] } };
  const model = 'io.k8s.api.core.v1.Pod';

  it('in a strategic merge', () => {
    const next = strategicMergePatch(model, pod, patch);
    expect([
      next.status === pod.status,
      next.metadata === pod.metadata,
      next.spec.containers[0] === pod.spec.containers[0],
    ]).toEqual([true, true, true]);
    expect(strategicMergePatch(model, next, patch)).toBe(next);
  });

  it('in a merge', () => {
    const next = mergePatch(pod, { status: { phase: 'Running' } });
    expect([
      next.spec === pod.spec,
      next.status.phase,
      mergePatch(next, { status: { phase: 'Running' } }) === next,
    ]).toEqual([true, 'Running', true]);
  });

  it('in a JSON patch, which never changes its document', () => {
    const next = jsonPatch(pod, [{ op: 'replace', path: '/spec/containers/1/image', value: 'z' }]);
    expect([next.status === pod.status, next.spec.containers[1]?.image, pod.spec.containers[1]?.image]).toEqual([
      true,
      'z',
      'y',
    ]);
  });
});
