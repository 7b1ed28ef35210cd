// TaintToleration: a node's NoSchedule and NoExecute taints keep off what does not tolerate them; PreferNoSchedule ones cost points.
import { findUntoleratedTaint, toleratesAny } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import { defaultNormalize, refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const refusal = refuseForGood('node(s) had untolerated taint(s)');

export const plugin: SchedulerPlugin = {
  name: 'TaintToleration',
  explain: 'Nodes repel pods by taints; a pod goes there only when it tolerates them.',
  weight: 3,
  isLocal: true,
  filter(_state, pod, { node }) {
    return findUntoleratedTaint(node.spec.taints, pod.spec.tolerations) ? refusal : undefined;
  },
  score(_state, pod, { node }) {
    const tolerations = pod.spec.tolerations?.filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    let untolerated = 0;
    for (const taint of node.spec.taints ?? [])
      if (taint.effect === 'PreferNoSchedule' && !toleratesAny(tolerations, taint)) untolerated++;
    return untolerated;
  },
  normalize: (_state, _pod, scores) => defaultNormalize(scores, true),
  events: ['NodeAdded', 'NodeTaintChanged', 'UnscheduledPodTolerationChanged'],
  mayHelp(pod, { kind, node }) {
    if (kind === 'UnscheduledPodTolerationChanged') return true;
    return (
      (kind === 'NodeAdded' || kind === 'NodeTaintChanged') &&
      !findUntoleratedTaint(node?.next.spec.taints, pod.spec.tolerations)
    );
  },
};
