// What a PriorityClass must be to be accepted, and what of it may change later. Upstream: pkg/apis/scheduling/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { PriorityClass } from './types.ts';

const metaRules = { isNamespaced: false, nameRule: isDns1123Subdomain } as const;

export function validatePriorityClass(object: PriorityClass): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validatePriorityClassUpdate(
  next: PriorityClass,
  previous: PriorityClass,
): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validatePriorityClass(next)];
}
