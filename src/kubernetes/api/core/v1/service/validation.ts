// What a Service must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1035Label } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Service } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1035Label } as const;

export function validateService(object: Service): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateService(next)];
}

export function validateServiceStatusUpdate(next: Service, previous: Service): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}

export function serviceWarnings(_object: Service): readonly string[] {
  return [];
}
