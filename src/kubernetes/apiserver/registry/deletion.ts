// What a deletion means for an object: gone at once, marked and given time, or held by finalizers. Pure; delete.ts acts on it.
// Upstream: apiserver/pkg/registry/rest/delete.go and generic/registry/store.go.
import { parseRfc3339, plus, rfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/meta/meta.ts';
import type { RequestOptions } from '../../apimachinery/rest/rest.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

/** What to do with an object that somebody wants gone. */
export type Verdict =
  /** Remove it now. `marked` is written first, where upstream does so. */
  | { readonly kind: 'remove'; readonly marked?: KubeObject }
  /** Write this instead; it goes when its grace is over or its finalizers are done. */
  | { readonly kind: 'mark'; readonly marked: KubeObject }
  /** It is being deleted already and this changes nothing. */
  | { readonly kind: 'pending' };

/** Decides on a deletion of `object` with these options at this moment. */
export function judgeDeletion(
  descriptor: ResourceDescriptor,
  object: KubeObject,
  options: RequestOptions,
  now: Instant,
): Verdict {
  const graceful = graceOf(descriptor, object, options, now);
  if (graceful === 'pending') return { kind: 'pending' };
  const before = object.metadata.finalizers ?? [];
  const finalizers = wantedFinalizers(descriptor, object, options);
  const isSame = finalizers.length === before.length && finalizers.every((finalizer) => before.includes(finalizer));
  const base = graceful ? withMetadata(object, graceful.metadata) : object;
  const marked = isSame ? base : withFinalizers(base, finalizers);
  if (finalizers.length > 0) return { kind: 'mark', marked: graceful ? marked : markAsDeleting(marked, now) };
  if (!graceful) return isSame ? { kind: 'remove' } : { kind: 'remove', marked };
  return graceful.seconds > 0 ? { kind: 'mark', marked } : { kind: 'remove', marked };
}

/** Whether an object that is being deleted has nothing left to wait for. */
export function isGoneOnceUpdated(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0 || deletionGracePeriodSeconds !== 0)
    return false;
  return !(object.kind === 'Namespace' && object.apiVersion === 'v1' && hasNamespaceFinalizers(object));
}

export function hasNamespaceFinalizers(object: KubeObject): boolean {
  const { spec } = object as KubeObject & { readonly spec?: { readonly finalizers?: readonly string[] } };
  return (spec?.finalizers?.length ?? 0) > 0;
}

interface Grace {
  readonly seconds: number;
  readonly metadata: Partial<ObjectMeta>;
}

/** The marks of a graceful deletion; undefined for kinds without one. */
function graceOf(
  descriptor: ResourceDescriptor,
  object: KubeObject,
  options: RequestOptions,
  now: Instant,
): Grace | 'pending' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = object.metadata;
  const asked = options.gracePeriodSeconds;
  const requested = asked !== undefined && asked < 0 ? 1 : asked;
  if (deletionTimestamp !== undefined) {
    if (deletionGracePeriodSeconds === undefined || deletionGracePeriodSeconds === 0) return undefined;
    // Only a shorter grace may be asked for.
    if (requested === undefined || requested >= deletionGracePeriodSeconds) return 'pending';
    const due = parseRfc3339(deletionTimestamp) ?? now;
    const earlier = plus(due, seconds(requested - deletionGracePeriodSeconds));
    return {
      seconds: requested,
      metadata: { deletionTimestamp: rfc3339(earlier), deletionGracePeriodSeconds: requested },
    };
  }
  if (!descriptor.deletion) return undefined;
  const grace = descriptor.deletion.gracePeriodSeconds(object, requested);
  const marks: Partial<ObjectMeta> = {
    deletionTimestamp: rfc3339(plus(now, seconds(grace))),
    deletionGracePeriodSeconds: grace,
  };
  return { seconds: grace, metadata: generation ? { ...marks, generation: generation + 1 } : marks };
}

/** For kinds without grace that must wait for finalizers. */
function markAsDeleting(object: KubeObject, now: Instant): KubeObject {
  const { deletionTimestamp, generation } = object.metadata;
  const marks: Partial<ObjectMeta> = {
    deletionTimestamp: deletionTimestamp ?? rfc3339(now),
    deletionGracePeriodSeconds: 0,
  };
  const isFirst = deletionTimestamp === undefined && generation !== undefined && generation > 0;
  return withMetadata(object, isFirst ? { ...marks, generation: generation + 1 } : marks);
}

/** The finalizers by which the garbage collector is told what to do with dependents. */
function wantedFinalizers(
  descriptor: ResourceDescriptor,
  object: KubeObject,
  options: RequestOptions,
): readonly string[] {
  const before = object.metadata.finalizers ?? [];
  const kept = before.filter((finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer);
  if (orphansDependents(descriptor, before, options)) kept.push(orphanFinalizer);
  if (deletesDependentsFirst(before, options)) kept.push(foregroundFinalizer);
  return kept;
}

function orphansDependents(
  descriptor: ResourceDescriptor,
  finalizers: readonly string[],
  options: RequestOptions,
): boolean {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Orphan';
  if (finalizers.includes(orphanFinalizer)) return true;
  if (finalizers.includes(foregroundFinalizer)) return false;
  return descriptor.orphansByDefault ?? false;
}

function deletesDependentsFirst(finalizers: readonly string[], options: RequestOptions): boolean {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Foreground';
  return finalizers.includes(foregroundFinalizer) && !finalizers.includes(orphanFinalizer);
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  const { finalizers: _, ...metadata } = object.metadata;
  return { ...object, metadata: finalizers.length > 0 ? { ...metadata, finalizers } : metadata };
}

function withMetadata(object: KubeObject, change: Partial<ObjectMeta>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...change } };
}
