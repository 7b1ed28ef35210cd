// Zones as racks side by side, machines in rows; the tray above, the user and the Services at the left, the two drop places at the right.
import { card, type Point, type Rect } from '../../geometry.ts';
import type { Arrangement, LaidMachine, LayoutDescriptor, Rack } from '../layout.ts';

const gap = 20;
const rackPadding = 18;
const rackHeader = 36;
const rackGap = 36;
const aside = 44;
const trayHeight = 96;
const leftWidth = 380;
/** A bench is looked at through a window that is wider than high. */
const frame = { w: 1400, h: 800 };
const smallestBay = { w: card.width + 40, h: card.height + 88 };

const rackWidth = (columns: number): number => columns * card.width + (columns - 1) * gap + 2 * rackPadding;
const rackHeight = (rows: number): number => rackHeader + rows * card.height + (rows - 1) * gap + rackPadding;

/** Machines by zone, zones by name; in a zone the control plane first, then by name. */
function byZone(machines: readonly LaidMachine[]): readonly (readonly [string, readonly LaidMachine[]])[] {
  const zones = new Map<string, LaidMachine[]>();
  for (const machine of machines) {
    const list = zones.get(machine.zone);
    if (list) list.push(machine);
    else zones.set(machine.zone, [machine]);
  }
  const rank = (machine: LaidMachine): string => `${machine.role === 'control-plane' ? 0 : 1}${sortable(machine.name)}`;
  return [...zones]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([zone, list]) => [zone, list.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))] as const);
}

/** Numbers padded, so that worker-10 comes after worker-9. */
function sortable(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(8, '0'));
}

/** How many rows of machines show them largest in the frame. */
function bestRows(counts: readonly number[]): number {
  let best = { rows: 1, zoom: 0 };
  for (let rows = 1; rows <= Math.max(1, ...counts); rows++) {
    const racks = counts.reduce((sum, count) => sum + rackWidth(Math.ceil(count / rows)) + rackGap, -rackGap);
    const width = leftWidth + racks + aside + bayWidth(racks);
    const height = Math.max(rackHeight(rows), 2 * smallestBay.h + gap) + trayHeight + aside;
    const zoom = Math.min(frame.w / width, frame.h / height);
    if (zoom > best.zoom + 1e-9) best = { rows, zoom };
  }
  return best.rows;
}

const bayWidth = (racks: number): number => Math.max(smallestBay.w, Math.round(racks * 0.1));

function arrange(machines: readonly LaidMachine[]): Arrangement {
  const zones = byZone(machines);
  const rows = bestRows(zones.map(([, list]) => list.length));
  const tallest = Math.max(1, ...zones.map(([, list]) => Math.min(rows, list.length)));
  const height = rackHeight(tallest);
  const homes = new Map<string, Point>();
  const racks: Rack[] = [];
  let x = 0;
  for (const [zone, list] of zones) {
    const columns = Math.max(1, Math.ceil(list.length / rows));
    list.forEach((machine, index) => {
      homes.set(machine.name, {
        x: x + rackPadding + (index % columns) * (card.width + gap),
        y: rackHeader + Math.floor(index / columns) * (card.height + gap),
      });
    });
    const rect: Rect = { x, y: 0, w: rackWidth(columns), h: height };
    racks.push({ zone, rect, machines: list.length });
    x += rect.w + rackGap;
  }
  const width = Math.max(rackWidth(1), x - rackGap);
  const bayHeight = Math.max(smallestBay.h, (height - gap) / 2);
  const bay = (index: number): Rect => ({ x: width + aside, y: index * (bayHeight + gap), w: bayWidth(width), h: bayHeight });
  const trayTop = -(trayHeight + gap);
  return {
    racks,
    homes,
    tray: { x: 0, y: trayTop, w: width, h: trayHeight },
    bays: { unplug: bay(0), powerOff: bay(1) },
    bin: { x: width + aside, y: trayTop, w: bayWidth(width), h: trayHeight },
    user: { x: -leftWidth + 30, y: height / 2 },
    services: { x: -aside - 10, y: height / 2 },
  };
}

export const layout: LayoutDescriptor = {
  name: 'rack',
  explain: 'Every zone is a rack; machines keep their places in it.',
  arrange,
};
