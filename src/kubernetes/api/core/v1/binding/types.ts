// Binding: the word that ties a pod to a node.
import type { ObjectReference } from '../references.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface Binding extends KubeObject {
  readonly target: ObjectReference;
}
