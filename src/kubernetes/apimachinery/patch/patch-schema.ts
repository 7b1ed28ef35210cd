// How one field is patched: its strategy and merge key, and what is known of the value inside. Read from the type's facts.
import { schemaOf, type FieldSchema, type ValueSchema } from '../schema/schema.ts';
import { PatchError } from './patch-error.ts';

/** A map's type: a struct with known fields, a Go map whose values are alike, or a value that is neither. */
export type PatchSchema =
  | { readonly kind: 'struct'; readonly model: string }
  | { readonly kind: 'map'; readonly values: ValueSchema }
  | { readonly kind: 'scalar' };

export interface PatchFacts {
  readonly strategy: 'merge' | 'replace' | '';
  readonly mergeKey: string;
  /** Of the value, or of the items of a list. */
  readonly schema: PatchSchema;
}

function schemaFor(value: ValueSchema): PatchSchema {
  switch (value.kind) {
    case 'ref':
      return { kind: 'struct', model: value.model };
    case 'map':
      return { kind: 'map', values: value.values };
    case 'list':
      return schemaFor(value.items);
    default:
      return { kind: 'scalar' };
  }
}

const found = new WeakMap<FieldSchema, PatchFacts>();

function factsOf(field: FieldSchema): PatchFacts {
  let facts = found.get(field);
  if (!facts) {
    const strategy = field.patchStrategy.find((word) => word === 'merge' || word === 'replace') as
      PatchFacts['strategy'] | undefined;
    facts = { strategy: strategy ?? '', mergeKey: field.patchMergeKey ?? '', schema: schemaFor(field.value) };
    found.set(field, facts);
  }
  return facts;
}

/** How the member `key` of a map is patched. Throws for a struct that has no such field. */
export function patchFacts(schema: PatchSchema, key: string): PatchFacts {
  if (schema.kind === 'map') return { strategy: '', mergeKey: '', schema: schemaFor(schema.values) };
  if (schema.kind === 'scalar')
    throw new PatchError(`unable to find api field in struct string for the json field "${key}"`);
  const type = schemaOf(schema.model);
  const field = type?.field(key);
  if (!field)
    throw new PatchError(
      `unable to find api field in struct ${type?.name ?? schema.model} for the json field "${key}"`,
    );
  return factsOf(field);
}
