// What Go writes for an object of a type in which nothing is set: `spec: {}`, `containers: null`. A create is compared with it.
import type { FieldSchema } from '../schema/schema.ts';
import { requiredSchema, schemaOf } from '../schema/schema.ts';

type JsonMap = Readonly<Record<string, unknown>>;

const zeros = new Map<string, JsonMap>();
const scalarZeros: Readonly<Record<string, unknown>> = { string: '', integer: 0, number: 0, boolean: false };

/** The value that Go writes for a field that is not set; undefined when it writes none. */
function zeroField(field: FieldSchema): unknown {
  const { value } = field;
  if (field.pointer) return field.omitEmpty ? undefined : null;
  if (value.kind === 'ref') {
    const type = requiredSchema(value.model);
    if (type.custom ?? type.listOf) return field.omitEmpty ? customZero(type.name) : type.name === 'Quantity' ? '0' : type.name === 'IntOrString' ? 0 : null;
    return field.omitZero ? undefined : zeroObject(value.model);
  }
  if (field.omitEmpty || field.omitZero) return undefined;
  return value.kind === 'list' || value.kind === 'map' ? null : scalarZeros[value.kind];
}

/** Structs with a JSON form of their own are written whatever the tag says, when they are no pointers. */
function customZero(name: string): unknown {
  switch (name) {
    case 'Quantity':
      return '0';
    case 'IntOrString':
      return 0;
    case 'Time':
    case 'MicroTime':
    case 'RawExtension':
      return null;
    default:
      return undefined;
  }
}

/** The empty object of a model, the same one each time. */
export function zeroObject(model: string | undefined): JsonMap {
  if (model === undefined) return {};
  const known = zeros.get(model);
  if (known) return known;
  const zero: Record<string, unknown> = {};
  zeros.set(model, zero);
  for (const field of schemaOf(model)?.fields ?? []) {
    const value = zeroField(field);
    if (value !== undefined) zero[field.name] = value;
  }
  return zero;
}
