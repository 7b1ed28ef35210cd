// An API object as Go marshals the internal struct behind it: Go's field names, nothing left out. Refusals that show a whole struct show this.
import { schemaOf, type ValueSchema } from '@/kubernetes/apimachinery/schema/schema.ts';
import { goFieldName } from './go-names.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** `value`, an object of this model, with Go's field names and its zero values written out. */
export function goShape(model: string, value: object): JsonObject {
  const type = schemaOf(model);
  if (!type) return value as JsonObject;
  const shape: Record<string, unknown> = {};
  for (const field of type.ownFields) {
    if (field.inline && field.value.kind === 'ref') {
      Object.assign(shape, goShape(field.value.model, value));
      continue;
    }
    shape[goFieldName(type.name, field.name)] = shown(
      field.value,
      (value as JsonObject)[field.name],
      field.pointer,
    );
  }
  return shape;
}

function shown(schema: ValueSchema, value: unknown, isPointer: boolean): unknown {
  if (value === undefined || value === null) return isPointer ? null : zero(schema);
  if (schema.kind === 'list')
    return (value as readonly unknown[]).map((item) => shown(schema.items, item, false));
  if (schema.kind === 'ref' && typeof value === 'object') return goShape(schema.model, value);
  return value;
}

function zero(schema: ValueSchema): unknown {
  switch (schema.kind) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'ref':
      return schema.model.endsWith('.Quantity')
        ? '0'
        : schema.model.endsWith('.IntOrString')
          ? 0
          : goShape(schema.model, {});
    default:
      return null;
  }
}
