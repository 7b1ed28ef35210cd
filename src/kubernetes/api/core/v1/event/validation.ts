// What a Event must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/events.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Event } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateEvent(object: Event): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateEventUpdate(next: Event, previous: Event): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEvent(next)];
}
