// What changed between two versions of an object, as three sets of field paths. Upstream: structured-merge-diff, typed (Compare).
import { equalJson } from '@/base/json.ts';
import type { FieldsV1 } from '../meta/meta.ts';
import { leaf, node, type FieldSet } from './field-set.ts';
import { itemElementIfAny } from './path-element.ts';
import { fitting, memberShape, type ListShape, type MapShape, type Shape } from './shape.ts';

/** Sets of the paths that are new, gone, or have another value. */
export interface Comparison {
  readonly added: FieldSet;
  readonly removed: FieldSet;
  readonly modified: FieldSet;
}

type JsonMap = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

const same: Comparison = { added: undefined, removed: undefined, modified: undefined };
const onlyAdded: Comparison = { ...same, added: leaf };
const onlyRemoved: Comparison = { ...same, removed: leaf };
const onlyModified: Comparison = { ...same, modified: leaf };

/** Gathers the comparisons of the parts of one value. */
class Parts {
  private added: Record<string, FieldsV1> | undefined;
  private removed: Record<string, FieldsV1> | undefined;
  private modified: Record<string, FieldsV1> | undefined;

  add(element: string, part: Comparison): void {
    if (part === same) return;
    if (part.added) (this.added ??= {})[element] = part.added;
    if (part.removed) (this.removed ??= {})[element] = part.removed;
    if (part.modified) (this.modified ??= {})[element] = part.modified;
  }

  /** The comparison of the whole, which is new when `left` is absent and gone when `right` is. */
  whole(left: unknown, right: unknown): Comparison {
    const added = node(left === undefined, this.added);
    const removed = node(right === undefined, this.removed);
    const modified = node(false, this.modified);
    return added || removed || modified ? { added, removed, modified } : same;
  }
}

function asLeaf(left: unknown, right: unknown): Comparison {
  if (left === undefined) return onlyAdded;
  if (right === undefined) return onlyRemoved;
  return equalJson(left, right) ? same : onlyModified;
}

const asMap = (value: unknown): JsonMap | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonMap) : undefined;
const asList = (value: unknown): List | undefined => (Array.isArray(value) ? (value as List) : undefined);

function isEmptyMap(map: JsonMap | undefined): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}

function compareMaps(shape: MapShape, left: unknown, right: unknown): Comparison {
  const [before, after] = [asMap(left), asMap(right)];
  if (shape.isAtomic || (isEmptyMap(before) && isEmptyMap(after))) return asLeaf(left, right);
  const parts = new Parts();
  for (const key in before) {
    if (before[key] === undefined || before[key] === after?.[key]) continue;
    parts.add(`f:${key}`, compareValues(memberShape(shape, key), before[key], after?.[key]));
  }
  for (const key in after) {
    if (after[key] === undefined || before?.[key] !== undefined) continue;
    parts.add(`f:${key}`, compareValues(memberShape(shape, key), undefined, after[key]));
  }
  return parts.whole(left, right);
}

/** Items by their identity; those that share one stand together. */
function byIdentity(shape: ListShape, list: List | undefined): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of list ?? []) {
    const element = itemElementIfAny(shape, item);
    if (element === undefined) continue;
    const sameOnes = items.get(element);
    if (sameOnes) sameOnes.push(item);
    else items.set(element, [item]);
  }
  return items;
}

const shortList = 12;

/** Whether both lists have the same items in the same places, each once: the usual case of an update, found without any texts. */
function areParallel({ keys }: ListShape, left: List, right: List): boolean {
  if (left.length !== right.length || left.length > shortList || keys.length === 0) return false;
  const isSame = (a: unknown, b: unknown) => {
    const [one, other] = [asMap(a), asMap(b)];
    return (
      one !== undefined && other !== undefined && keys.every((key) => one[key] !== undefined && one[key] === other[key])
    );
  };
  for (let at = 0; at < left.length; at++) {
    if (!isSame(left[at], right[at])) return false;
    for (let before = 0; before < at; before++) if (isSame(left[before], left[at])) return false;
  }
  return true;
}

function compareParallel(shape: ListShape, left: List, right: List): Comparison {
  const parts = new Parts();
  for (let at = 0; at < left.length; at++) {
    const part = compareValues(shape.items, left[at], right[at]);
    if (part !== same) parts.add(itemElementIfAny(shape, left[at]) ?? '', part);
  }
  return parts.whole(left, right);
}

/** Items of one identity: one on each side as usual; several of them are owned as one value, without what is in them. */
function compareItems(shape: ListShape, left: List, right: List): Comparison {
  if (left.length <= 1 && right.length <= 1) return compareValues(shape.items, left[0], right[0]);
  if (left.length >= 2 && right.length >= 2) return equalJson(left, right) ? same : onlyModified;
  const wereSeveral = left.length >= 2;
  const single = wereSeveral ? right[0] : left[0];
  const part =
    single === undefined
      ? same
      : wereSeveral
        ? compareValues(shape.items, undefined, single)
        : compareValues(shape.items, single, undefined);
  return wereSeveral ? { ...part, removed: leaf } : { ...part, added: leaf };
}

function compareLists(shape: ListShape, left: unknown, right: unknown): Comparison {
  const [before, after] = [asList(left), asList(right)];
  if (shape.isAtomic || (!before?.length && !after?.length)) return asLeaf(left, right);
  if (before && after && areParallel(shape, before, after)) return compareParallel(shape, before, after);
  const [leftItems, rightItems] = [byIdentity(shape, before), byIdentity(shape, after)];
  const parts = new Parts();
  for (const [element, items] of leftItems)
    parts.add(element, compareItems(shape, items, rightItems.get(element) ?? []));
  for (const [element, items] of rightItems)
    if (!leftItems.has(element)) parts.add(element, compareItems(shape, [], items));
  return parts.whole(left, right);
}

function compareAs(shape: Shape, left: unknown, right: unknown): Comparison {
  if (shape.map) return compareMaps(shape.map, left, right);
  if (shape.scalar) return asLeaf(left, right);
  return shape.list ? compareLists(shape.list, left, right) : asLeaf(left, right);
}

const kindOf = (shape: Shape) => (shape.map ? 'map' : shape.scalar ? 'scalar' : 'list');

/** Compares two values of one shape; undefined is absent. */
export function compareValues(shape: Shape, left: unknown, right: unknown): Comparison {
  if (left === right) return same;
  const [before, after] = [fitting(shape, left), fitting(shape, right)];
  if (right === undefined) return compareAs(before, left, right);
  if (left === undefined || kindOf(before) === kindOf(after)) return compareAs(after, left, right);
  return onlyModified;
}

interface Remembered {
  readonly shape: Shape;
  readonly left: unknown;
  readonly right: unknown;
  readonly comparison: Comparison;
}

/** The last comparisons of values that objects share. */
const recent: Remembered[] = [];
const recentComparisons = 64;
let oldest = 0;

/** {@link compareValues} for values that many objects share, as those of one template share their spec when they are created. */
function compareShared(shape: Shape, left: unknown, right: unknown): Comparison {
  if (left === right) return same;
  if (right === null || typeof right !== 'object') return compareValues(shape, left, right);
  for (const known of recent)
    if (known.right === right && known.left === left && known.shape === shape) return known.comparison;
  const comparison = compareValues(shape, left, right);
  recent[oldest] = { shape, left, right, comparison };
  oldest = (oldest + 1) % recentComparisons;
  return comparison;
}

/**
 * Compares two objects, without what nobody owns (kind, name, uid, managedFields …) and without the top-level members named in
 * `ignored`. Members, and those of metadata, are compared as shared values.
 */
export function compareObjects(shape: Shape, left: JsonMap, right: JsonMap, ignored: ReadonlySet<string>): Comparison {
  const { map } = shape;
  if (!map) return compareValues(shape, left, right);
  const parts = new Parts();
  const member = (key: string) => {
    if (key === 'apiVersion' || key === 'kind' || ignored.has(key)) return;
    const inner = memberShape(map, key);
    const isMetadata = key === 'metadata' && inner.map !== undefined;
    parts.add(
      `f:${key}`,
      isMetadata
        ? compareMetadata(inner.map as MapShape, asMap(left[key]) ?? {}, asMap(right[key]) ?? {})
        : compareShared(inner, left[key], right[key]),
    );
  };
  for (const key in left) if (left[key] !== right[key] && left[key] !== undefined) member(key);
  for (const key in right) if (left[key] === undefined && right[key] !== undefined) member(key);
  return parts.whole(left, right);
}

/** Members of metadata that nobody owns. */
const unowned: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);

function compareMetadata(shape: MapShape, left: JsonMap, right: JsonMap): Comparison {
  const parts = new Parts();
  const member = (key: string) => parts.add(`f:${key}`, compareShared(memberShape(shape, key), left[key], right[key]));
  for (const key in left) if (!unowned.has(key) && left[key] !== right[key] && left[key] !== undefined) member(key);
  for (const key in right) if (!unowned.has(key) && left[key] === undefined && right[key] !== undefined) member(key);
  return parts.whole(left, right);
}
