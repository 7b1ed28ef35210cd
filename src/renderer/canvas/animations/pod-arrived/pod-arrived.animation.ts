// A pod has taken a seat: a frame closes in on it.
import { motion } from '../../../theme/tokens.ts';
import { faded } from '../../painter.ts';
import type { AnimationDescriptor } from '../animation.ts';

export const animation: AnimationDescriptor = {
  name: 'pod-arrived',
  explain: 'A pod took its seat.',
  durationMilliseconds: motion.long,
  starts: (scene, { seated }) =>
    seated.flatMap((slot) => {
      const entry = scene.cluster.podAt(slot);
      return (entry && scene.podRect(entry.row)) ?? [];
    }),
  paint(painter, r, part) {
    const out = (1 - part) ** 2 * 14;
    painter.round({ x: r.x - out, y: r.y - out, w: r.w + 2 * out, h: r.h + 2 * out }, 4 + out / 2);
    painter.stroke(faded(painter.colours.text, part), 1.5);
  },
};
