// A pod has left its seat: its outline fades. It is never flown to where its replacement comes up.
import { motion } from '../../../theme/tokens.ts';
import { faded } from '../../painter.ts';
import type { AnimationDescriptor } from '../animation.ts';

export const animation: AnimationDescriptor = {
  name: 'pod-left',
  explain: 'A pod left its seat.',
  durationMilliseconds: motion.long,
  starts: (scene, { left }) => left.flatMap(({ machine, seat }) => (seat < 0 ? [] : (scene.seatAt(machine, seat) ?? []))),
  paint(painter, r, part) {
    const into = part * Math.min(r.h, 10) * 0.5;
    painter.round({ x: r.x + into, y: r.y + into, w: Math.max(1, r.w - 2 * into), h: Math.max(1, r.h - 2 * into) }, 3);
    painter.stroke(faded(painter.colours.leaving, 1 - part), 1.25);
  },
};
