// The annotation of client-side `kubectl apply`: server-side apply by kubectl heeds it, and keeps it fresh so that one can go back.
// Upstream: apimachinery/pkg/util/managedfields/internal (lastappliedmanager.go, lastappliedupdater.go).
import { canonicalJson } from '@/base/json.ts';
import { compareValues } from './compare.ts';
import { difference, type FieldSet } from './field-set.ts';
import type { Shape } from './shape.ts';
import { fieldsOf } from './value-fields.ts';

type JsonMap = Readonly<Record<string, unknown>>;

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** All annotations of an object together. Upstream: TotalAnnotationSizeLimitB. */
const maxAnnotationsLength = 256 * 1024;

type Annotated = { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };

const annotationsOf = (object: unknown) => (object as Annotated).metadata?.annotations;

/** The configuration that client-side apply left on the object, as text. */
export function lastAppliedOf(object: unknown): string | undefined {
  return annotationsOf(object)?.[annotation];
}

/** The fields that client-side apply set and that still have its values: kubectl may take them over. Undefined when it left none. */
export function allowedByLastApplied(shape: Shape, live: JsonMap): FieldSet {
  const text = lastAppliedOf(live);
  if (text === undefined) return undefined;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { modified, added, removed } = compareValues(shape, applied, live);
  return difference(difference(difference(fieldsOf(shape, applied), modified), added), removed);
}

/** As Go's encoder writes JSON: keys in order, `<`, `>` and `&` escaped, a line's end. */
function encoded(object: JsonMap): string {
  return `${canonicalJson(object).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')}\n`;
}

/** The object with the annotation renewed from what was applied; without it when it would be too long. */
export function withLastApplied(object: JsonMap, applied: JsonMap): JsonMap {
  const metadata = (applied.metadata ?? {}) as NonNullable<Annotated['metadata']>;
  const { [annotation]: _, ...others } = metadata.annotations ?? {};
  const source = { ...applied, metadata: metadata.annotations ? { ...metadata, annotations: others } : metadata };
  const annotations: Record<string, string> = { ...annotationsOf(object), [annotation]: encoded(source) };
  const length = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (length > maxAnnotationsLength) delete annotations[annotation];
  return { ...object, metadata: { ...(object.metadata as object), annotations } };
}
