// Deleting a namespace: it is marked and stays until its content is gone and its finalizers with it. Upstream: pkg/registry/core/namespace/storage.
import { rfc3339, type Instant } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { RequestOptions } from '../../apimachinery/rest/rest.ts';
import { foregroundFinalizer, hasNamespaceFinalizers, orphanFinalizer, type Verdict } from './deletion.ts';

type NamespaceObject = KubeObject & { readonly status?: { readonly phase?: string } };

/** What a deletion means for a namespace before its own finalizers are done; undefined when it is like any other object. */
export function judgeNamespaceDeletion(
  namespace: NamespaceObject,
  options: RequestOptions,
  now: Instant,
): Verdict | undefined {
  const { deletionTimestamp, finalizers: before = [], ...metadata } = namespace.metadata;
  if (deletionTimestamp !== undefined && namespace.status?.phase === 'Terminating') {
    return hasNamespaceFinalizers(namespace) ? { kind: 'pending' } : undefined;
  }
  const finalizers = before.filter((finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer);
  if (options.orphanDependents === true || options.propagationPolicy === 'Orphan') finalizers.push(orphanFinalizer);
  if (options.propagationPolicy === 'Foreground') finalizers.push(foregroundFinalizer);
  const marked: NamespaceObject = {
    ...namespace,
    metadata: {
      ...metadata,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      deletionTimestamp: deletionTimestamp ?? rfc3339(now),
    },
    status: { ...namespace.status, phase: 'Terminating' },
  };
  return { kind: 'mark', marked };
}
