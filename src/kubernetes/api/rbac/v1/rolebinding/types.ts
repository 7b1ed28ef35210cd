// RoleBinding: gives a role to somebody in one namespace.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { RoleRef, Subject } from '../rules/types.ts';

export interface RoleBinding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}
