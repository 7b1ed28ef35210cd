// Template hashes: the names of ReplicaSets depend on them.
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import { templateHash } from '@/kubernetes/api/core/v1/pod/template-hash.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { resourceForKind } from '@/kubernetes/api/registry.ts';
import type { CheckResult } from '../format.ts';

export interface HashFile {
  readonly cases: readonly { readonly template: PodTemplateSpec; readonly hash: string }[];
  readonly collisions?: readonly {
    readonly template: PodTemplateSpec;
    readonly sequence: readonly { readonly collisionCount: number | null; readonly hash: string }[];
  }[];
}

/** One result per template and per collision. */
export function checkHashes(file: HashFile, only: string | undefined): readonly CheckResult[] {
  const results = file.cases.map(({ template, hash }, at) => check(`template ${at}`, template, hash, undefined));
  for (const [at, { template, sequence }] of (file.collisions ?? []).entries()) {
    for (const { collisionCount, hash } of sequence) {
      results.push(
        check(`collision ${at} count ${collisionCount ?? 'none'}`, template, hash, collisionCount ?? undefined),
      );
    }
  }
  return results.filter(({ name }) => only === undefined || name.includes(only));
}

function check(
  name: string,
  template: PodTemplateSpec,
  expected: string,
  collisionCount: number | undefined,
): CheckResult {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x' },
    spec: { template },
  } as unknown as Deployment;
  const stored = resourceForKind('apps', 'v1', 'Deployment')?.defaults(deployment) as Deployment;
  const hash = templateHash(stored.spec.template, collisionCount);
  return hash === expected
    ? { name, outcome: 'same', details: [] }
    : { name, outcome: 'different', details: [`expected ${expected}, got ${hash}`] };
}
