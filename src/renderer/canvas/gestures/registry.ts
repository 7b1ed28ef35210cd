// All gestures, found by folder.
import { collect } from '@/base/registry.ts';
import type { GestureDescriptor, PlaceName, Thing } from './gesture.ts';

export const gestures: readonly GestureDescriptor[] = collect<GestureDescriptor>(
  import.meta.glob<Record<string, unknown>>('./*/*.gesture.ts', { eager: true }),
  'gesture',
);

/** What the menu of `thing` offers now, in order. */
export function menuOf(thing: Thing): readonly GestureDescriptor[] {
  return gestures.filter((gesture) => gesture.isInMenu && gesture.applies(thing)).sort((a, b) => a.order - b.order);
}

/** What dropping `thing` at `place` does, if anything. */
export function dropAt(thing: Thing, place: PlaceName): GestureDescriptor | undefined {
  return gestures.find((gesture) => gesture.place === place && gesture.applies(thing));
}
