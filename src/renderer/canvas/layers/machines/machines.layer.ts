// The machines: body, handle, name, the three lights (Kubernetes' belief, cable, power), three bars, barrier tape when cordoned.
import type { MachineRow } from '@/contract/feed/feed.ts';
import { coresText, machineWords, memoryPair } from '../../../locales/state-words.ts';
import { card, cardRect, type Rect } from '../../geometry.ts';
import { crest, helm, jack, power, ring, strike } from '../../glyphs.ts';
import { faded, type Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

function paint(painter: Painter, scene: Scene): void {
  for (const row of scene.cluster.machines) {
    const isHeld = scene.held?.kind === 'machine' && scene.held.key === row.name;
    if (isHeld !== (painter.state.pass === 'hand')) continue;
    const r = painter.rect(cardRect(scene.machineAt(row.name)));
    if (!painter.isSeen(r)) continue;
    if (painter.zoom < farZoom && !isHeld) paintFar(painter, scene, row, r);
    else paintMachine(painter, scene, row, r, isHeld);
  }
}

/** Below this zoom a machine is a plate with an edge: no round corners, no text. */
const farZoom = 0.24;

function paintFar(painter: Painter, scene: Scene, row: MachineRow, r: Rect): void {
  const { g, colours } = painter;
  g.fillStyle = colours.machine;
  g.fillRect(r.x, r.y, r.w, r.h);
  const isWell = row.isPowered && row.isConnected && row.ready === 'True';
  const { tone } = machineWords(row, painter.state.words);
  g.fillStyle = isWell ? (row.isCordoned ? colours.starting : colours.seat) : colours[tone === 'muted' ? 'leaving' : tone];
  g.fillRect(r.x, r.y, Math.max(2, card.handle * painter.zoom), r.h);
  const { selection } = scene.view;
  if (selection?.kind !== 'machine' || selection.key !== row.name) return;
  g.strokeStyle = colours.accent;
  g.lineWidth = 2;
  g.strokeRect(r.x - 1, r.y - 1, r.w + 2, r.h + 2);
}

function paintMachine(painter: Painter, scene: Scene, row: MachineRow, r: Rect, isHeld: boolean): void {
  const { g, colours, zoom } = painter;
  if (isHeld) {
    g.shadowColor = colours.shadow;
    g.shadowBlur = 28;
    g.shadowOffsetY = 10;
  }
  painter.round({ x: r.x + 0.5, y: r.y + 0.5, w: r.w - 1, h: r.h - 1 }, Math.max(2, 7 * zoom));
  painter.fill(colours.machine);
  g.shadowColor = 'transparent';
  g.shadowBlur = g.shadowOffsetY = 0;
  const isHovered = scene.hover?.kind === 'machine' && scene.hover.name === row.name;
  painter.stroke(isHovered ? faded(colours.text, 0.5) : colours.hairline);
  const { selection } = scene.view;
  if (selection?.kind === 'machine' && selection.key === row.name) {
    painter.round({ x: r.x - 2, y: r.y - 2, w: r.w + 4, h: r.h + 4 }, Math.max(3, 9 * zoom));
    painter.stroke(colours.accent, 2);
  }
  paintHandle(painter, row, r, isHovered && scene.hover?.kind === 'machine' && scene.hover.part === 'handle');
  if (zoom >= 0.24) paintHeader(painter, scene, row, r);
  if (zoom >= 0.4 && !isSaidInBars(row, painter)) paintBars(painter, row, r);
  if (zoom >= 0.3) paintSeats(painter, scene, row, r);
  if (!row.isPowered) {
    painter.round(r, Math.max(2, 7 * zoom));
    painter.fill(faded(colours.bench, 0.38));
  }
}

/** The edge to take hold of; from afar it also tells how the machine is. */
function paintHandle(painter: Painter, row: MachineRow, r: Rect, isHot: boolean): void {
  const { g, colours, zoom } = painter;
  const width = Math.max(3, card.handle * zoom);
  const state = machineWords(row, painter.state.words);
  g.save();
  painter.round(r, Math.max(2, 7 * zoom));
  g.clip();
  const isWell = row.isPowered && row.isConnected && row.ready === 'True';
  g.fillStyle = isWell ? faded(colours.muted, isHot ? 0.34 : 0.16) : faded(colours[state.tone === 'muted' ? 'leaving' : state.tone], 0.85);
  g.fillRect(r.x, r.y, width, r.h);
  if (row.isCordoned && isWell) {
    g.strokeStyle = colours.starting;
    g.lineWidth = Math.max(1, 3 * zoom);
    g.beginPath();
    for (let y = r.y - width; y < r.y + r.h; y += Math.max(4, 9 * zoom)) {
      g.moveTo(r.x, y + width);
      g.lineTo(r.x + width, y);
    }
    g.stroke();
  }
  g.restore();
  if (zoom < 0.45) return;
  g.fillStyle = isWell ? faded(colours.muted, isHot ? 1 : 0.7) : colours.machine;
  const dot = Math.max(1, 1.4 * zoom);
  for (let i = -2; i <= 2; i++) {
    for (const side of [-1, 1]) {
      g.beginPath();
      g.arc(r.x + width / 2 + side * 2.4 * zoom, r.y + r.h / 2 + i * 7 * zoom, dot, 0, Math.PI * 2);
      g.fill();
    }
  }
}

function paintHeader(painter: Painter, scene: Scene, row: MachineRow, r: Rect): void {
  const { colours, zoom, g, state } = painter;
  const words = machineWords(row, state.words);
  const isTwoLined = zoom >= 0.72;
  const lights = paintLights(painter, scene, row, r, isTwoLined);
  let left = r.x + (card.handle + card.padding) * zoom;
  const y = r.y + (isTwoLined ? 16 : card.header / 2) * zoom;
  if (row.role === 'control-plane') {
    const radius = Math.min(7, Math.max(4, 6 * zoom));
    g.fillStyle = colours.muted;
    crest(g, left + radius, y, radius);
    left += radius * 2 + 5;
  }
  const size = Math.min(20, Math.max(12, Math.round(14 * zoom)));
  if (lights - left > 30) painter.text(row.name, left, y, { size, weight: 650, width: lights - left - 6 });
  if (!isTwoLined && !isSaidInBars(row, painter)) return;
  const tone = words.tone === 'ready' || words.tone === 'muted' ? colours.muted : colours[words.tone];
  const role = state.words(row.role === 'control-plane' ? 'role.controlPlane' : 'role.worker');
  const line =
    words.belief === ''
      ? row.ready === 'True'
        ? `${role} · ${words.text}`
        : words.text
      : `${words.text} · ${state.words(row.ready === 'True' ? 'machine.apiReady' : 'machine.apiNotReady')}`;
  const start = r.x + (card.handle + card.padding) * zoom;
  painter.text(line, start, r.y + (isTwoLined ? 34 : card.header + 14) * zoom, {
    size: Math.min(15, Math.max(12, Math.round(12 * zoom))),
    colour: tone,
    width: r.x + r.w - start - 8,
  });
}

/** Where the head has one line only, trouble is told in words in the place of the bars. */
function isSaidInBars(row: MachineRow, painter: Painter): boolean {
  const isTroubled = !row.isPowered || !row.isConnected || row.ready !== 'True';
  return isTroubled && painter.zoom < 0.72 && painter.zoom >= 0.45;
}

/** Three lights from the right: power, cable, and what Kubernetes believes. Returns where they begin. */
function paintLights(painter: Painter, scene: Scene, row: MachineRow, r: Rect, isTwoLined: boolean): number {
  const { g, colours, zoom } = painter;
  const radius = Math.min(9, Math.max(4.5, 6.5 * zoom));
  const step = radius * 2 + Math.max(5, 9 * zoom);
  const y = r.y + (isTwoLined ? 16 : card.header / 2) * zoom;
  let x = r.x + r.w - Math.max(8, 10 * zoom) - radius;
  const isFar = zoom < 0.5;
  const light = (glyph: typeof helm, colour: string, isStruck: boolean): void => {
    if (isFar && !isStruck && !(glyph === helm && machineDeadline(scene, row.name, painter.state.now))) return;
    g.strokeStyle = g.fillStyle = colour;
    g.lineWidth = Math.max(1.2, 1.4 * zoom);
    glyph(g, x, y, radius);
    if (isStruck) {
      g.strokeStyle = colours.machine;
      g.lineWidth = 3;
      strike(g, x, y, radius);
      g.strokeStyle = colour;
      g.lineWidth = Math.max(1.2, 1.5 * zoom);
      strike(g, x, y, radius);
    }
  };
  light(power, row.isPowered ? colours.ready : colours.muted, !row.isPowered);
  x -= isFar && row.isPowered ? 0 : step;
  light(jack, !row.isPowered ? colours.muted : row.isConnected ? colours.ready : colours.failed, !row.isConnected);
  x -= isFar && row.isConnected ? 0 : step + 4;
  const belief = row.ready === 'True' ? colours.ready : row.ready === '' ? colours.muted : colours.starting;
  light(helm, belief, row.ready !== 'True');
  paintMachineRing(painter, scene, row, x, y, radius + 3.5);
  return isFar && row.ready === 'True' ? x + radius : x - radius - 8;
}

/** The ring of what Kubernetes waits for with this machine; a lease that is renewed in time is no news and draws none. */
function paintMachineRing(painter: Painter, scene: Scene, row: MachineRow, x: number, y: number, radius: number): void {
  const { g, colours, state } = painter;
  const deadline = machineDeadline(scene, row.name, state.now);
  if (!deadline) return;
  const left = (deadline.due - state.now) / Math.max(1, deadline.due - deadline.start);
  g.lineWidth = 2;
  g.strokeStyle = colours.seat;
  ring(g, x, y, radius, 1);
  g.strokeStyle = colours.starting;
  ring(g, x, y, radius, left);
}

const quietShare = 0.7;

/** What a machine's ring stands for: its first deadline that is news. */
export function machineDeadline(scene: Scene, name: string, now: number): ReturnType<Scene['cluster']['deadlinesOf']>[number] | undefined {
  return [...scene.cluster.deadlinesOf(`Node/${name}`), ...scene.cluster.deadlinesOf(`Lease/kube-node-lease/${name}`)].find((deadline) => {
    const left = (deadline.due - now) / Math.max(1, deadline.due - deadline.start);
    return left > 0 && (left < quietShare || (deadline.kind !== 'lease' && deadline.kind !== 'grace'));
  });
}

function paintBars(painter: Painter, row: MachineRow, r: Rect): void {
  const { zoom, colours, g, state } = painter;
  const { bars } = row;
  const left = r.x + (card.handle + card.padding) * zoom;
  const width = r.w - (card.handle + 2 * card.padding) * zoom;
  const gap = 10 * zoom;
  const each = (width - 2 * gap) / 3;
  const top = r.y + card.header * zoom;
  const all = [
    {
      name: state.words('machine.cpu'),
      used: bars.cpuUsed,
      requested: bars.cpuRequested,
      all: bars.cpuAllocatable,
      text: (part: number, whole: number) => `${coresText(part)}/${coresText(whole)}`,
    },
    {
      name: state.words('machine.memory'),
      used: bars.memoryUsed,
      requested: bars.memoryRequested,
      all: bars.memoryAllocatable,
      text: memoryPair,
    },
    {
      name: state.words('machine.pods'),
      used: bars.pods,
      requested: bars.pods,
      all: bars.podsAllocatable,
      text: (part: number, whole: number) => `${part}/${whole}`,
    },
  ];
  all.forEach((bar, index) => {
    const x = Math.round(left + index * (each + gap));
    const share = (value: number): number => (bar.all > 0 ? Math.min(1, value / bar.all) * each : 0);
    const hasText = zoom >= 0.85;
    const y = Math.round(top + (hasText ? 19 : 8) * zoom);
    const height = Math.max(3, Math.round(4 * zoom));
    if (hasText) {
      const size = Math.min(14, Math.max(12, Math.round(12 * zoom)));
      const written = painter.text(bar.name, x, top + 8 * zoom, { size, colour: colours.muted });
      const style = { size, align: 'right', isMono: true } as const;
      const whole = bar.text(bar.requested, bar.all);
      const short = bar.all > 0 ? `${Math.round((bar.requested / bar.all) * 100)}%` : '';
      const value = painter.width(whole, style) <= each - written - 4 ? whole : short;
      painter.text(value, x + each, top + 8 * zoom, style);
    }
    g.fillStyle = colours.seat;
    g.fillRect(x, y, each, height);
    g.fillStyle = faded(colours.muted, 0.6);
    g.fillRect(x, y, share(bar.requested), height);
    g.fillStyle = colours.text;
    g.fillRect(x, y, share(bar.used), height);
  });
}

/** Free seats as faint outlines, so that room can be seen; barrier tape over them when cordoned. */
function paintSeats(painter: Painter, scene: Scene, row: MachineRow, r: Rect): void {
  const { g, colours, zoom } = painter;
  const left = r.x + (card.handle + card.padding) * zoom;
  const width = r.w - (card.handle + 2 * card.padding) * zoom;
  const top = r.y + card.seatsTop * zoom;
  const height = card.seatsHeight * zoom;
  const grid = scene.gridOf(row.slot);
  const taken = scene.cluster.seats.at(row.slot);
  const cell = width / grid.columns;
  const pitch = height / grid.rows;
  g.fillStyle = faded(colours.muted, 0.28);
  for (let seat = 0; seat < grid.columns * grid.rows; seat++) {
    if ((taken[seat] ?? -1) >= 0) continue;
    const x = left + (seat % grid.columns) * cell;
    const y = top + Math.floor(seat / grid.columns) * pitch;
    g.fillRect(Math.round(x + cell / 2 - 1), Math.round(y + pitch / 2 - 1), 2, 2);
  }
  if (!row.isCordoned) return;
  const rows = Math.ceil(taken.length / grid.columns);
  const free = { x: left, y: top + rows * pitch, w: width, h: height - rows * pitch };
  if (free.h < 8) return;
  const tape = Math.min(14, Math.max(6, 12 * zoom));
  g.save();
  g.beginPath();
  g.rect(free.x, free.y + free.h / 2 - tape / 2, free.w, tape);
  g.clip();
  g.fillStyle = faded(colours.starting, 0.75);
  for (let x = free.x - tape; x < free.x + free.w; x += tape * 1.6) {
    g.beginPath();
    g.moveTo(x, free.y + free.h / 2 + tape / 2);
    g.lineTo(x + tape, free.y + free.h / 2 - tape / 2);
    g.lineTo(x + tape * 1.8, free.y + free.h / 2 - tape / 2);
    g.lineTo(x + tape * 0.8, free.y + free.h / 2 + tape / 2);
    g.fill();
  }
  g.restore();
}

export const layer: LayerDescriptor = { name: 'machines', explain: 'Machines with their lights, bars and seats.', order: 30, paint };
