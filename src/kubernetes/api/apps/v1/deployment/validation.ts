// What a Deployment must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { Deployment } from './types.ts';

const metaRules = { isNamespaced: true, nameRule: isDns1123Subdomain } as const;

export function validateDeployment(object: Deployment): readonly FieldError[] {
  return validateObjectMeta(object.metadata, metaRules);
}

export function validateDeploymentUpdate(next: Deployment, previous: Deployment): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateDeployment(next)];
}

export function validateDeploymentStatusUpdate(
  next: Deployment,
  previous: Deployment,
): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}
