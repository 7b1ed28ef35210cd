// The cause as a thread: the chain under the pointer in the event log lights up on the bench, in order.
import { motion } from '../../../theme/tokens.ts';
import { centre, type Point } from '../../geometry.ts';
import type { Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

let litSince = { chain: [] as readonly unknown[], wall: 0 };

/** Whether links are still to be lit: then another frame is wanted. */
export function isThreading(scene: Scene, wall: number): boolean {
  return scene.view.litSubjects.length > 0 && wall - litSince.wall < (scene.view.litSubjects.length + 1) * motion.link;
}

function paint(painter: Painter, scene: Scene): void {
  const chain = scene.view.litSubjects;
  if (painter.state.pass === 'hand' || chain.length === 0) return;
  if (litSince.chain !== chain) litSince = { chain, wall: painter.state.wall };
  const shown = scene.view.isMotionReduced ? chain.length : Math.floor((painter.state.wall - litSince.wall) / motion.link) + 1;
  const { g, colours } = painter;
  let last: Point | undefined;
  for (const subjects of chain.slice(0, shown)) {
    const world = subjects.map((subject) => scene.subjectRect(subject)).find((rect) => rect !== undefined);
    if (!world) continue;
    const r = painter.rect(world);
    painter.round({ x: r.x - 3, y: r.y - 3, w: r.w + 6, h: r.h + 6 }, 8);
    painter.stroke(colours.text, 2);
    const at = centre(r);
    if (last && (last.x !== at.x || last.y !== at.y)) {
      g.beginPath();
      g.moveTo(last.x, last.y);
      g.quadraticCurveTo((last.x + at.x) / 2, Math.min(last.y, at.y) - 40, at.x, at.y);
      painter.stroke(colours.text, 1.5, [2, 4]);
    }
    last = at;
  }
}

export const layer: LayerDescriptor = { name: 'cause-thread', explain: 'What led to what.', order: 60, isMoving: true, paint };
