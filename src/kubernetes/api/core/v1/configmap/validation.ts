// What a ConfigMap must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import { equalJson } from '@/base/json.ts';
import {
  forbidden,
  invalid,
  key,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isConfigMapKey } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { ConfigMap } from './types.ts';

/** Bytes that one object of texts may hold in all. */
const maxSize = 1024 * 1024;

export function validateConfigMap(object: ConfigMap): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, namespaced)];
  let size = 0;
  for (const name of Object.keys(object.data ?? {}).sort()) {
    errors.push(...isConfigMapKey(name).map((problem) => invalid(key('data', name), name, problem)));
    if (object.binaryData?.[name] !== undefined) {
      errors.push(invalid(key('data', name), name, 'duplicate of key present in binaryData'));
    }
    size += object.data?.[name]?.length ?? 0;
  }
  for (const name of Object.keys(object.binaryData ?? {}).sort()) {
    errors.push(...isConfigMapKey(name).map((problem) => invalid(key('binaryData', name), name, problem)));
    size += ((object.binaryData?.[name]?.length ?? 0) * 3) / 4;
  }
  if (size > maxSize) errors.push(tooLong('', maxSize));
  return errors;
}

export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateImmutable(next, previous, ['data', 'binaryData']),
    ...validateConfigMap(next),
  ];
}

/** Once `immutable` is set neither it nor these members change. */
export function validateImmutable<T extends { readonly immutable?: boolean }>(
  next: T,
  previous: T,
  members: readonly (keyof T & string)[],
): readonly FieldError[] {
  if (!previous.immutable) return [];
  const message = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = next.immutable ? [] : [forbidden('immutable', message)];
  for (const member of members) {
    if (!equalJson(next[member] ?? {}, previous[member] ?? {})) errors.push(forbidden(member, message));
  }
  return errors;
}
