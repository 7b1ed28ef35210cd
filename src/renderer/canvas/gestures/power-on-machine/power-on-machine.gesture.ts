// Gives a machine its power back.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'power-on-machine',
  explain: 'Switches a machine on; it boots and its kubelet joins again.',
  isInMenu: true,
  label: 'gesture.powerOnMachine',
  done: 'gesture.done.powerOnMachine',
  order: 20,
  applies: (thing) => thing.kind === 'machine' && !thing.row.isPowered,
  commands: (thing) => [{ name: 'healFault', parameters: { fault: 'machine-powered-off', target: nameOf(thing) } }],
  kubectl: () => undefined,
  preview: (thing, words) => words('gesture.preview.powerOn', { name: nameOf(thing) }),
};
