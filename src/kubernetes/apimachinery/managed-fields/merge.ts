// Lays an applied value over a live one: maps by member, lists by their items' identities, in an order that respects both.
// Upstream: structured-merge-diff, typed (Merge).
import type { Json } from '@/base/json.ts';
import { itemElement } from './path-element.ts';
import { fitting, memberShape, type ListShape, type MapShape, type Shape } from './shape.ts';

type JsonMap = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

const asMap = (value: unknown): JsonMap | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonMap) : undefined;
const asList = (value: unknown): List | undefined => (Array.isArray(value) ? (value as List) : undefined);
const whole = (live: unknown, applied: unknown) => (applied === undefined ? live : applied);

function mergeMaps(shape: MapShape, live: unknown, applied: unknown): unknown {
  const [before, over] = [asMap(live), asMap(applied)];
  if (shape.isAtomic || (!Object.keys(before ?? {}).length && !Object.keys(over ?? {}).length))
    return whole(live, applied);
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(over ?? {})])) {
    const value = mergeValues(memberShape(shape, key), before?.[key], over?.[key]);
    if (value !== undefined) merged[key] = value;
  }
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** Items of one list with their identities; of those that share one, all are kept and none is merged. */
interface Indexed {
  readonly elements: readonly string[];
  readonly items: ReadonlyMap<string, unknown>;
}

const several: Json = null;

function index(shape: ListShape, list: List | undefined): Indexed {
  const items = new Map<string, unknown>();
  const elements = (list ?? []).map((item) => {
    const element = itemElement(shape, item);
    items.set(element, items.has(element) ? several : item);
    return element;
  });
  return { elements, items };
}

/**
 * The applied items keep their order and the live ones theirs; where the two disagree the applied order wins, and an item that only one
 * of them has stays behind the neighbours it had.
 */
function mergeLists(shape: ListShape, live: unknown, applied: unknown): unknown {
  const [before, over] = [asList(live), asList(applied)];
  if (shape.isAtomic || (!before?.length && !over?.length)) return whole(live, applied);
  const left = index(shape, before);
  const right = index(shape, over);
  const sharedOrder = right.elements.filter((element) => left.items.has(element));
  let nextShared = sharedOrder.shift();
  const placed = new Set<string>();
  const merged: unknown[] = [];
  const take = (leftItem: unknown, rightItem: unknown) => {
    const value = mergeValues(shape.items, leftItem ?? undefined, rightItem);
    if (value !== undefined) merged.push(value);
  };
  const takeRight = (element: string) => {
    placed.add(element);
    take(left.items.get(element), right.items.get(element));
  };
  for (let l = 0, r = 0; l < left.elements.length || r < right.elements.length;) {
    const mine = left.elements[l];
    const theirs = right.elements[r];
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        takeRight(mine);
        l++;
        r++;
        nextShared = sharedOrder.shift();
        continue;
      }
      if (right.items.has(mine) && nextShared !== undefined && nextShared !== mine) {
        l++;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!right.items.has(mine)) {
        take(before?.[l], undefined);
        l++;
        continue;
      }
      if (placed.has(mine)) l++;
    }
    if (theirs !== undefined) {
      takeRight(theirs);
      r++;
      if (nextShared === theirs) nextShared = sharedOrder.shift();
    }
  }
  return merged.length > 0 ? merged : undefined;
}

/** The live value with the applied one laid over it; undefined is absent. Throws ItemError for a list item without identity. */
export function mergeValues(shape: Shape, live: unknown, applied: unknown): unknown {
  const fit = fitting(shape, applied === undefined ? live : applied);
  if (fit.map) return mergeMaps(fit.map, live, applied);
  if (fit.scalar) return whole(live, applied);
  return fit.list ? mergeLists(fit.list, live, applied) : whole(live, applied);
}
