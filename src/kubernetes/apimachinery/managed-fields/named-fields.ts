// Makes the declared fields on the way to a path members of the set, so that a struct counts as owned by who owns something in it.
// Upstream: structured-merge-diff, fieldpath (EnsureNamedFieldsAreMembers).
import type { FieldsV1 } from '../meta/meta.ts';
import { isMember, node, type FieldSet } from './field-set.ts';
import { deduced, memberShape, type Shape } from './shape.ts';

function inner(shape: Shape, element: string): Shape {
  if (element.startsWith('f:')) return shape.map ? memberShape(shape.map, element.slice(2)) : deduced;
  return shape.list && element.startsWith('k:') ? shape.list.items : deduced;
}

/** The set with every declared field that leads to one of its paths. */
export function withNamedFields(shape: Shape, set: FieldSet): FieldSet {
  if (!set) return undefined;
  const result: Record<string, FieldsV1> = {};
  for (const element in set) {
    if (element === '.') continue;
    const child = set[element] as FieldsV1;
    const isNamed = element.startsWith('f:') && shape.map?.field(element.slice(2)) !== undefined;
    const children = withNamedFields(inner(shape, element), child);
    const whole = node(isNamed || isMember(child), children && { ...children });
    if (whole) result[element] = whole;
  }
  return node(false, result);
}
