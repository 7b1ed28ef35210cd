// ClusterRoleBinding: gives a cluster role to somebody everywhere.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { RoleRef, Subject } from '../rules/types.ts';

export interface ClusterRoleBinding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}
