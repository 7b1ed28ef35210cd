// Victims of a scale-down, by the one thing in which two pods differ.
import { expect, it } from 'vitest';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { podsToDelete } from './pod-ranking.ts';

const now = parseRfc3339('2026-01-02T00:00:00Z') as Instant;

interface Traits {
  readonly node?: string;
  readonly phase?: string;
  readonly readySince?: string;
  readonly cost?: string;
  readonly restarts?: number;
  readonly uid?: string;
}

const pod = (name: string, traits: Traits): Pod => {
  const { node = 'n1', phase = 'Running', readySince, cost, restarts = 0, uid = name } = traits;
  const ready = { type: 'Ready', status: readySince ? 'True' : 'False', lastTransitionTime: readySince };
  const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid, creationTimestamp: '2026-01-01T00:00:00Z', annotations },
    spec: { nodeName: node, containers: [] },
    status: { phase, conditions: [ready], containerStatuses: [{ restartCount: restarts }] },
  } as unknown as Pod;
};

const old = '2026-01-01T00:00:00Z';
const young = '2026-01-01T23:59:00Z';

it.each<[string, Traits, Traits]>([
  ['without a node', { node: '' }, {}],
  ['pending', { phase: 'Pending' }, {}],
  ['not ready, whatever it costs', { cost: '100' }, { readySince: old }],
  ['cheaper to delete', { readySince: old, cost: '-1' }, { readySince: young }],
  ['ready for a shorter time', { readySince: young }, { readySince: old }],
  [
    'of the lower uid when about as old',
    { readySince: '2026-01-01T00:00:00Z', uid: 'a' },
    { readySince: '2026-01-01T00:10:00Z', uid: 'b' },
  ],
  ['restarted more often', { restarts: 3 }, { restarts: 1 }],
])('deletes the one %s first', (_, victim, other) => {
  const pods = [pod('other', other), pod('victim', victim)];
  expect(podsToDelete(pods, [], 1, now).map((one) => one.metadata.name)).toEqual(['victim']);
});

it('deletes first where pods of the same owner crowd', () => {
  const [a, b, c] = [pod('a', { node: 'n1' }), pod('b', { node: 'n2' }), pod('c', { node: 'n2' })];
  expect(podsToDelete([a, b], [a, b, c], 1, now)).toEqual([b]);
});
