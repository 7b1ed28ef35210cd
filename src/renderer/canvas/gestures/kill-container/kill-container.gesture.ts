// Kills the one container of a control-plane pod: how the scheduler is stopped by hand.
import type { GestureDescriptor } from '../gesture.ts';

export const gesture: GestureDescriptor = {
  name: 'kill-container',
  explain: 'Kills the process of a component. Its kubelet starts it again after a while.',
  isInMenu: true,
  label: 'gesture.killContainer',
  done: 'gesture.done.killContainer',
  order: 20,
  isGrave: true,
  applies: (thing) => thing.kind === 'pod' && thing.entry.row.isStatic && thing.entry.row.component !== '',
  commands: (thing) =>
    thing.kind === 'pod'
      ? [
          {
            name: 'injectFault',
            parameters: {
              fault: 'container-killed',
              target: `${thing.entry.row.namespace}/${thing.entry.row.name}/${thing.entry.row.component}`,
            },
          },
        ]
      : [],
  kubectl: () => undefined,
  preview: (thing, words) => words('gesture.preview.kill', { name: thing.kind === 'pod' ? thing.entry.row.component : '' }),
};
