// Names with a domain in them, checked with their path: signers, finalizers, managed-by values. Upstream: apimachinery/pkg/util/validation.
import { utf8Length } from '@/base/text.ts';
import { invalid, required, tooLong, type FieldError } from './field-error.ts';
import { isDns1123Subdomain, isQualifiedName } from './names.ts';

function segments(field: string, name: string, least: number, word: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  const problems = isDns1123Subdomain(name);
  if (problems.length > 0) return problems.map((problem) => invalid(field, name, problem));
  return name.split('.').length < least
    ? [invalid(field, name, `should be a domain with at least ${word} segments separated by dots`)]
    : [];
}

/** At least three labels: `widgets.example.com`. */
export function isFullyQualifiedName(field: string, name: string): readonly FieldError[] {
  return segments(field, name, 3, 'three');
}

/** At least two labels, a trailing dot allowed. */
export function isFullyQualifiedDomainName(field: string, name: string): readonly FieldError[] {
  return segments(field, name.endsWith('.') ? name.slice(0, -1) : name, 2, 'two');
}

const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathExpression = new RegExp(`^(?:${pathPattern})$`);

/** `acme.io/foo/bar`. */
export function isDomainPrefixedPath(field: string, path: string): readonly FieldError[] {
  if (path === '') return [required(field)];
  const slash = path.indexOf('/');
  const [host, rest] = slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
  if (slash < 0 || host === '' || rest === '')
    return [invalid(field, path, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = isDns1123Subdomain(host).map((problem) => invalid(field, host, problem));
  if (!pathExpression.test(rest))
    errors.push(invalid(field, rest, `Invalid path (regex used for validation is '${pathPattern}')`));
  return errors;
}

/** `acme.io/foo`. */
export function isDomainPrefixedKey(field: string, name: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  const errors = isQualifiedName(name).map((problem) => invalid(field, name, problem));
  if (errors.length > 0) return errors;
  return name.includes('/') ? [] : [invalid(field, name, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}

/** A finalizer's name as the API machinery demands it of every kind. */
export function validateFinalizerName(field: string, name: string): readonly FieldError[] {
  return isQualifiedName(name).map((problem) => invalid(field, name, problem));
}

/** The `fieldManager` of a request: at most 128 bytes, printable. */
export function validateFieldManager(field: string, manager: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (utf8Length(manager) > 128) errors.push(tooLong(field, 128));
  let at = 0;
  for (const character of manager) {
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(character) || (/\p{Zs}/u.test(character) && character !== ' ')) {
      errors.push(
        invalid(
          field,
          manager,
          `invalid character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '?' (at position ${at})`,
        ),
      );
    }
    at += utf8Length(character);
  }
  return errors;
}
