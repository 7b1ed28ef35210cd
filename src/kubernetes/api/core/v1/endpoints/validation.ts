// What a Endpoints must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Endpoints } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateEndpoints(object: Endpoints): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateEndpointsUpdate(next: Endpoints, previous: Endpoints): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEndpoints(next)];
}

export function endpointsWarnings(_object: Endpoints): readonly string[] {
  return [];
}
