// The lists of strategic merge patches: items found by their merge key, scalars as a set, and the order of what came out.
import { PatchError, goType, goValue } from './patch-error.ts';
import type { PatchFacts, PatchSchema } from './patch-schema.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What {@link mergeLists} needs to know. */
export interface ListMerge {
  readonly key: string;
  readonly original: unknown;
  readonly patch: unknown;
  /** The value of `$setElementOrder/…`, when `isOrdered`. */
  readonly order?: unknown;
  readonly isOrdered: boolean;
  readonly facts: PatchFacts;
  mergeItems(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject;
}

const noMergeKey = (item: unknown, mergeKey: string) =>
  new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);

function asList(value: unknown): List {
  if (!Array.isArray(value)) throw new PatchError(`expected a []interface {}, but received a ${goType(value)}`);
  return value;
}

function keyIn(item: unknown, mergeKey: string): unknown {
  if (!isObject(item)) throw new PatchError(`expected a map[string]interface {}, but received a ${goType(item)}`);
  if (item[mergeKey] === undefined) throw noMergeKey(item, mergeKey);
  return item[mergeKey];
}

/** What an item is found by: its merge key's value, or itself when it is a scalar. */
const identityOf = (item: unknown, mergeKey: string) => (isObject(item) && mergeKey !== '' ? item[mergeKey] : item);

/** Whether the items are maps; all of both lists must be of one type, and none a list. */
function haveMaps(...lists: readonly List[]): boolean {
  const items = lists.flat();
  const types = new Set(items.map((item) => (Array.isArray(item) ? 'list' : isObject(item) ? 'map' : typeof item)));
  if (types.has('list')) throw new PatchError('list of lists is not supported');
  if (types.size > 1) throw new PatchError(`list element types are not identical: ${goValue(lists)}`);
  return types.has('map');
}

const isDeletion = (item: unknown) => isObject(item) && item.$patch === 'delete';

/** Items in the order in which `order` names them; those it does not name keep their places at the end. */
function inOrderOf(items: List, order: List, mergeKey: string): List {
  if (items.length < 2) return items;
  const places = new Map<unknown, number>();
  order.forEach((item, index) => {
    const identity = identityOf(item, mergeKey);
    if (!places.has(identity)) places.set(identity, index);
  });
  const placeOf = (item: unknown) => places.get(identityOf(item, mergeKey)) ?? order.length;
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Items that the patch names, in its order, between those that only the server has, as near to the server's order as can be. */
function ordered(merged: List, patchOrder: List, serverOrder: List, mergeKey: string): List {
  const identities = new Set(patchOrder.map((item) => identityOf(item, mergeKey)));
  const isPatched = (item: unknown) => identities.has(mergeKey === '' ? item : keyIn(item, mergeKey));
  const patched = inOrderOf(
    merged.filter((item) => isPatched(item)),
    patchOrder,
    mergeKey,
  );
  const serverOnly = inOrderOf(
    merged.filter((item) => !isPatched(item)),
    serverOrder,
    mergeKey,
  );
  const places = new Map(
    serverOrder.map((item, index): [unknown, number] => [identityOf(item, mergeKey), index]).reverse(),
  );
  const result: unknown[] = [];
  let next = 0;
  for (const item of patched) {
    const place = places.get(identityOf(item, mergeKey));
    while (place !== undefined && next < serverOnly.length) {
      const other = places.get(identityOf(serverOnly[next], mergeKey));
      if (other === undefined || other >= place) break;
      result.push(serverOnly[next++]);
    }
    result.push(item);
  }
  return result.concat(serverOnly.slice(next));
}

/** Takes the directives out of a patch's items and follows them: the list that is left and the items still to merge. */
function followDirectives(
  original: List,
  patch: List,
  mergeKey: string,
): { readonly base: List; readonly items: List } {
  let base = original;
  const items: unknown[] = [];
  let isReplaced = false;
  for (const item of patch) {
    const directed = (item as JsonObject).$patch;
    if (directed === undefined) {
      items.push(item);
    } else if (directed === 'delete') {
      const value = keyIn(item, mergeKey);
      base = base.filter((other) => (other as JsonObject)[mergeKey] !== value);
    } else if (directed === 'replace') {
      isReplaced = true;
    } else if (directed === 'merge') {
      throw new PatchError('merging lists cannot yet be specified in the patch');
    } else {
      const text =
        typeof directed === 'string'
          ? directed
          : typeof directed === 'number'
            ? `%!s(int64=${directed})`
            : `%!s(${goValue(directed)})`;
      throw new PatchError(`unknown patch type: ${text} in map: ${goValue(item)}`);
    }
  }
  return isReplaced ? { base: items, items: [] } : { base, items };
}

function mergeItemsByKey(base: List, items: List, { facts, mergeItems }: ListMerge): List {
  const result = [...base];
  for (const item of items) {
    const value = keyIn(item, facts.mergeKey);
    const at = result.findIndex((other) => (other as JsonObject)[facts.mergeKey] === value);
    if (at < 0) result.push(item);
    else result[at] = mergeItems(result[at] as JsonObject, item as JsonObject, facts.schema);
  }
  return result;
}

function mergeTwo(original: List, patch: List, merge: ListMerge): List {
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey } = merge.facts;
  if (!haveMaps(original, patch)) return ordered([...new Set([...original, ...patch])], patch, original, '');
  if (mergeKey === '') throw new PatchError(`cannot merge lists without merge key for ${merge.key}`);
  const { base, items } = followDirectives(original, patch, mergeKey);
  return ordered(mergeItemsByKey(base, items, merge), items, base, mergeKey);
}

/** The items that the patch sets must stand in the order that it asks for. */
function checkOrder(patch: List, order: List, mergeKey: string): void {
  const items = mergeKey === '' ? patch : patch.filter((item) => !isDeletion(item));
  let next = 0;
  for (const item of order) {
    if (next < items.length && identityOf(items[next], mergeKey) === identityOf(item, mergeKey)) next++;
  }
  if (next < items.length) {
    throw new PatchError(
      `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
    );
  }
}

function sameItems(a: List, b: List): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** The merged list: the original itself when nothing changed, undefined when an order is given for a list that is nowhere. */
export function mergeLists(merge: ListMerge): List | undefined {
  const { facts, isOrdered } = merge;
  const order = isOrdered ? asList(merge.order) : undefined;
  const original = merge.original === undefined ? undefined : asList(merge.original);
  const patch = merge.patch === undefined ? undefined : asList(merge.patch);
  if (order && patch && patch.length > 0) checkOrder(patch, order, facts.mergeKey);
  if (!original && !patch) return undefined;
  let result = original ?? patch ?? [];
  if (original && patch) result = order && facts.strategy !== 'merge' ? patch : mergeTwo(original, patch, merge);
  if (order) {
    const haveItemMaps = haveMaps(original ?? [], patch ?? []);
    if (haveItemMaps && facts.mergeKey === '')
      throw new PatchError('runtime error: hash of unhashable type map[string]interface {}');
    for (const item of haveItemMaps ? order : []) keyIn(item, facts.mergeKey);
    const [deletions, rest] = [result.filter(isDeletion), result.filter((item) => !isDeletion(item))];
    result = [...ordered(rest, order, original ?? [], facts.mergeKey), ...deletions];
  }
  return original && sameItems(original, result) ? original : result;
}
