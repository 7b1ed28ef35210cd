// ServiceAccount: who a pod is to the API server.
import type { LocalObjectReference, ObjectReference } from '../references.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly ObjectReference[];
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly automountServiceAccountToken?: boolean;
}
