// The mirror: what frames do to it, and whom it tells.
import { autorun } from 'mobx';
import { expect, test } from 'vitest';
import { frame, fullFrame, hello, machine, occurrence, pod, podState } from '../../testing/feed.ts';
import { ClusterStore } from './cluster-store.ts';

function filled(): ClusterStore {
  const cluster = new ClusterStore();
  cluster.apply([hello, fullFrame()], 0);
  return cluster;
}

test('a snapshot fills the mirror and counts pods by look', () => {
  const cluster = filled();
  expect({
    machines: cluster.machines.map((row) => row.name),
    pods: cluster.podCount,
    failing: cluster.counts.failing,
    services: cluster.services.length,
  }).toEqual({
    machines: ['control-plane', 'worker-1', 'worker-2'],
    pods: 2,
    failing: 1,
    services: 1,
  });
});

test('counters follow every change of state and every removal', () => {
  const cluster = filled();
  cluster.apply([frame({ podStates: [podState(2, { look: 'ready' })] }), frame({ removedPods: [1] })], 0);
  expect([cluster.podCount, cluster.counts.ready, cluster.counts.failing]).toEqual([1, 1, 0]);
});

test('a slot that is used again belongs to the new pod alone', () => {
  const cluster = filled();
  cluster.apply(
    [
      frame({
        removedPods: [1],
        pods: [pod(1, { name: 'other', uid: 'uid-other', machine: -1 })],
        podStates: [podState(1, { look: 'pending' })],
      }),
    ],
    0,
  );
  expect([cluster.pod('default/web-1'), cluster.pod('default/other')?.row.machine, cluster.counts.pending]).toEqual([undefined, -1, 1]);
});

test('an observer of one pod is told of that pod alone', () => {
  const cluster = filled();
  const seen: string[] = [];
  const stop = autorun(() => seen.push(cluster.pod('default/web-1')?.state.status ?? 'gone'));
  cluster.apply([frame({ podStates: [podState(2, { status: 'Error' })] })], 0);
  cluster.apply([frame({ podStates: [podState(1, { status: 'Terminating' })] })], 0);
  cluster.apply([frame({ removedPods: [1] })], 0);
  stop();
  expect(seen).toEqual(['Running', 'Terminating', 'gone']);
});

test('one batch is one change, however many frames it holds', () => {
  const cluster = filled();
  let runs = 0;
  const stop = autorun(() => {
    runs += cluster.machines.length > 0 ? 1 : 0;
  });
  cluster.apply([frame({ machines: [machine(1, { isCordoned: true })] }), frame({ machines: [machine(2, { isPowered: false })] })], 0);
  stop();
  expect(runs).toBe(2);
});

test('the log chains back to its beginning and does not keep what came twice', () => {
  const cluster = filled();
  cluster.apply([frame({ occurrences: [occurrence(5), occurrence(6, { cause: 5 })] })], 0);
  expect(cluster.logbook.chain(6).map((line) => line.id)).toEqual([6, 5, 3, 2, 1]);
});

test('virtual now runs on between frames, and stands while the clock is paused', () => {
  const cluster = new ClusterStore();
  cluster.apply([frame({ time: 1_000_000, speed: 60 })], 100);
  const running = cluster.now(110);
  cluster.apply([frame({ time: 1_000_000, isPaused: true })], 100);
  expect([running, cluster.now(500)]).toEqual([1_600_000, 1_000_000]);
});
