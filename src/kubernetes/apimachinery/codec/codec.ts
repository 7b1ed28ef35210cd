// JSON as the server keeps it: what Go would write back after reading it into the type. Unknown fields are dropped and reported, wrong types refused,
// zero values written where Go writes them, quantities and times put into canonical form. Upstream: apimachinery/pkg/runtime/serializer/json.
import { duplicateMembers } from '@/base/json-text.ts';
import { schemaOf } from '../schema/schema.ts';
import { DecodeError, Decoding } from './decoding.ts';
import { structShape } from './shapes.ts';

export { DecodeError };

export interface Decoded<T> {
  readonly object: T;
  /** Fields that were dropped or given twice, when that is allowed: the texts of Warning headers. */
  readonly warnings: readonly string[];
  /** What Go would refuse it with; then `object` is of no use. At most one. */
  readonly errors: readonly string[];
}

export interface DecodeOptions {
  /** Refuses what would otherwise be a warning. */
  readonly strict?: boolean;
  /** An object of the same model that was decoded before: parts that are shared with it are taken as they are. */
  readonly known?: unknown;
}

const nothingWrong: readonly string[] = [];

/**
 * Reads `json` as an object of `model`, an OpenAPI model's name; of custom resources, which have none, it gives back what it got. The object
 * and its parts keep their identity where nothing changes, and what came through once is not looked at again.
 */
export function decode<T>(model: string | undefined, json: unknown, { strict = false, known }: DecodeOptions = {}): Decoded<T> {
  if (model === undefined || schemaOf(model) === undefined)
    return { object: json as T, warnings: nothingWrong, errors: nothingWrong };
  const decoding = new Decoding();
  const shape = structShape(model);
  let object: unknown;
  let refusal: string | undefined;
  try {
    object = json === null || json === undefined ? shape.zero : shape.decode(json, decoding, { parent: undefined, key: '', known });
    refusal = decoding.typeError;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    refusal = error.message;
  }
  if (refusal !== undefined) return { object: json as T, warnings: nothingWrong, errors: [refusal] };
  const twice = duplicateMembers(json).map((path) => `duplicate field "${path}"`);
  const warnings = twice.length === 0 ? decoding.unknown : [...twice, ...decoding.unknown];
  if (warnings.length === 0) return { object: object as T, warnings: nothingWrong, errors: nothingWrong };
  if (strict) return { object: object as T, warnings: nothingWrong, errors: [`strict decoding error: ${warnings.join(', ')}`] };
  return { object: object as T, warnings, errors: nothingWrong };
}

/** The zero value of a model as Go writes it. */
export function zeroObject(model: string): unknown {
  return structShape(model).zero;
}
