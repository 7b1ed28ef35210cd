// What is written when a status changes: what changed and nothing else.
import { expect, test } from 'vitest';
import type { PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import { statusPatch } from './status-patch.ts';

const before: PodStatus = {
  phase: 'Running',
  qosClass: 'BestEffort',
  conditions: [
    { type: 'DisruptionTarget', status: 'True' },
    { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: '2026-01-01T09:00:00Z' },
    { type: 'PodScheduled', status: 'True' },
  ],
  podIPs: [{ ip: '10.244.1.2' }],
};

test('nothing changed', () => {
  expect(statusPatch('u', before, { ...before, podIPs: [{ ip: '10.244.1.2' }] })).toBeUndefined();
});

test('a condition turned, the others are left alone', () => {
  const conditions = before.conditions?.map((one) => (one.type === 'Ready' ? { type: 'Ready', status: 'True' as const, lastTransitionTime: '2026-01-01T09:00:05Z' } : one));
  expect(statusPatch('u', before, { ...before, conditions })).toEqual({
    metadata: { uid: 'u' },
    status: {
      '$setElementOrder/conditions': [{ type: 'DisruptionTarget' }, { type: 'Ready' }, { type: 'PodScheduled' }],
      conditions: [{ type: 'Ready', status: 'True', reason: null, lastTransitionTime: '2026-01-01T09:00:05Z' }],
    },
  });
});

test('a new address takes the place of the old', () => {
  expect(statusPatch('u', before, { ...before, podIPs: [{ ip: '10.244.1.9' }] })).toEqual({
    metadata: { uid: 'u' },
    status: { podIPs: [{ ip: '10.244.1.9' }, { $patch: 'delete', ip: '10.244.1.2' }] },
  });
});
