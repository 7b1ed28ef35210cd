// Drops a pod into the bin.
import type { GestureDescriptor, Thing } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

const graceMicros = 30e6;

function whatFollows(thing: Thing): 'static' | 'bare' | 'replaced' {
  if (thing.kind !== 'pod') return 'bare';
  if (thing.entry.row.isStatic) return 'static';
  return thing.entry.row.workload === '' || thing.entry.row.workload.startsWith('Pod/') ? 'bare' : 'replaced';
}

export const gesture: GestureDescriptor = {
  name: 'delete-pod',
  explain: 'Asks Kubernetes to delete a pod, as kubectl delete does.',
  place: 'bin',
  isInMenu: true,
  label: 'gesture.deletePod',
  done: 'gesture.done.deletePod',
  order: 10,
  isGrave: true,
  applies: (thing) => thing.kind === 'pod' && thing.entry.state.look !== 'ghost',
  commands: (thing) =>
    thing.kind === 'pod'
      ? [{ name: 'deleteObject', parameters: { resource: 'pods', namespace: thing.entry.row.namespace, name: thing.entry.row.name } }]
      : [],
  kubectl: (thing) => (thing.kind === 'pod' ? `kubectl delete pod ${thing.entry.row.name} -n ${thing.entry.row.namespace}` : undefined),
  preview(thing, words, facts) {
    const follows = whatFollows(thing);
    const after =
      follows === 'static'
        ? words('gesture.preview.deleteStatic')
        : follows === 'bare'
          ? words('gesture.preview.deleteBare')
          : words('gesture.preview.deleteReplaced', { workload: thing.kind === 'pod' ? thing.entry.row.workload : '' });
    return words('gesture.preview.deletePod', { name: nameOf(thing), grace: facts.span(graceMicros), after });
  },
};
