// Closes a node to new pods.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'cordon-node',
  explain: 'Marks the node unschedulable: no new pod is placed on it.',
  isInMenu: true,
  label: 'gesture.cordonNode',
  done: 'gesture.done.cordonNode',
  order: 30,
  applies: (thing) => thing.kind === 'machine' && thing.row.ready !== '' && !thing.row.isCordoned,
  commands: (thing) => [{ name: 'cordonNode', parameters: { name: nameOf(thing) } }],
  undo: (thing) => [{ name: 'uncordonNode', parameters: { name: nameOf(thing) } }],
  kubectl: (thing) => `kubectl cordon ${nameOf(thing)}`,
  preview: (thing, words) => words('gesture.preview.cordon', { name: nameOf(thing) }),
};
