// NodeAffinity: nodeSelector and required node affinity must match; preferred terms give points.
import { matchesRequiredNodeAffinity, NodeAffinityError, preferredNodeScore } from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { defaultNormalize, refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const mismatch = "node(s) didn't match Pod's node affinity/selector";

/** A term that is not understood matches no node. */
function matches(pod: Pod, node: Node): boolean {
  try {
    return matchesRequiredNodeAffinity(pod.spec, node);
  } catch (error) {
    if (error instanceof NodeAffinityError) return false;
    throw error;
  }
}

export const plugin: SchedulerPlugin = {
  name: 'NodeAffinity',
  explain: 'A pod may ask for nodes with certain labels, or prefer them.',
  weight: 2,
  preFilter: (_state, { spec }) =>
    spec.nodeSelector || spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ? { kind: 'ok' } : { kind: 'skip' },
  filter: (_state, pod, { node }) => (matches(pod, node) ? undefined : refuseForGood(mismatch)),
  preScore: (_state, { spec }) => !spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length,
  score: (_state, { spec }, { node }) => preferredNodeScore(spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [], node),
  normalize: (_state, _pod, scores) => defaultNormalize(scores, false),
  mayHelp: (pod, { kind, node }) => (kind === 'NodeAdded' || kind === 'NodeLabelChanged') && node !== undefined && matches(pod, node.next),
};
