// What the recorded scenarios do not show: that objects share what they own, the cap on updaters, and objects whose types are deduced.
import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../meta/meta.ts';
import { applyPatch } from './apply-patch.ts';
import { trackUpdate } from './track-update.ts';

interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFieldsEntry[];
  };
  readonly spec?: unknown;
  readonly status?: unknown;
}

const model = 'io.k8s.api.core.v1.Pod';
const time = '2026-01-01T00:00:01Z';
const spec = { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }] }] };
const pod = (name: string): Thing => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, labels: { app: 'web' } },
  spec,
});
const created = (name: string) =>
  trackUpdate({ model, apiVersion: 'v1', live: undefined, next: pod(name), manager: 'controller', time });
const withStatus = (live: Thing, status: unknown, at = time) =>
  trackUpdate({
    model,
    apiVersion: 'v1',
    live,
    next: { ...live, status },
    manager: 'kubelet',
    time: at,
    subresource: 'status',
  });
const fieldsOf = (thing: Thing | undefined, at: number) => thing?.metadata.managedFields?.[at]?.fieldsV1;

describe('objects of one template', () => {
  it('share one managedFields', () => {
    expect(created('a').metadata.managedFields).toBe(created('b').metadata.managedFields);
  });

  it('share what their statuses have in common', () => {
    const status = (ip: string) => ({
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: 'True' }],
    });
    const [a, b] = [withStatus(created('a'), status('10.0.0.1')), withStatus(created('b'), status('10.0.0.2'))];
    const [first, second] = [fieldsOf(a, 1)?.['f:status'], fieldsOf(b, 1)?.['f:status']];
    expect(first?.['f:conditions']).toBe(second?.['f:conditions']);
    expect(Object.keys(second?.['f:podIPs'] ?? {})).toEqual(['.', 'k:{"ip":"10.0.0.2"}']);
  });

  it('stay the same object when nothing changes, and keep their sets when only values do', () => {
    const live = withStatus(created('a'), { phase: 'Pending' });
    expect(trackUpdate({ model, apiVersion: 'v1', live, next: live, manager: 'someone', time })).toBe(live);
    const later = withStatus(live, { phase: 'Running' }, '2026-01-01T00:00:09Z');
    expect([fieldsOf(later, 1) === fieldsOf(live, 1), later.metadata.managedFields?.[1]?.time]).toEqual([
      true,
      '2026-01-01T00:00:09Z',
    ]);
  });
});

it('an object stored without managedFields stays without', () => {
  const next = trackUpdate({
    model,
    apiVersion: 'v1',
    live: pod('a'),
    next: { ...pod('a'), spec: { containers: [] } },
    manager: 'someone',
    time,
  });
  expect(next.metadata).not.toHaveProperty('managedFields');
});

it('past ten updaters the oldest become ancient-changes', () => {
  let live = created('a');
  for (let n = 1; n <= 11; n++) {
    const next = { ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, [`l${n}`]: 'x' } } };
    live = trackUpdate({
      model,
      apiVersion: 'v1',
      live,
      next,
      manager: `m${n}`,
      time: `2026-01-01T00:01:${String(n).padStart(2, '0')}Z`,
    });
  }
  const names = live.metadata.managedFields?.map((entry) => entry.manager);
  expect(names).toEqual(['ancient-changes', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11']);
  expect(live.metadata.managedFields?.[0]?.time).toBe('2026-01-01T00:01:02Z');
});

it('custom resources are owned by member, their lists whole', () => {
  const widget = (over: object): Thing => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    ...over,
  });
  const apply = (live: Thing | undefined, manager: string, over: object) =>
    applyPatch<Thing>({
      model: undefined,
      apiVersion: 'example.com/v1',
      live,
      applied: { ...widget(over) },
      manager,
      force: false,
      time,
    });
  const first = apply(undefined, 'a', { spec: { size: 1, list: [{ name: 'x' }] } });
  const live = 'object' in first ? first.object : undefined;
  const second = apply(live, 'b', { spec: { colour: 'red', list: [{ name: 'y' }] } });
  expect([fieldsOf(live, 0), 'conflicts' in second && second.conflicts]).toEqual([
    { 'f:spec': { '.': {}, 'f:size': {}, 'f:list': {} } },
    [{ manager: '"a"', field: '.spec.list' }],
  ]);
});
