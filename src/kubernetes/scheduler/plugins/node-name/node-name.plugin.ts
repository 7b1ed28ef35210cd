// NodeName: a pod that names its node goes nowhere else.
import { refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

export const plugin: SchedulerPlugin = {
  name: 'NodeName',
  explain: 'A pod whose spec names a node fits on that node alone.',
  weight: 0,
  filter(_state, { spec }, node) {
    return spec.nodeName && spec.nodeName !== node.name ? refuseForGood("node(s) didn't match the requested node name") : undefined;
  },
  mayHelp: (pod, { kind, node }) => kind === 'NodeAdded' && (!pod.spec.nodeName || pod.spec.nodeName === node?.next.metadata.name),
};
