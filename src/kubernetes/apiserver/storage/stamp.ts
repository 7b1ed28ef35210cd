// Objects carry the revision they were written at as their resourceVersion.
import type { KubeObject } from '../../apimachinery/meta/meta.ts';

/** The same object as of another revision; all but the metadata is shared. */
export function withResourceVersion<T extends KubeObject>(object: T, revision: number): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** For etcd's `stamp` option: writes the revision of the commit into an API object. */
export function stampRevision(value: object, revision: number): object {
  return withResourceVersion(value as KubeObject, revision);
}
