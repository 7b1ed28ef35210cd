// The pods in their seats: chips with names when there is room, textures when not, one bar per machine from far away.
import { podLooks } from '@/contract/feed/feed.ts';
import type { MachineRow } from '@/contract/feed/feed.ts';
import { lookColour } from '../../../theme/tokens.ts';
import { ChipTexture, podChip, signHeight } from '../../chips.ts';
import { card, cardRect, chipGap, seatRect, type Rect } from '../../geometry.ts';
import type { Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

/** Below this pitch in pixels a pod is no longer a thing of its own. */
const barPitch = 1.6;

function paint(painter: Painter, scene: Scene): void {
  const texture = new ChipTexture();
  for (const row of scene.cluster.machines) {
    const isHeld = scene.held?.kind === 'machine' && scene.held.key === row.name;
    if (isHeld !== (painter.state.pass === 'hand') || (!isHeld && scene.isCovered(row.name))) continue;
    if (!painter.isSeen(painter.rect(cardRect(scene.machineAt(row.name))))) continue;
    const grid = scene.gridOf(row.slot);
    const pitch = ((card.seatsHeight + chipGap) / grid.rows) * painter.zoom;
    if (pitch < barPitch) paintBar(painter, scene, row);
    else if (pitch >= signHeight + 2) paintChips(painter, scene, row);
    else paintTexture(painter, scene, row, texture);
  }
  texture.paint(painter);
  const { held } = scene;
  if (painter.state.pass === 'hand' && held?.kind === 'pod') {
    const entry = scene.cluster.pod(held.key);
    const rect = entry && scene.podRect(entry.row);
    if (!entry || !rect) return;
    const { g, colours } = painter;
    const r = painter.rect(rect);
    g.shadowColor = colours.shadow;
    g.shadowBlur = 16;
    painter.round(r, 4);
    painter.fill(colours.raised);
    g.shadowColor = 'transparent';
    podChip(painter, scene, entry, rect);
  }
}

function paintChips(painter: Painter, scene: Scene, row: MachineRow): void {
  const seats = scene.cluster.seats.at(row.slot);
  const grid = scene.gridOf(row.slot);
  const at = scene.machineAt(row.name);
  for (let seat = 0; seat < seats.length; seat++) {
    const entry = scene.cluster.podAt(seats[seat]!);
    if (!entry || scene.held?.key === `${entry.row.namespace}/${entry.row.name}`) continue;
    podChip(painter, scene, entry, seatRect(at, grid, seat));
  }
}

function paintTexture(painter: Painter, scene: Scene, row: MachineRow, texture: ChipTexture): void {
  const seats = scene.cluster.seats.at(row.slot);
  const grid = scene.gridOf(row.slot);
  const { zoom, pan } = painter.state.camera;
  const first = seatRect(scene.machineAt(row.name), grid, 0);
  const pitchX = (first.w + chipGap) * zoom;
  const pitchY = ((card.seatsHeight + chipGap) / grid.rows) * zoom;
  const x = first.x * zoom + pan.x;
  const y = first.y * zoom + pan.y;
  const w = Math.max(1, Math.round(first.w * zoom));
  const h = Math.max(1, Math.round(first.h * zoom));
  for (let seat = 0; seat < seats.length; seat++) {
    const slot = seats[seat]!;
    const entry = slot >= 0 ? scene.cluster.podAt(slot) : undefined;
    if (!entry) continue;
    texture.add(
      scene.cluster.lookOf(entry),
      Math.round(x + (seat % grid.columns) * pitchX),
      Math.round(y + Math.floor(seat / grid.columns) * pitchY),
      w,
      h,
    );
  }
}

/** All pods of a machine as one bar, split by look. */
function paintBar(painter: Painter, scene: Scene, row: MachineRow): void {
  const seats = scene.cluster.seats.at(row.slot);
  if (seats.length === 0) return;
  const counts = new Map<string, number>();
  for (const slot of seats) {
    const entry = slot >= 0 ? scene.cluster.podAt(slot) : undefined;
    const look = entry && scene.cluster.lookOf(entry);
    if (look) counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  const at = scene.machineAt(row.name);
  const world: Rect = { x: at.x + card.handle, y: at.y + card.seatsTop, w: card.width - card.handle - card.padding, h: card.seatsHeight };
  const r = painter.rect(world);
  const grid = scene.gridOf(row.slot);
  const full = grid.columns * grid.rows;
  let y = r.y;
  for (const look of podLooks) {
    const height = ((counts.get(look) ?? 0) / full) * r.h;
    if (height === 0) continue;
    painter.g.fillStyle = painter.colours[lookColour[look]];
    painter.g.fillRect(r.x, y, Math.max(1, r.w), Math.max(0.5, height));
    y += height;
  }
}

export const layer: LayerDescriptor = { name: 'pods', explain: 'Pods in their seats.', order: 40, paint };
