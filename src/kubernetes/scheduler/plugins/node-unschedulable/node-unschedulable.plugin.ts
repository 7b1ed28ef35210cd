// NodeUnschedulable: cordoned nodes take only pods that tolerate it. The smallest plugin: the template for others.
import { toleratesAny } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import { refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const plugin: SchedulerPlugin = {
  name: 'NodeUnschedulable',
  explain: 'Keeps pods off nodes that are marked unschedulable (cordoned), unless they tolerate that.',
  weight: 0,
  filter(_state, pod, { node }) {
    if (!node.spec.unschedulable || toleratesAny(pod.spec.tolerations, taint)) return undefined;
    return refuseForGood('node(s) were unschedulable');
  },
  mayHelp: (_pod, { kind, node }) => (kind === 'NodeAdded' || kind === 'NodeTaintChanged') && node?.next.spec.unschedulable !== true,
};
