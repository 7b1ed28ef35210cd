// Whether a value fits its shape, in upstream's words: what an applied object must be before it is merged.
// Upstream: structured-merge-diff, typed (Validate).
import { goType, goValue } from '../patch/patch-error.ts';
import { ItemError, elementText, itemElement } from './path-element.ts';
import { fitting, type ListShape, type MapShape, type Shape } from './shape.ts';

type JsonMap = Readonly<Record<string, unknown>>;

/** As Go prints a value's wrapper with %v. */
const printed = (value: unknown) => `&{${goValue(value)}}`;

function checkMap(shape: MapShape, value: unknown, path: string): readonly string[] {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [`${path}: expected map, got ${printed(value)}`];
  return Object.entries(value as JsonMap).flatMap(([key, member]) => {
    if (member === undefined) return [];
    const inner = shape.field(key) ?? shape.values;
    const at = `${path}.${key}`;
    return inner ? checkValue(inner, member, at) : [`${at}: field not declared in schema`];
  });
}

function checkList(shape: ListShape, value: unknown, path: string): readonly string[] {
  if (value === null) return [];
  if (!Array.isArray(value)) return [`${path}: expected list, got ${printed(value)}`];
  const seen = new Set<string>();
  const errors: string[] = [];
  value.forEach((item, at) => {
    if (shape.isAtomic && shape.keys.length === 0) {
      errors.push(...checkValue(shape.items, item, `${path}[${at}]`));
      return;
    }
    try {
      const element = itemElement(shape, item);
      if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${elementText(element)}`);
      seen.add(element);
      errors.push(...checkValue(shape.items, item, path + elementText(element)));
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      errors.push(`${path}: element ${at}: ${error.message}`);
    }
  });
  return errors;
}

function checkScalar(scalar: NonNullable<Shape['scalar']>, value: unknown, path: string): readonly string[] {
  if (value === null) return [];
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? [] : [`${path}: expected numeric (int or float), got ${goType(value)}`];
    case 'string':
      return typeof value === 'string'
        ? []
        : [`${path}: expected string, got &value.valueUnstructured{Value:${goValue(value)}}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: expected boolean, got ${printed(value)}`];
    case 'untyped':
      return typeof value === 'object' ? [`${path}: expected any scalar, got ${printed(value)}`] : [];
  }
}

/** What is wrong with the value, with paths; empty when nothing is. */
export function checkValue(shape: Shape, value: unknown, path = ''): readonly string[] {
  const fit = fitting(shape, value);
  if (fit.map) return checkMap(fit.map, value, path);
  if (fit.scalar) return checkScalar(fit.scalar, value, path);
  return fit.list ? checkList(fit.list, value, path) : [];
}
