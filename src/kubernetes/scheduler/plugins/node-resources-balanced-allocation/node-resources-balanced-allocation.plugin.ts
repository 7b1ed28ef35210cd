// NodeResourcesBalancedAllocation: prefers nodes whose CPU and memory would be used to about the same share. Upstream: balanced_allocation.go.
import { podAmounts, type NodeInfo } from '../../cache/node-info.ts';
import { maxNodeScore, type SchedulerPlugin } from '../../framework/framework.ts';

/** 100 when both shares are equal, less the further they are apart. */
function balance(node: NodeInfo, cpu: number, memory: number): number {
  const shares: number[] = [];
  if (node.allocatable.cpu > 0) shares.push(Math.min(cpu / node.allocatable.cpu, 1));
  if (node.allocatable.memory > 0) shares.push(Math.min(memory / node.allocatable.memory, 1));
  const [a, b] = shares;
  const deviation = a !== undefined && b !== undefined ? Math.abs((a - b) / 2) : 0;
  return Math.trunc((1 - deviation) * maxNodeScore);
}

export const plugin: SchedulerPlugin = {
  name: 'NodeResourcesBalancedAllocation',
  explain:
    'Prefers nodes where CPU and memory would be used evenly, so that neither runs out while the other idles.',
  weight: 1,
  isLocal: true,
  /** A pod that asks for nothing cannot shift any balance. */
  preScore(_state, pod) {
    const { requested } = podAmounts(pod);
    return requested.cpu === 0 && requested.memory === 0 && requested.scalars.size === 0;
  },
  /** What the pod makes of the balance: 75 when it leaves it as it is, more when it betters it. */
  score(_state, pod, node) {
    const { requested } = podAmounts(pod);
    const { cpu, memory } = node.requested;
    const change = balance(node, cpu + requested.cpu, memory + requested.memory) - balance(node, cpu, memory);
    return maxNodeScore / 2 + Math.trunc((maxNodeScore / 2 + change) / 2);
  },
};
