// The world broke or was healed: the machine that it happened to is framed for a moment, so that the eye goes there first.
import { faded } from '../../painter.ts';
import type { AnimationDescriptor } from '../animation.ts';

export const animation: AnimationDescriptor = {
  name: 'fault-struck',
  explain: 'Something happened to a machine.',
  durationMilliseconds: 700,
  starts: (scene, { occurrences }) =>
    occurrences.filter((line) => line.kind === 'fault').flatMap((line) => (line.subjects[0] && scene.subjectRect(line.subjects[0])) || []),
  paint(painter, r, part) {
    const out = 3 + part * 12;
    painter.round({ x: r.x - out, y: r.y - out, w: r.w + 2 * out, h: r.h + 2 * out }, 8 + out);
    painter.stroke(faded(painter.colours.failed, 1 - part), 2);
  },
};
