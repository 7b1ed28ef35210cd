// What a ConfigMap must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { ConfigMap } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateConfigMap(object: ConfigMap): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateConfigMap(next)];
}
