// Cuts a machine's power: everything on it stops at once.
import type { GestureDescriptor } from '../gesture.ts';
import { nameOf } from '../gesture.ts';

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
  preview(thing, words, facts) {
    const notice = facts.span(facts.noticeSeconds * 1e6);
    if (facts.isControlPlane) return words('gesture.preview.powerOffControlPlane', { name: nameOf(thing) });
    if (facts.pods === 0) return words('gesture.preview.powerOffNoPods', { name: nameOf(thing), notice });
    return words('gesture.preview.powerOff', {
      name: nameOf(thing),
      stopped: words('gesture.preview.stopped', { count: facts.pods }),
      notice,
      replaced: facts.replaced === 0 ? words('gesture.preview.none') : words('gesture.preview.replaced', { count: facts.replaced }),
      replace: facts.span(facts.evictSeconds * 1e6),
    });
  },
};
