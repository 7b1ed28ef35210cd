// Puts a machine that stands outside back into the rack: cable in, power on, whichever it lacks.
import type { CommandCall, GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'return-machine',
  explain: 'Puts a machine back into the rack: its cable is plugged in and its power is on again.',
  place: 'rack',
  isInMenu: false,
  label: 'gesture.returnMachine',
  done: 'gesture.done.returnMachine',
  order: 5,
  applies: (thing) => thing.kind === 'machine' && (!thing.row.isConnected || !thing.row.isPowered),
  commands(thing) {
    if (thing.kind !== 'machine') return [];
    const calls: CommandCall[] = [];
    const target = thing.row.name;
    if (!thing.row.isConnected) calls.push({ name: 'healFault', parameters: { fault: 'machine-unplugged', target } });
    if (!thing.row.isPowered) calls.push({ name: 'healFault', parameters: { fault: 'machine-powered-off', target } });
    return calls;
  },
  kubectl: () => undefined,
  preview: (thing, words) =>
    words(thing.kind === 'machine' && !thing.row.isPowered ? 'gesture.preview.powerOn' : 'gesture.preview.plugIn', { name: nameOf(thing) }),
};
