// What a Pod must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Pod } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validatePod(object: Pod): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validatePodUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validatePod(next)];
}

export function validatePodStatusUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}
