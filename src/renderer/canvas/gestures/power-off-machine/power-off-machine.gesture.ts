// Cuts a machine's power: everything on it stops at once.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';
import { machineLossWords } from '../machine-loss-words.ts';

export const gesture: GestureDescriptor = {
  name: 'power-off-machine',
  explain: 'Cuts the power of a machine. All its processes are gone at once; its disk keeps what was written.',
  place: 'power-off',
  isInMenu: true,
  label: 'gesture.powerOffMachine',
  done: 'gesture.done.powerOffMachine',
  order: 20,
  isGrave: true,
  applies: (thing) => thing.kind === 'machine' && thing.row.isPowered,
  commands: (thing) => [{ name: 'injectFault', parameters: { fault: 'machine-powered-off', target: nameOf(thing) } }],
  undo: (thing) => [{ name: 'healFault', parameters: { fault: 'machine-powered-off', target: nameOf(thing) } }],
  kubectl: () => undefined,
  ask: (thing) => ({ fault: 'machine-powered-off', target: nameOf(thing) }),
  preview: (thing, words, facts) =>
    machineLossWords(nameOf(thing), words, facts, {
      controlPlane: 'gesture.preview.powerOffControlPlane',
      noPods: 'gesture.preview.powerOffNoPods',
      noneReplaced: 'gesture.preview.powerOffNoneReplaced',
      replaced: 'gesture.preview.powerOff',
      pods: 'gesture.preview.stopped',
    }),
};
