// What a Lease must be to be accepted, and what of it may change later. Upstream: pkg/apis/coordination/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Lease } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateLease(object: Lease): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateLeaseUpdate(next: Lease, previous: Lease): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateLease(next)];
}
