// NodeName: a pod that names its node goes nowhere else.
import { refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const refusal = refuseForGood("node(s) didn't match the requested node name");

export const plugin: SchedulerPlugin = {
  name: 'NodeName',
  explain: 'A pod whose spec names a node fits on that node alone.',
  weight: 0,
  isLocal: true,
  filter(_state, { spec }, node) {
    return spec.nodeName && spec.nodeName !== node.name ? refusal : undefined;
  },
  events: ['NodeAdded'],
  mayHelp: (pod, { node }) => !pod.spec.nodeName || pod.spec.nodeName === node?.next.metadata.name,
};
