// What changed of a node or a pod, in the words that plugins wait for. Upstream: framework/events.go.
import { equalJson } from '@/base/json.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { podAmounts } from './cache/node-info.ts';
import type { ClusterEvent, ClusterEventKind } from './framework/framework.ts';

/** What changed of a node that may matter to a waiting pod. */
export function nodeEvents(next: Node, previous: Node): readonly ClusterEvent[] {
  const kinds: ClusterEventKind[] = [];
  if (!equalJson(next.status?.allocatable, previous.status?.allocatable))
    kinds.push('NodeAllocatableChanged');
  if (!equalJson(next.metadata.labels, previous.metadata.labels)) kinds.push('NodeLabelChanged');
  const isCordonChanged = (next.spec.unschedulable ?? false) !== (previous.spec.unschedulable ?? false);
  if (isCordonChanged || !equalJson(next.spec.taints, previous.spec.taints)) kinds.push('NodeTaintChanged');
  const node = { next, previous };
  return kinds.map((kind) => ({ kind, node }));
}

/** What changed of a pod that has a node. */
export function placedPodEvents(pod: Pod, previousPod: Pod): readonly ClusterEvent[] {
  const kinds: ClusterEventKind[] = [];
  if (!equalJson(pod.metadata.labels, previousPod.metadata.labels)) kinds.push('AssignedPodLabelChanged');
  if (asksLess(pod, previousPod)) kinds.push('AssignedPodScaledDown');
  return kinds.map((kind) => ({ kind, pod, previousPod }));
}

/** What changed of a pod that waits for one. */
export function waitingPodEvents(pod: Pod, previousPod: Pod): readonly ClusterEvent[] {
  const kinds: ClusterEventKind[] = [];
  if (!equalJson(pod.metadata.labels, previousPod.metadata.labels)) kinds.push('UnscheduledPodLabelChanged');
  if (!equalJson(pod.spec.tolerations, previousPod.spec.tolerations))
    kinds.push('UnscheduledPodTolerationChanged');
  if (asksLess(pod, previousPod)) kinds.push('UnscheduledPodScaledDown');
  if (!pod.spec.schedulingGates?.length && previousPod.spec.schedulingGates?.length)
    kinds.push('UnscheduledPodGatesGone');
  return kinds.map((kind) => ({ kind, pod, previousPod }));
}

function asksLess(pod: Pod, previous: Pod): boolean {
  const [now, before] = [podAmounts(pod), podAmounts(previous)];
  if (now === before) return false;
  const { requested } = now;
  const isLess = requested.cpu < before.requested.cpu || requested.memory < before.requested.memory;
  return (
    isLess ||
    [...before.requested.scalars].some(([name, amount]) => (requested.scalars.get(name) ?? 0) < amount)
  );
}
