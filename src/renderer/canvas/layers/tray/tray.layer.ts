// The tray above the racks: pods that no machine has taken yet, and how many more there are than it can show.
import { podChip } from '../../chips.ts';
import { faded, type Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

function paint(painter: Painter, scene: Scene): void {
  if (painter.state.pass === 'hand') return;
  const { colours, zoom, state } = painter;
  const r = painter.rect(scene.arrangement.tray);
  if (!painter.isSeen(r)) return;
  const waiting = scene.cluster.seats.at(-1);
  const count = waiting.reduce((sum, slot) => sum + (slot >= 0 ? 1 : 0), 0);
  painter.round({ x: r.x + 0.5, y: r.y + 0.5, w: r.w - 1, h: r.h - 1 }, 10);
  if (count > 0) painter.fill(faded(colours.starting, 0.06));
  painter.stroke(count > 0 ? faded(colours.starting, 0.7) : faded(colours.muted, 0.4), 1, [2, 4]);
  if (r.w < 90 || r.h < 20) return;
  if (count === 0) {
    painter.text(state.words('bench.trayEmpty'), r.x + r.w / 2, r.y + r.h / 2, { colour: colours.muted, align: 'center', width: r.w - 24 });
    return;
  }
  const y = zoom < 0.62 ? r.y - 10 : r.y + 18 * zoom;
  const written = painter.text(state.words('bench.tray'), r.x + Math.max(8, 14 * zoom), y, { size: 13, weight: 600, width: r.w - 20 });
  const hidden = Math.max(0, waiting.length - scene.trayCapacity);
  const note = state.words('bench.pods', { count }) + (hidden > 0 ? `  ${state.words('bench.more', { count: hidden })}` : '');
  if (r.w > written + 120)
    painter.text(note, r.x + Math.max(8, 14 * zoom) + written + 10, y, { colour: colours.muted, width: r.w - written - 40 });
  for (let seat = 0; seat < Math.min(waiting.length, scene.trayCapacity); seat++) {
    const entry = scene.cluster.podAt(waiting[seat]!);
    const rect = scene.traySeat(seat);
    if (entry && rect && scene.held?.key !== `${entry.row.namespace}/${entry.row.name}`) podChip(painter, scene, entry, rect);
  }
}

export const layer: LayerDescriptor = { name: 'tray', explain: 'Pods that wait for a machine.', order: 20, paint };
