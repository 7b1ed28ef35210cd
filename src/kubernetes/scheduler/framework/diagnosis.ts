// Why a pod found no node, kept node by node, and in upstream's words. Upstream: framework/types.go (FitError, Diagnosis).
import type { Refusal } from './framework.ts';

/** Why a pod found no node: the refusal of each node, or one for the whole cluster before any node was looked at. */
export interface Diagnosis {
  readonly byNode: ReadonlyMap<string, Refusal>;
  /** Of nodes that were left out from the start. */
  readonly absent?: Refusal;
  readonly preFilter?: Refusal;
  readonly plugins: ReadonlySet<string>;
  readonly nodeCount: number;
  /** What those that try to make room said. */
  readonly postFilter?: string;
}

/** `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu.`, and what came of making room. */
export function diagnosisText({
  byNode,
  absent,
  preFilter,
  nodeCount,
  postFilter,
}: Omit<Diagnosis, 'plugins'>): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const parts = preFilter ? [preFilter.reasons.join(', ')] : countedReasons(byNode, absent, nodeCount);
  const reasons = parts.length > 0 ? ` ${parts.join(', ')}.` : '';
  return `0/${nodeCount} nodes are available:${reasons}${postFilter ? ` ${postFilter}` : ''}`;
}

/** `3 Insufficient cpu` for each reason, sorted as texts. */
function countedReasons(
  byNode: ReadonlyMap<string, Refusal>,
  absent: Refusal | undefined,
  nodeCount: number,
): readonly string[] {
  const counts = new Map<string, number>();
  const count = (reason: string, nodes: number): Map<string, number> =>
    counts.set(reason, (counts.get(reason) ?? 0) + nodes);
  for (const { reasons } of byNode.values()) for (const reason of reasons) count(reason, 1);
  if (byNode.size < nodeCount)
    for (const reason of absent?.reasons ?? []) count(reason, nodeCount - byNode.size);
  return [...counts].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
}
