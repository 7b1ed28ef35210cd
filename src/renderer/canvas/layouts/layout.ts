// What a layout of the bench is: where everything stands that nobody has moved.
import type { Point, Rect } from '../geometry.ts';

/** What a layout looks at: only what stays, so that nothing moves by itself. */
export interface LaidMachine {
  readonly name: string;
  readonly zone: string;
  readonly role: 'control-plane' | 'worker';
}

export interface Rack {
  readonly zone: string;
  readonly rect: Rect;
  readonly machines: number;
}

/** The bench laid out. */
export interface Arrangement {
  readonly racks: readonly Rack[];
  /** Top left corner of each machine's place, by name. */
  readonly homes: ReadonlyMap<string, Point>;
  readonly tray: Rect;
  readonly bays: { readonly unplug: Rect; readonly powerOff: Rect };
  readonly bin: Rect;
  readonly user: Point;
  /** Where the column of Services begins (its right edge) and the middle of its height. */
  readonly services: Point;
}

export interface LayoutDescriptor {
  readonly name: string;
  readonly explain: string;
  arrange(machines: readonly LaidMachine[]): Arrangement;
}
