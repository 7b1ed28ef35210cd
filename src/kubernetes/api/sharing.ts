// Changing immutable objects while keeping what stays the same: defaults and strategies return the very reference they got when nothing
// changes, so that ten thousand pods of one template share one spec.

/** `object` with the members of `values` that it lacks; the same reference when it lacks none. */
export function fill<T extends object>(object: T, values: Partial<T>): T {
  for (const key of Object.keys(values) as (keyof T)[]) {
    if (object[key] === undefined && values[key] !== undefined) {
      const filled = { ...object };
      for (const each of Object.keys(values) as (keyof T)[]) {
        const value = values[each];
        if (filled[each] === undefined && value !== undefined) filled[each] = value as T[keyof T];
      }
      return filled;
    }
  }
  return object;
}

/** `object` with `key` set to `value`, or without `key` when that is undefined; the same reference when it is so already. */
export function put<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): T {
  if (object[key] === value) return object;
  const changed = { ...object };
  if (value === undefined) delete changed[key];
  else changed[key] = value;
  return changed;
}

/** `object` with the member `key`, if there is one, put through `change`. */
export function at<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key];
  return value === undefined || value === null
    ? object
    : put(object, key, change(value as NonNullable<T[K]>));
}

/** `list` with each item put through `change`; the same reference when none changed. */
export function each<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const next = change(item);
    if (next !== item) (changed ??= [...list])[i] = next;
  }
  return changed ?? list;
}

/** `change`, remembered by the identity of what it was given; its results are known to be fixed points. */
export function remembered<T extends object>(change: (value: T) => T): (value: T) => T {
  const known = new WeakMap<T, T>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const result = change(value);
    known.set(value, result);
    known.set(result, result);
    return result;
  };
}
