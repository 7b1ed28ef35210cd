// What a Secret must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Secret } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateSecret(object: Secret): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateSecretUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSecret(next)];
}

export function secretWarnings(_object: Secret): readonly string[] {
  return [];
}
