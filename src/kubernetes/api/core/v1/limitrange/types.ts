// LimitRange: how small and how large what runs in a namespace may be, and what it gets when it does not say.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ResourceList } from '@/kubernetes/apimachinery/resources/resources.ts';

export interface LimitRange extends KubeObject {
  readonly spec: { readonly limits: readonly LimitRangeItem[] | null };
}

export interface LimitRangeItem {
  /** `Container`, `Pod`, `PersistentVolumeClaim`, or a name with a domain. */
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}
