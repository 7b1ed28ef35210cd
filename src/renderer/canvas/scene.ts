// Where everything on the bench is at this moment: the layout, what people moved, what the world says, and what is held.
import type { MachineRow, PodRow } from '@/contract/feed/feed.ts';
import type { ClusterStore } from '../stores/cluster/cluster-store.ts';
import type { ViewStore } from '../stores/view/view-store.ts';
import type { Words } from '../locales/words.ts';
import type { Motions } from './animations/motions.ts';
import type { Comets } from './comets.ts';
import {
  card,
  cardRect,
  centre,
  chipGap,
  contains,
  gridFor,
  overlap,
  seatRect,
  union,
  type Point,
  type Rect,
  type SeatGrid,
} from './geometry.ts';
import type { PlaceName } from './gestures/gesture.ts';
import type { Arrangement } from './layouts/layout.ts';
import { layoutNamed } from './layouts/registry.ts';

/** What is under a point. */
export type Hit =
  | { readonly kind: 'machine'; readonly name: string; readonly part: 'handle' | 'header' | 'body' }
  | { readonly kind: 'pod'; readonly slot: number; readonly rect: Rect }
  | { readonly kind: 'place'; readonly place: PlaceName };

const bayInset = 34;
const bayGap = 12;
const bayColumns = 3;
const trayChip = { w: 118, h: 22 } as const;

export class Scene {
  arrangement: Arrangement;
  private machineSet = '';
  private standing = new Map<string, Point>();
  private readonly covered = new Set<string>();
  /** The camera's zoom, for texts that must stay readable. */
  zoom = 1;
  /** A machine or pod in the hand, with the top left corner of where it is held. */
  held: { readonly kind: 'machine' | 'pod'; readonly key: string; at: Point } | undefined;
  /** Where a machine was dropped while the host has not answered yet. */
  readonly expected = new Map<string, PlaceName>();
  hover: Hit | undefined;
  /** The Service under the pointer or selected. */
  lookedAtService = '';
  /** Short motions that are running. */
  motions: Motions | undefined;
  /** Requests on their way, when traffic is drawn. */
  comets: Comets | undefined;
  /** Where Cytoscape has put the user and the Services. */
  named: (hop: string) => Point | undefined = () => undefined;

  constructor(
    readonly cluster: ClusterStore,
    readonly view: ViewStore,
    readonly words: Words,
  ) {
    this.arrangement = layoutNamed('rack').arrange([]);
  }

  /** Lays out again when the set of machines changed, and finds who stands where. */
  update(): void {
    const machines = this.cluster.machines;
    const set = machines.map((row) => `${row.name} ${row.zone} ${row.role}`).join('\n');
    if (set !== this.machineSet) {
      this.machineSet = set;
      this.arrangement = layoutNamed('rack').arrange(machines);
    }
    const standing = new Map<string, Point>();
    const outside: Record<'unplug' | 'powerOff', MachineRow[]> = { unplug: [], powerOff: [] };
    for (const row of machines) {
      const place = this.placeOf(row);
      if (place === 'unplug') outside.unplug.push(row);
      else if (place === 'power-off') outside.powerOff.push(row);
      else standing.set(row.name, this.view.positions[row.name] ?? this.homeOf(row.name));
    }
    for (const bay of ['unplug', 'powerOff'] as const) {
      outside[bay].forEach((row, index) => standing.set(row.name, this.bayPlace(this.arrangement.bays[bay], index, outside[bay].length)));
    }
    this.standing = standing;
    this.findCovered();
  }

  /** Which place a machine is at: by what was just asked for, else by the truth of the world. */
  placeOf(row: MachineRow): PlaceName {
    const expected = this.expected.get(row.name);
    if (expected) return expected;
    return !row.isPowered ? 'power-off' : !row.isConnected ? 'unplug' : 'rack';
  }

  homeOf(name: string): Point {
    return this.arrangement.homes.get(name) ?? { x: 0, y: 0 };
  }

  /** Top left corner of a machine's card now. */
  machineAt(name: string): Point {
    if (this.held?.kind === 'machine' && this.held.key === name) return this.held.at;
    return this.standing.get(name) ?? this.homeOf(name);
  }

  gridOf(slot: number): SeatGrid {
    return gridFor(this.cluster.seats.highWater(slot));
  }

  /** Where a pod is: its seat, or its place in the tray; undefined when the tray has no room to show it. */
  podRect(row: PodRow): Rect | undefined {
    if (this.held?.kind === 'pod' && this.held.key === `${row.namespace}/${row.name}`) return { ...this.held.at, ...this.chipSize(row) };
    return this.podHome(row);
  }

  /** Where a seat of a machine (−1: of the tray) is. */
  seatAt(machine: number, seat: number): Rect | undefined {
    if (machine < 0) return this.traySeat(seat);
    const row = this.cluster.machineAt(machine);
    return row && seatRect(this.machineAt(row.name), this.gridOf(machine), seat);
  }

  /** Where a pod's seat is, whether or not it is held. */
  podHome(row: PodRow): Rect | undefined {
    const seat = this.cluster.seats.seatOf(row.slot);
    if (seat < 0) return undefined;
    return this.seatAt(row.machine, seat);
  }

  private chipSize(row: PodRow): { w: number; h: number } {
    const home = this.podHome(row);
    return { w: home?.w ?? trayChip.w, h: home?.h ?? trayChip.h };
  }

  /** How many pending pods the tray can show. */
  get trayCapacity(): number {
    return this.trayColumns * 2;
  }

  private get trayColumns(): number {
    return Math.max(1, Math.floor((this.arrangement.tray.w - 24 + chipGap) / (trayChip.w + chipGap)));
  }

  traySeat(seat: number): Rect | undefined {
    if (seat >= this.trayCapacity) return undefined;
    const { tray } = this.arrangement;
    const column = seat % this.trayColumns;
    const row = Math.floor(seat / this.trayColumns);
    return { x: tray.x + 12 + column * (trayChip.w + chipGap), y: tray.y + 36 + row * (trayChip.h + chipGap), ...trayChip };
  }

  placeRect(place: PlaceName): Rect {
    const { bays, bin, racks } = this.arrangement;
    if (place === 'unplug') return bays.unplug;
    if (place === 'power-off') return bays.powerOff;
    if (place === 'bin') return bin;
    return union(racks.map((rack) => rack.rect));
  }

  /** Everything that must be seen in "show everything". */
  get bounds(): Rect {
    const { racks, tray, bays, bin, user, services } = this.arrangement;
    const machines = this.cluster.machines.map((row) => cardRect(this.machineAt(row.name)));
    const people = { x: user.x - 50, y: user.y - 60, w: services.x - user.x + 50, h: 120 };
    return union([...racks.map((rack) => rack.rect), tray, bays.unplug, bays.powerOff, bin, people, ...machines]);
  }

  /** What is at a point of the world; the one on top wins. */
  hitAt(at: Point): Hit | undefined {
    const machines = this.cluster.machines;
    for (let i = machines.length - 1; i >= 0; i--) {
      const row = machines[i]!;
      const corner = this.machineAt(row.name);
      if (!contains(cardRect(corner), at)) continue;
      const pod = this.podUnder(row.slot, corner, at);
      if (pod) return pod;
      const part = at.x < corner.x + card.handle + 4 ? 'handle' : at.y < corner.y + card.header ? 'header' : 'body';
      return { kind: 'machine', name: row.name, part };
    }
    const waiting = this.cluster.seats.at(-1);
    for (let seat = 0; seat < Math.min(waiting.length, this.trayCapacity); seat++) {
      const rect = this.traySeat(seat);
      const slot = waiting[seat]!;
      if (slot >= 0 && rect && contains(rect, at)) return { kind: 'pod', slot, rect };
    }
    const place = (['unplug', 'power-off', 'bin'] as const).find((name) => contains(this.placeRect(name), at));
    return place ? { kind: 'place', place } : undefined;
  }

  private podUnder(machine: number, corner: Point, at: Point): Hit | undefined {
    const seats = this.cluster.seats.at(machine);
    const grid = this.gridOf(machine);
    const first = seatRect(corner, grid, 0);
    const column = Math.floor((at.x - first.x) / (first.w + chipGap));
    const pitch = (card.seatsHeight + chipGap) / grid.rows;
    const row = Math.floor((at.y - first.y) / pitch);
    if (column < 0 || column >= grid.columns || row < 0) return undefined;
    const seat = row * grid.columns + column;
    const slot = seats[seat] ?? -1;
    if (slot < 0) return undefined;
    const rect = seatRect(corner, grid, seat);
    return contains(rect, at) ? { kind: 'pod', slot, rect } : undefined;
  }

  /** The card or chip that a subject of an occurrence stands for on the bench, if any. */
  subjectRect(subject: string): Rect | undefined {
    const [kind = '', first = '', second = ''] = subject.split('/');
    if (kind === 'Node' || kind === 'Machine') return this.cluster.machine(first) && cardRect(this.machineAt(first));
    if (kind === 'Lease' && this.cluster.machine(second)) return cardRect(this.machineAt(second));
    if (kind === 'Pod' || kind === 'Container') {
      const entry = this.cluster.pod(`${first}/${second}`);
      return entry && this.podRect(entry.row);
    }
    return undefined;
  }

  /** The point that a hop of a request passes; Services and the user are told by `named`. */
  hopPoint(hop: string, named: (hop: string) => Point | undefined): Point | undefined {
    if (hop.startsWith('machine:')) {
      const name = hop.slice('machine:'.length);
      if (!this.cluster.machine(name)) return undefined;
      const at = this.machineAt(name);
      return { x: at.x, y: at.y + card.header / 2 };
    }
    if (hop.startsWith('pod:')) {
      const entry = this.cluster.pod(hop.slice('pod:'.length));
      const rect = entry && this.podRect(entry.row);
      return rect && centre(rect);
    }
    return named(hop);
  }

  /** Side by side, first inside the bay, then beyond its right edge; a crowd is piled up. */
  private bayPlace(bay: Rect, index: number, count: number): Point {
    const inside = Math.max(1, Math.floor((bay.w - 20) / (card.width + bayGap)));
    const rows = Math.max(1, Math.floor((bay.h - bayInset) / (card.height + bayGap)));
    const columns = Math.max(inside, Math.min(bayColumns, Math.ceil(count / rows)));
    const left = bay.x + Math.max(16, (bay.w - Math.min(inside, count) * (card.width + bayGap) + bayGap) / 2);
    const row = Math.floor(index / columns);
    const step = row < rows ? card.height + bayGap : 14;
    return { x: left + (index % columns) * (card.width + bayGap) + (row < rows ? 0 : row * 6), y: bay.y + bayInset + row * step };
  }

  /** Whether another machine stands on this one, so that its inside cannot be seen. */
  isCovered(name: string): boolean {
    return this.covered.has(name);
  }

  private findCovered(): void {
    this.covered.clear();
    const rows = this.cluster.machines.filter((row) => this.placeOf(row) !== 'rack');
    rows.forEach((row, index) => {
      const rect = cardRect(this.machineAt(row.name));
      if (rows.slice(index + 1).some((other) => overlap(rect, cardRect(this.machineAt(other.name))) > 0)) this.covered.add(row.name);
    });
  }
}
