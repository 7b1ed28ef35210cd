// What a ServiceAccount must be to be accepted. Upstream: pkg/apis/core/validation/validation.go, pkg/registry/core/serviceaccount/strategy.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { ServiceAccount } from './types.ts';

export function validateServiceAccount(object: ServiceAccount): readonly FieldError[] {
  return validateMetadata(object.metadata, namespaced);
}

export function validateServiceAccountUpdate(
  next: ServiceAccount,
  previous: ServiceAccount,
): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateServiceAccount(next)];
}

const mountable = 'kubernetes.io/enforce-mountable-secrets';

export function serviceAccountWarnings(
  next: ServiceAccount,
  previous: ServiceAccount | undefined,
): readonly string[] {
  const isNew =
    next.metadata.annotations?.[mountable] !== undefined &&
    previous?.metadata.annotations?.[mountable] === undefined;
  return isNew
    ? [
        `metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
      ]
    : [];
}
