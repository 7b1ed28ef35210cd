// ClusterRole: what may be done in the whole cluster, or wherever a binding says.
import type { KubeObject, LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { PolicyRule } from '../rules/types.ts';

export interface ClusterRole extends KubeObject {
  readonly rules: readonly PolicyRule[] | null;
  /** Where the rules come from when a controller collects them. */
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}
