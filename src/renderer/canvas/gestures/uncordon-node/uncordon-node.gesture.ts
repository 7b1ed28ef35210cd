// Opens a cordoned node again.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'uncordon-node',
  explain: 'Marks the node schedulable again.',
  isInMenu: true,
  label: 'gesture.uncordonNode',
  done: 'gesture.done.uncordonNode',
  order: 30,
  applies: (thing) => thing.kind === 'machine' && thing.row.isCordoned,
  commands: (thing) => [{ name: 'uncordonNode', parameters: { name: nameOf(thing) } }],
  undo: (thing) => [{ name: 'cordonNode', parameters: { name: nameOf(thing) } }],
  kubectl: (thing) => `kubectl uncordon ${nameOf(thing)}`,
  preview: (thing, words) => words('gesture.preview.uncordon', { name: nameOf(thing) }),
};
