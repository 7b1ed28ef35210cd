// Puts the network cable back.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'plug-in-machine',
  explain: 'Plugs the network cable back into a machine.',
  isInMenu: true,
  label: 'gesture.plugInMachine',
  done: 'gesture.done.plugInMachine',
  order: 10,
  applies: (thing) => thing.kind === 'machine' && !thing.row.isConnected,
  commands: (thing) => [{ name: 'healFault', parameters: { fault: 'machine-unplugged', target: nameOf(thing) } }],
  kubectl: () => undefined,
  preview: (thing, words) => words('gesture.preview.plugIn', { name: nameOf(thing) }),
};
