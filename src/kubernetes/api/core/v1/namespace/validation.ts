// What a Namespace must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import { invalid, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateFinalizers,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateMetadata, validateStandardFinalizer } from '../../../core-metadata.ts';
import type { Namespace } from './types.ts';

const rules = { isNamespaced: false, nameRule: isDns1123Label } as const;

export function validateNamespace(object: Namespace): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, rules)];
  const here = 'spec.finalizers';
  for (const finalizer of object.spec.finalizers ?? []) {
    errors.push(...validateFinalizers([finalizer], here), ...validateStandardFinalizer(finalizer, here));
  }
  return errors;
}

export function validateNamespaceUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateMetadata(next.metadata, rules),
  ];
}

/** Whether the phase fits the deletion. */
export function validateNamespaceStatusUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata)];
  const isLeaving = next.metadata.deletionTimestamp !== undefined;
  const phase = next.status.phase;
  if (!isLeaving && phase !== 'Active')
    errors.push(invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty"));
  if (isLeaving && phase !== 'Terminating') {
    errors.push(
      invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"),
    );
  }
  return errors;
}
