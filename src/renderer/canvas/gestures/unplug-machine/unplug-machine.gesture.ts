// Pulls a machine's network cable: it runs on, unheard.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';
import { machineLossWords } from '../machine-loss-words.ts';

export const gesture: GestureDescriptor = {
  name: 'unplug-machine',
  explain: 'Pulls the network cable out of a machine. It keeps its power, and its containers run on.',
  place: 'unplug',
  isInMenu: true,
  label: 'gesture.unplugMachine',
  done: 'gesture.done.unplugMachine',
  order: 10,
  isGrave: true,
  applies: (thing) => thing.kind === 'machine' && thing.row.isConnected && thing.row.isPowered,
  commands: (thing) => [{ name: 'injectFault', parameters: { fault: 'machine-unplugged', target: nameOf(thing) } }],
  undo: (thing) => [{ name: 'healFault', parameters: { fault: 'machine-unplugged', target: nameOf(thing) } }],
  kubectl: () => undefined,
  ask: (thing) => ({ fault: 'machine-unplugged', target: nameOf(thing) }),
  preview: (thing, words, facts) =>
    machineLossWords(nameOf(thing), words, facts, {
      controlPlane: 'gesture.preview.unplugControlPlane',
      noPods: 'gesture.preview.unplugNoPods',
      noneReplaced: 'gesture.preview.unplugNoneReplaced',
      replaced: 'gesture.preview.unplug',
      pods: 'gesture.preview.kept',
    }),
};
