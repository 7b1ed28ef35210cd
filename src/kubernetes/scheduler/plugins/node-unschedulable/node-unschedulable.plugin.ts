// NodeUnschedulable: cordoned nodes take only pods that tolerate it. The smallest plugin: the template for others.
import { toleratesAny } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import { refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const refusal = refuseForGood('node(s) were unschedulable');
const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const plugin: SchedulerPlugin = {
  name: 'NodeUnschedulable',
  explain: 'Keeps pods off nodes that are marked unschedulable (cordoned), unless they tolerate that.',
  weight: 0,
  isLocal: true,
  filter(_state, pod, { node }) {
    if (!node.spec.unschedulable || toleratesAny(pod.spec.tolerations, taint)) return undefined;
    return refusal;
  },
  events: ['NodeAdded', 'NodeTaintChanged', 'UnscheduledPodTolerationChanged'],
  mayHelp(pod, { kind, node }) {
    if (kind === 'UnscheduledPodTolerationChanged') return toleratesAny(pod.spec.tolerations, taint);
    if (kind !== 'NodeAdded' && kind !== 'NodeTaintChanged') return false;
    return !node?.next.spec.unschedulable || toleratesAny(pod.spec.tolerations, taint);
  },
};
