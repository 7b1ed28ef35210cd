// The steps of field paths: `f:name` into a map, `k:{…}` and `v:…` into lists whose items have an identity.
// Upstream: structured-merge-diff, fieldpath.
import { canonicalJson, type Json } from '@/base/json.ts';
import type { ListShape } from './shape.ts';

/** Thrown when an item of a list has no identity. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The step that leads to an item of a list with identities: by its keys, or by its value. Throws {@link ItemError}. */
export function itemElement(list: ListShape, item: unknown): string {
  if (list.keys.length === 0) {
    if (item === null || typeof item === 'object')
      throw new ItemError(
        item === null
          ? 'associative list without keys may not have a null element'
          : "associative list without keys has an element that's an explicit map or list",
      );
    return `v:${JSON.stringify(item)}`;
  }
  if (item === null || item === undefined)
    throw new ItemError('associative list with keys may not have a null element');
  if (!isMap(item)) throw new ItemError('associative list with keys may not have non-map elements');
  let text = '';
  for (const key of list.keys) {
    const value = item[key] ?? list.keyDefault(key);
    if (value === undefined)
      throw new ItemError(
        `associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`,
      );
    text += `${text === '' ? '' : ','}"${key}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
}

/** Like {@link itemElement}, undefined for an item without identity. */
export function itemElementIfAny(list: ListShape, item: unknown): string | undefined {
  try {
    return itemElement(list, item);
  } catch {
    return undefined;
  }
}

/** A step as messages print it: `.name`, `[name="a",port=80]`, `[="x"]`, `[0]`. */
export function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = JSON.parse(rest) as Readonly<Record<string, Json>>;
  const members = Object.keys(keys)
    .sort()
    .map((key) => `${key}=${canonicalJson(keys[key])}`);
  return `[${members.join(',')}]`;
}

/** `.spec.containers[name="a"].image` */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}
