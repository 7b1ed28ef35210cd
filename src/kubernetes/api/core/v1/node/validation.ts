// What a Node must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Node } from './types.ts';

const metaRules = { isNamespaced: false, nameRule: isDns1123Subdomain } as const;

export function validateNode(object: Node): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateNodeUpdate(next: Node, previous: Node): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateNode(next)];
}
