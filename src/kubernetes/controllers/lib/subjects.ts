// How decisions name what they are about.
import type { ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';

/** `Kind/namespace/name`, or `Kind/name` for what is cluster-scoped. */
export function subjectOf(object: {
  readonly kind: string;
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace'>;
}): string {
  const { name, namespace } = object.metadata;
  return namespace ? `${object.kind}/${namespace}/${name}` : `${object.kind}/${name}`;
}
