// Takes the fields of a set out of a value. Upstream: structured-merge-diff, typed (RemoveItems).
import { below, has, type FieldSet } from './field-set.ts';
import { itemElementIfAny } from './path-element.ts';
import { fitting, memberShape, type ListShape, type MapShape, type Shape } from './shape.ts';

type JsonMap = Readonly<Record<string, unknown>>;

function removeFromMap(shape: MapShape, value: JsonMap, fields: FieldSet): unknown {
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const element = `f:${key}`;
    if (has(fields, element)) {
      delete (result ??= { ...value })[key];
      continue;
    }
    const inner = below(fields, element);
    if (!inner) continue;
    const rest = removeFields(memberShape(shape, key), value[key], inner);
    if (rest !== value[key]) (result ??= { ...value })[key] = rest;
  }
  if (!result) return value;
  return Object.keys(result).length > 0 ? result : null;
}

function removeFromList(shape: ListShape, value: readonly unknown[], fields: FieldSet): unknown {
  let hasChanged = false;
  const kept: unknown[] = [];
  value.forEach((item, at) => {
    const element = shape.isAtomic ? `i:${at}` : itemElementIfAny(shape, item);
    if (element !== undefined && has(fields, element)) {
      hasChanged = true;
      return;
    }
    const inner = element === undefined ? undefined : below(fields, element);
    const rest = inner ? removeFields(shape.items, item, inner) : item;
    hasChanged ||= rest !== item;
    kept.push(rest);
  });
  if (!hasChanged) return value;
  return kept.length > 0 ? kept : null;
}

/** The value without the fields of the set; null for a map or list of which nothing is left. */
export function removeFields(shape: Shape, value: unknown, fields: FieldSet): unknown {
  if (!fields || value === null || typeof value !== 'object') return value;
  if (Object.keys(value).length === 0) return null;
  const fit = fitting(shape, value);
  if (Array.isArray(value)) return fit.list ? removeFromList(fit.list, value, fields) : value;
  return fit.map ? removeFromMap(fit.map, value as JsonMap, fields) : value;
}
