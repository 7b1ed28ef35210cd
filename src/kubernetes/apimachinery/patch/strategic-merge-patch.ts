// Strategic merge patches: maps merge, lists of some fields merge by a key, `$`-directives replace, delete and order.
// Driven by the type's facts. Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch. Shares with the original what the patch does not change.
import { mergeLists } from './strategic-lists.ts';
import { PatchError, goValue } from './patch-error.ts';
import { patchFacts, type PatchSchema } from './patch-schema.ts';

/** A decoded JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const directive = '$patch';
const retainKeys = '$retainKeys';
export const elementOrder = '$setElementOrder/';
const deleteFromList = '$deleteFromPrimitiveList/';

/** A patch value that the original has no counterpart for: without nulls and directives. Undefined when nothing is left; itself where it has none. */
function newValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(newValue);
    return items.every((item, at) => item !== undefined && item === value[at]) ? value : items.filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  if (directive in value) return undefined;
  const kept = Object.keys(value).map((key): [string, unknown] => [key, value[key] === null ? undefined : newValue(value[key])]);
  if (kept.every(([key, member]) => member !== undefined && member === value[key])) return value;
  return Object.fromEntries(kept.filter(([, member]) => member !== undefined));
}

/** Only the keys that the patch's `$retainKeys` lists may stay. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[retainKeys];
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw new PatchError('invalid patch format of retainKeys');
  const listed = new Set<unknown>(keys);
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys || value === null || key.startsWith(deleteFromList) || key.startsWith(elementOrder))
      continue;
    if (!listed.has(key)) throw new PatchError('invalid patch format of retainKeys');
  }
  const kept = Object.entries(original).filter(([key]) => listed.has(key));
  return kept.length === Object.keys(original).length ? original : Object.fromEntries(kept);
}

/** The patch of one map, taken apart: its lists' orders beside its members. */
interface Parts {
  readonly members: readonly (readonly [string, unknown])[];
  readonly orders: ReadonlyMap<string, unknown>;
}

function partsOf(patch: JsonObject): Parts {
  const orders = new Map<string, unknown>();
  const members: [string, unknown][] = [];
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(elementOrder)) orders.set(key.slice(elementOrder.length), value);
    else if (key !== retainKeys && value !== undefined) members.push([key, value]);
  }
  return { members, orders: orders };
}

/** A map under change, copied at the first one. */
class MapDraft {
  private copy: Record<string, unknown> | undefined;

  constructor(private readonly base: JsonObject) {}

  get(key: string): unknown {
    return (this.copy ?? this.base)[key];
  }

  set(key: string, value: unknown): void {
    if (this.get(key) !== value) (this.copy ??= { ...this.base })[key] = value;
  }

  delete(key: string): void {
    const { [key]: gone, ...rest } = this.copy ?? this.base;
    if (gone !== undefined || key in this.base) this.copy = rest;
  }

  get value(): JsonObject {
    return this.copy ?? this.base;
  }
}

function setNew(draft: MapDraft, key: string, value: unknown): void {
  const kept = newValue(value);
  if (kept === undefined) draft.delete(key);
  else draft.set(key, kept);
}

/** Lists that come with an order: merged and ordered; they are done then. Returns their names. */
function mergeOrderedLists(
  draft: MapDraft,
  patch: JsonObject,
  orders: Parts['orders'],
  schema: PatchSchema,
): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [key, order] of orders) {
    const merged = mergeLists({
      key,
      original: draft.get(key),
      patch: patch[key],
      order,
      isOrdered: true,
      facts: patchFacts(schema, key),
      mergeItems: mergeMaps,
    });
    if (merged === undefined) continue;
    draft.set(key, merged);
    done.add(key);
  }
  return done;
}

function mergeMember(draft: MapDraft, patchKey: string, value: unknown, schema: PatchSchema): void {
  const deletes = patchKey.startsWith(deleteFromList);
  const key = deletes ? patchKey.slice(deleteFromList.length) : patchKey;
  if (value === null) return draft.delete(key);
  const current = draft.get(key);
  const isSameShape = Array.isArray(current)
    ? Array.isArray(value)
    : isObject(current)
      ? isObject(value)
      : typeof current === typeof value && !isObject(value);
  if (current === undefined || current === null || !isSameShape || Array.isArray(value) !== Array.isArray(current)) {
    if (!deletes) setNew(draft, key, value);
    return;
  }
  if (Array.isArray(value)) {
    const facts = patchFacts(schema, key);
    const list = current as readonly unknown[];
    if (facts.strategy !== 'merge') draft.set(key, value);
    else if (deletes && !list.some(isObject))
      draft.set(
        key,
        list.filter((item) => !value.includes(item)),
      );
    else
      draft.set(key, mergeLists({ key, original: list, patch: value, isOrdered: false, facts, mergeItems: mergeMaps }));
  } else if (isObject(value)) {
    const facts = patchFacts(schema, key);
    draft.set(key, facts.strategy === 'replace' ? value : mergeMaps(current as JsonObject, value, facts.schema));
  } else {
    draft.set(key, value);
  }
}

function mergeMaps(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject {
  const directed = patch[directive];
  if (directed !== undefined) {
    if (directed === 'delete') return {};
    const { [directive]: _, ...rest } = patch;
    if (directed === 'replace') return rest;
    throw new PatchError(`unknown patch type: ${badDirective(directed)} in map: ${goValue(patch)}`);
  }
  const draft = new MapDraft(retained(original, patch));
  const { members, orders } = partsOf(patch);
  const done = orders.size > 0 ? mergeOrderedLists(draft, patch, orders, schema) : undefined;
  for (const [key, value] of members) if (!done?.has(key)) mergeMember(draft, key, value, schema);
  return draft.value;
}

/** A directive as Go's %s prints it. */
export function badDirective(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? `%!s(int64=${value})`
      : `%!s(${goValue(value)})`;
}

/**
 * The original with the patch merged in, by the strategies of the model's fields. Throws {@link PatchError}.
 * What the result then lacks or has too much is the decoder's to say.
 */
export function strategicMergePatch<T>(model: string, original: T, patch: unknown): T {
  if (!isObject(patch)) throw new PatchError('Invalid JSON document');
  return mergeMaps(original as JsonObject, patch, { kind: 'struct', model }) as T;
}
