// Paths inside volumes and containers, which may not lead out of them. Upstream: pkg/apis/core/validation/validation.go.
import { invalid, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';

/** A path without `..` as a whole part. */
export function validatePathNoBacksteps(text: string, path: string): readonly FieldError[] {
  return text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : [];
}

/** A relative path that stays inside. */
export function validateLocalDescendingPath(text: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = text.startsWith('/') ? [invalid(path, text, 'must be a relative path')] : [];
  return [...errors, ...validatePathNoBacksteps(text, path)];
}

/** The same, not beginning with `..` either: the kubelet keeps such names for itself. */
export function validateLocalNonReservedPath(text: string, path: string): readonly FieldError[] {
  const errors = [...validateLocalDescendingPath(text, path)];
  if (text.startsWith('..') && !text.startsWith('../'))
    errors.push(invalid(path, text, "must not start with '..'"));
  return errors;
}
