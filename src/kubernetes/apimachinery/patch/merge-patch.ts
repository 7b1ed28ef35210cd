// RFC 7386 as the API server understands it. Upstream: the library gopkg.in/evanphx/json-patch.v4 (MergePatch).
import { PatchError } from './patch-error.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A value that is new in the document: nulls of its objects say "absent", at any depth; those of its lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutNulls);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  const kept = members.map(([key, member]): [string, unknown] => [key, withoutNulls(member)]);
  return members.length === Object.keys(value).length && kept.every(([key, member]) => member === value[key])
    ? value
    : Object.fromEntries(kept);
}

function merge(document: JsonObject, patch: JsonObject): JsonObject {
  let result: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(patch)) {
    const current = document[key];
    if (value === null) {
      if (key in document) delete (result ??= { ...document })[key];
      continue;
    }
    if (value === undefined) continue;
    const next =
      isObject(value) && isObject(current)
        ? merge(current, value)
        : isObject(current) && !isObject(value)
          ? value
          : withoutNulls(value);
    if (next !== current) (result ??= { ...document })[key] = next;
  }
  return result ?? document;
}

/** The document with the patch merged in; shares what did not change. Throws {@link PatchError} for a patch that is no object or list. */
export function mergePatch<T>(document: T, patch: unknown): T {
  if (patch === null || typeof patch !== 'object') throw new PatchError('Invalid JSON Patch');
  if (Array.isArray(patch)) return withoutNulls(patch) as T;
  return merge(isObject(document) ? document : {}, patch as JsonObject) as T;
}
