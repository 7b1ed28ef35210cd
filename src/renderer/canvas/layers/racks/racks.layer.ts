// Zones as racks: a frame with a name, and an outline where a machine has been taken out.
import { cardRect } from '../../geometry.ts';
import { faded, type Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

/** Below this zoom the head of a rack has no room for a line; its name stands below. */
const smallestHeaderZoom = 0.5;

function paint(painter: Painter, scene: Scene): void {
  if (painter.state.pass === 'hand') return;
  const { colours, zoom } = painter;
  for (const rack of scene.arrangement.racks) {
    const r = painter.rect(rack.rect);
    if (!painter.isSeen(r)) continue;
    painter.round(r, 10 * Math.min(1, zoom + 0.3));
    painter.fill(colours.rack);
    painter.stroke(colours.hairline);
    if (r.w < 60) continue;
    const zone = rack.zone === '' ? painter.state.words('bench.rack') : rack.zone;
    if (zoom < smallestHeaderZoom) {
      painter.text(zone, r.x + r.w / 2, r.y + r.h + 12, { weight: 600, align: 'center', colour: colours.muted, width: r.w });
      continue;
    }
    const y = r.y + Math.max(11, 18 * zoom);
    const left = r.x + Math.max(10, 18 * zoom);
    const written = painter.text(zone, left, y, { size: 13, weight: 600, width: r.w - 24 });
    const count = painter.state.words('bench.machines', { count: rack.machines });
    if (r.w > written + 130) painter.text(count, left + written + 10, y, { colour: colours.muted });
  }
  for (const row of scene.cluster.machines) {
    const home = scene.homeOf(row.name);
    const at = scene.machineAt(row.name);
    if (at.x === home.x && at.y === home.y) continue;
    const r = painter.rect(cardRect(home));
    if (!painter.isSeen(r)) continue;
    painter.round({ x: r.x + 0.5, y: r.y + 0.5, w: r.w - 1, h: r.h - 1 }, 6);
    painter.stroke(faded(colours.muted, 0.5), 1, [4, 4]);
    if (r.w > 90)
      painter.text(row.name, r.x + r.w / 2, r.y + r.h / 2, { colour: colours.muted, align: 'center', isMono: true, width: r.w - 16 });
  }
}

export const layer: LayerDescriptor = { name: 'racks', explain: 'Zones as racks.', order: 10, paint };
