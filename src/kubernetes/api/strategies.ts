// The write strategies that most kinds share: what a client may not set is dropped or kept, and the generation rises with the spec.
// Upstream: pkg/registry/*/*/strategy.go.
import { equalJson } from '@/base/json.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import type { FieldError } from '../apimachinery/validation/field-error.ts';
import type { ResourceDescriptor, WriteContext, WriteStrategy } from './resource.ts';
import { put } from './sharing.ts';

type WithStatus = KubeObject & { readonly status?: unknown };

/** `object` with this generation in its metadata. */
export function withGeneration<T extends KubeObject>(object: T, generation: number | undefined): T {
  return put(object, 'metadata', put(object.metadata, 'generation', generation) as T['metadata']);
}

/** For kinds without a status or a generation: what is written is stored. */
export function plainStrategy<T extends KubeObject>(
  options: Partial<WriteStrategy<T>> = {},
): WriteStrategy<T> {
  return {
    prepareForCreate: (object) => object,
    prepareForUpdate: (next, previous) => withGeneration(next, previous.metadata.generation),
    allowUnconditionalUpdate: true,
    ...options,
  };
}

/** What makes up the generation of a kind: `spec` alone, or all but metadata and status. */
export interface SpecStrategyOptions<T> {
  /** The status a new object has, whatever its author wrote. Undefined: the kind has none. */
  readonly emptyStatus?: (object: T, context: WriteContext) => unknown;
  /** Whether a change of what was asked for raises metadata.generation. */
  readonly hasGeneration: boolean;
  readonly allowCreateOnUpdate?: boolean;
  readonly allowUnconditionalUpdate?: boolean;
  /** Further changes, made before the generation is looked at. */
  readonly create?: (object: T, context: WriteContext) => T;
  readonly update?: (next: T, previous: T, context: WriteContext) => T;
}

/** For kinds with a spec: the status is kept from the main endpoint, and the generation counts changes of the rest. */
export function specStrategy<T extends WithStatus>(options: SpecStrategyOptions<T>): WriteStrategy<T> {
  const { emptyStatus, hasGeneration, create, update } = options;
  return {
    prepareForCreate(object, context) {
      let next = emptyStatus ? put(object, 'status', emptyStatus(object, context) as T['status']) : object;
      if (create) next = create(next, context);
      return hasGeneration ? withGeneration(next, 1) : next;
    },
    prepareForUpdate(given, previous, context) {
      let next = emptyStatus ? put(given, 'status', previous.status as T['status']) : given;
      if (update) next = update(next, previous, context);
      const generation = previous.metadata.generation;
      if (!hasGeneration) return withGeneration(next, generation);
      return withGeneration(next, isSameWish(next, previous) ? generation : (generation ?? 0) + 1);
    },
    allowCreateOnUpdate: options.allowCreateOnUpdate ?? false,
    allowUnconditionalUpdate: options.allowUnconditionalUpdate ?? true,
  };
}

const notWished = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** Whether two states of an object ask for the same: all members but metadata and status are equal. */
function isSameWish(a: KubeObject, b: KubeObject): boolean {
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  for (const key in left) if (!notWished.has(key) && !equalJson(left[key], right[key])) return false;
  for (const key in right)
    if (left[key] === undefined && !notWished.has(key) && right[key] !== undefined) return false;
  return true;
}

/** Options of {@link statusStrategy}. */
export interface StatusStrategyOptions<T> {
  readonly validateUpdate: (next: T, previous: T) => readonly FieldError[];
  readonly update?: (next: T, previous: T, context: WriteContext) => T;
  /** Whether labels, too, are kept as they were. */
  readonly keepsLabels?: boolean;
}

/** For the status subresource: only the status and, as upstream has it, metadata may change. */
export function statusStrategy<T extends WithStatus>(
  options: StatusStrategyOptions<T>,
): NonNullable<ResourceDescriptor<T>['statusStrategy']> {
  return {
    prepareForCreate: (object) => object,
    prepareForUpdate(given, previous, context) {
      let next = given;
      for (const key in given) if (!notWished.has(key)) next = put(next, key, previous[key]);
      for (const key in previous) if (!notWished.has(key)) next = put(next, key, previous[key]);
      if (options.keepsLabels)
        next = put(next, 'metadata', put(next.metadata, 'labels', previous.metadata.labels) as T['metadata']);
      if (options.update) next = options.update(next, previous, context);
      return withGeneration(next, previous.metadata.generation);
    },
    allowUnconditionalUpdate: true,
    validateUpdate: options.validateUpdate,
  };
}
