// NodePorts: a host port can be given once on a node.
import { podAmounts, portsConflict } from '../../cache/node-info.ts';
import { refuse, type SchedulerPlugin } from '../../framework/framework.ts';

const refusal = refuse("node(s) didn't have free ports for the requested pod ports");

export const plugin: SchedulerPlugin = {
  name: 'NodePorts',
  explain: 'Two pods that want the same port of the machine cannot share it.',
  weight: 0,
  isLocal: true,
  preFilter: (_state, pod) => (podAmounts(pod).hostPorts.length > 0 ? { kind: 'ok' } : { kind: 'skip' }),
  filter: (_state, pod, node) => (node.hasConflict(podAmounts(pod).hostPorts) ? refusal : undefined),
  events: ['NodeAdded', 'AssignedPodDeleted'],
  mayHelp(pod, { kind, pod: other }) {
    if (kind === 'NodeAdded') return true;
    const wanted = podAmounts(pod).hostPorts;
    return (
      kind === 'AssignedPodDeleted' &&
      other !== undefined &&
      podAmounts(other).hostPorts.some((taken) => wanted.some((port) => portsConflict(port, taken)))
    );
  },
};
