// What a Namespace must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Namespace } from './types.ts';

const metaRules = { isNamespaced: false, nameRule: isDns1123Label } as const;

export function validateNamespace(object: Namespace): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateNamespaceUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateNamespace(next)];
}

export function validateNamespaceStatusUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}
