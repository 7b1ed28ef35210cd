// What a Secret must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go.
import { bytesOfBase64 } from '@/base/base64.ts';
import { utf8Text } from '@/base/utf8.ts';
import {
  invalid,
  key,
  required,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isConfigMapKey } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { goJsonSyntaxError } from '../../../go-json-syntax.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validateImmutable } from '../configmap/validation.ts';
import type { Secret } from './types.ts';

const maxSize = 1024 * 1024;
const accountName = 'kubernetes.io/service-account.name';
const redacted = '<secret contents redacted>';

const bytesAt = (secret: Secret, name: string): Uint8Array =>
  bytesOfBase64(secret.data?.[name] ?? '') ?? new Uint8Array(0);
const textAt = (secret: Secret, name: string): string => utf8Text(bytesAt(secret, name));

export function validateSecret(object: Secret): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, namespaced)];
  let size = 0;
  for (const name of Object.keys(object.data ?? {}).sort()) {
    errors.push(...isConfigMapKey(name).map((problem) => invalid(key('data', name), name, problem)));
    size += bytesAt(object, name).length;
  }
  if (size > maxSize) errors.push(tooLong('data', maxSize));
  return [...errors, ...validateByType(object)];
}

function validateByType(object: Secret): readonly FieldError[] {
  const has = (name: string): boolean => object.data?.[name] !== undefined;
  const needs = (name: string): readonly FieldError[] => (has(name) ? [] : [required(key('data', name))]);
  const needsJson = (name: string): readonly FieldError[] => {
    if (!has(name)) return [required(key('data', name))];
    const problem = goJsonSyntaxError(textAt(object, name));
    return problem === undefined ? [] : [invalid(key('data', name), redacted, problem)];
  };
  switch (object.type) {
    case 'kubernetes.io/service-account-token':
      return object.metadata.annotations?.[accountName]
        ? []
        : [required(key('metadata.annotations', accountName))];
    case 'kubernetes.io/dockercfg':
      return needsJson('.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return needsJson('.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return has('username') || has('password') ? [] : [...needs('username'), ...needs('password')];
    case 'kubernetes.io/ssh-auth':
      return textAt(object, 'ssh-privatekey') === '' ? [required(key('data', 'ssh-privatekey'))] : [];
    case 'kubernetes.io/tls':
      return [...needs('tls.crt'), ...needs('tls.key')];
    default:
      return [];
  }
}

export function validateSecretUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateImmutableField(next.type, previous.type, 'type'),
    ...validateImmutable(next, previous, ['data']),
    ...validateSecret(next),
  ];
}

/** A certificate that is none is let through, with a word of warning. */
export function secretWarnings(object: Secret): readonly string[] {
  if (object.type !== 'kubernetes.io/tls') return [];
  if (!textAt(object, 'tls.crt').includes('-----BEGIN'))
    return ['tls: failed to find any PEM data in certificate input'];
  return textAt(object, 'tls.key').includes('-----BEGIN')
    ? []
    : ['tls: failed to find any PEM data in key input'];
}
