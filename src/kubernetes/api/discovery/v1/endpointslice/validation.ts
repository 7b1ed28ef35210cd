// What a EndpointSlice must be to be accepted, and what of it may change later. Upstream: pkg/apis/discovery/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { EndpointSlice } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateEndpointSlice(object: EndpointSlice): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateEndpointSliceUpdate(
  next: EndpointSlice,
  previous: EndpointSlice,
): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEndpointSlice(next)];
}

export function endpointSliceWarnings(_object: EndpointSlice): readonly string[] {
  return [];
}
