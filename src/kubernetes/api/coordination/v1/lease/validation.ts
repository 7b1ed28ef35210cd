// What a Lease must be to be accepted. Upstream: pkg/apis/coordination/validation/validation.go.
import { invalid, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Lease } from './types.ts';

const rules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateLease(object: Lease): readonly FieldError[] {
  return [...validateObjectMeta(object.metadata, rules), ...validateSpec(object)];
}

function validateSpec({ spec }: Lease): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  if (duration !== undefined && duration <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  return errors;
}

export function validateLeaseUpdate(next: Lease, previous: Lease): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSpec(next)];
}
