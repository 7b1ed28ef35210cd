// NodeResourcesFit: what a pod asks for must be free on the node; among nodes that fit, emptier ones score higher (LeastAllocated).
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { NodeInfo, podAmounts } from '../../cache/node-info.ts';
import { maxNodeScore, type SchedulerPlugin } from '../../framework/framework.ts';

/** Upstream: leastResourceScorer. */
function leastAllocated(requested: number, capacity: number): number {
  return capacity === 0 || requested > capacity
    ? 0
    : Math.trunc(((capacity - requested) * maxNodeScore) / capacity);
}

function insufficient(
  node: NodeInfo,
  amounts: ReturnType<typeof podAmounts>['requested'],
): { reasons: string[]; isUnresolvable: boolean } {
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let isUnresolvable = false;
  const check = (name: string, wanted: number, used: number, capacity: number): void => {
    if (wanted <= 0 || wanted <= capacity - used) return;
    reasons.push(`Insufficient ${name}`);
    if (wanted > capacity) isUnresolvable = true;
  };
  check('cpu', amounts.cpu, requested.cpu, allocatable.cpu);
  check('memory', amounts.memory, requested.memory, allocatable.memory);
  check(
    'ephemeral-storage',
    amounts.ephemeralStorage,
    requested.ephemeralStorage,
    allocatable.ephemeralStorage,
  );
  for (const name of [...amounts.scalars.keys()].sort()) {
    check(
      name,
      amounts.scalars.get(name) ?? 0,
      requested.scalars.get(name) ?? 0,
      allocatable.scalars.get(name) ?? 0,
    );
  }
  return { reasons, isUnresolvable };
}

export const plugin: SchedulerPlugin = {
  name: 'NodeResourcesFit',
  explain: 'A node must have free what the pod requests; emptier nodes are preferred.',
  weight: 1,
  isLocal: true,
  filter(_state, pod, node) {
    const { reasons, isUnresolvable } = insufficient(node, podAmounts(pod).requested);
    if (node.pods.size + 1 > node.allowedPods) reasons.unshift('Too many pods');
    return reasons.length > 0 ? { reasons, isUnresolvable } : undefined;
  },
  score(_state, pod, node) {
    const amounts = podAmounts(pod);
    const cpu = leastAllocated(node.nonZeroCpu + amounts.nonZeroCpu, node.allocatable.cpu);
    const memory = leastAllocated(node.nonZeroMemory + amounts.nonZeroMemory, node.allocatable.memory);
    const counted = (node.allocatable.cpu > 0 ? 1 : 0) + (node.allocatable.memory > 0 ? 1 : 0);
    return counted === 0 ? 0 : Math.trunc((cpu + memory) / counted);
  },
  events: [
    'NodeAdded',
    'NodeAllocatableChanged',
    'AssignedPodDeleted',
    'AssignedPodScaledDown',
    'UnscheduledPodScaledDown',
  ],
  mayHelp(pod, { kind, node, pod: other }) {
    switch (kind) {
      case 'AssignedPodDeleted':
      case 'UnscheduledPodScaledDown':
        return true;
      case 'AssignedPodScaledDown':
        return other !== undefined;
      case 'NodeAdded':
      case 'NodeAllocatableChanged':
        return node !== undefined && couldHold(node.next, pod);
      default:
        return false;
    }
  },
};

/** Whether the node, if it was empty, had what the pod asks for. */
function couldHold(node: Node, pod: Pod): boolean {
  return insufficient(new NodeInfo(node), podAmounts(pod).requested).reasons.length === 0;
}
