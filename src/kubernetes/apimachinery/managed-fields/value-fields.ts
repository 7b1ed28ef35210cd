// The set of fields that a value has: what an applier owns. Upstream: structured-merge-diff, typed (ToFieldSet).
import type { FieldsV1 } from '../meta/meta.ts';
import { leaf, node, type FieldSet } from './field-set.ts';
import { itemElementIfAny } from './path-element.ts';
import { fitting, memberShape, type ListShape, type MapShape, type Shape } from './shape.ts';

type JsonMap = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is JsonMap =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function mapFields(shape: MapShape, value: unknown): FieldSet {
  if (shape.isAtomic) return leaf;
  if (!isMap(value)) return undefined;
  const fields: Record<string, FieldsV1> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const inner = fieldsOf(memberShape(shape, key), member);
    const isOwned =
      member === null || (isMap(member) && Object.keys(member).length === 0) || shape.field(key) === undefined;
    const owned = inner === leaf ? leaf : isOwned ? node(true, inner && { ...inner }) : inner;
    if (owned) fields[`f:${key}`] = owned;
  }
  return node(false, fields);
}

function listFields(shape: ListShape, value: unknown): FieldSet {
  if (shape.isAtomic) return leaf;
  if (!Array.isArray(value)) return undefined;
  const fields: Record<string, FieldsV1> = {};
  const counts = new Map<string, number>();
  const elements = value.map((item) => itemElementIfAny(shape, item));
  for (const element of elements) if (element !== undefined) counts.set(element, (counts.get(element) ?? 0) + 1);
  elements.forEach((element, index) => {
    if (element === undefined) return;
    const inner = counts.get(element) === 1 ? fieldsOf(shape.items, value[index]) : undefined;
    fields[element] = node(true, inner === leaf || !inner ? undefined : { ...inner }) ?? leaf;
  });
  return node(false, fields);
}

/** The fields of a value as a set below it; {@link leaf} for what is owned as one. */
export function fieldsOf(shape: Shape, value: unknown): FieldSet {
  const fit = fitting(shape, value);
  if (fit.map) return mapFields(fit.map, value);
  if (fit.scalar) return leaf;
  return fit.list ? listFields(fit.list, value) : leaf;
}
