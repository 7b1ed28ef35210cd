// What a ReplicaSet must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { ReplicaSet } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateReplicaSet(object: ReplicaSet): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateReplicaSetUpdate(next: ReplicaSet, previous: ReplicaSet): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateReplicaSet(next)];
}

export function validateReplicaSetStatusUpdate(
  next: ReplicaSet,
  previous: ReplicaSet,
): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}
