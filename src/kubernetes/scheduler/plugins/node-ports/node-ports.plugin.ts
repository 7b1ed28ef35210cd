// NodePorts: a host port can be given once on a node.
import { podAmounts, portsConflict } from '../../cache/node-info.ts';
import { refuse, type SchedulerPlugin } from '../../framework/framework.ts';

export const plugin: SchedulerPlugin = {
  name: 'NodePorts',
  explain: 'Two pods that want the same port of the machine cannot share it.',
  weight: 0,
  preFilter: (_state, pod) => (podAmounts(pod).hostPorts.length > 0 ? { kind: 'ok' } : { kind: 'skip' }),
  filter(_state, pod, node) {
    const wanted = podAmounts(pod).hostPorts;
    for (const other of node.pods.values()) {
      for (const taken of podAmounts(other).hostPorts) {
        if (wanted.some((port) => portsConflict(port, taken))) return refuse("node(s) didn't have free ports for the requested pod ports");
      }
    }
    return undefined;
  },
  mayHelp: (_pod, { kind }) => kind === 'NodeAdded' || kind === 'AssignedPodDeleted',
};
