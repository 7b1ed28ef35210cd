// Pulls a machine's network cable: it runs on, unheard.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

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
  preview(thing, words, facts) {
    const notice = facts.span(facts.noticeSeconds * 1e6);
    if (facts.isControlPlane) return words('gesture.preview.unplugControlPlane', { name: nameOf(thing) });
    if (facts.pods === 0) return words('gesture.preview.unplugNoPods', { name: nameOf(thing), notice });
    return words('gesture.preview.unplug', {
      name: nameOf(thing),
      kept: words('gesture.preview.kept', { count: facts.pods }),
      notice,
      replaced: facts.replaced === 0 ? words('gesture.preview.none') : words('gesture.preview.replaced', { count: facts.replaced }),
      replace: facts.span(facts.evictSeconds * 1e6),
    });
  },
};
