// Shapes on the bench, in world units (one CSS pixel at zoom 1), and the arithmetic of cards and seats.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The anatomy of a machine's card: handle at the left, header, bars, seats. It never changes size, so nothing on the bench is pushed. */
export const card = {
  width: 272,
  height: 244,
  handle: 14,
  header: 46,
  bars: 30,
  seatsTop: 82,
  seatsHeight: 152,
  padding: 10,
} as const;

export const chipGap = 4;

/** How many seats a card shows: the first grid that holds all. */
const grids: readonly (readonly [columns: number, rows: number])[] = [
  [2, 6],
  [3, 8],
  [6, 8],
  [8, 14],
  [12, 20],
  [20, 40],
];

export interface SeatGrid {
  readonly columns: number;
  readonly rows: number;
}

/** The seat grid of a card that has had `highWater` seats taken at one time. */
export function gridFor(highWater: number): SeatGrid {
  const [columns, rows] = grids.find(([c, r]) => c * r >= highWater) ?? grids[grids.length - 1]!;
  return { columns, rows };
}

/** Where seat number `seat` is on a card at `at`. */
export function seatRect(at: Point, grid: SeatGrid, seat: number): Rect {
  const left = at.x + card.handle + card.padding;
  const width = card.width - card.handle - 2 * card.padding;
  const w = (width - chipGap * (grid.columns - 1)) / grid.columns;
  const pitch = (card.seatsHeight + chipGap) / grid.rows;
  const column = seat % grid.columns;
  const row = Math.floor(seat / grid.columns);
  const gap = Math.min(chipGap, pitch * 0.2);
  return { x: left + column * (w + chipGap), y: at.y + card.seatsTop + row * pitch, w, h: pitch - gap };
}

export const cardRect = (at: Point): Rect => ({ x: at.x, y: at.y, w: card.width, h: card.height });

export function contains(rect: Rect, at: Point): boolean {
  return at.x >= rect.x && at.x < rect.x + rect.w && at.y >= rect.y && at.y < rect.y + rect.h;
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
}

export function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

export function union(rects: readonly Rect[]): Rect {
  if (rects.length === 0) return { x: 0, y: 0, w: 0, h: 0 };
  const x = Math.min(...rects.map((r) => r.x));
  const y = Math.min(...rects.map((r) => r.y));
  return { x, y, w: Math.max(...rects.map((r) => r.x + r.w)) - x, h: Math.max(...rects.map((r) => r.y + r.h)) - y };
}

/** `web-7887…8wqrs`: shortened in the middle to `length` characters, keeping the hash's beginning and the tail. */
export function middleEllipsis(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length <= 2) return text.slice(-Math.max(length, 0));
  const tail = Math.min(5, Math.max(1, Math.floor((length - 1) / 2)));
  return `${text.slice(0, length - 1 - tail)}…${text.slice(-tail)}`;
}
