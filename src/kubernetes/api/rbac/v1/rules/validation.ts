// What rules, references and subjects must be to be accepted. Upstream: pkg/apis/rbac/validation/validation.go.
import type { ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  child,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain, isValidPathSegmentName } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateMetadata } from '../../../core-metadata.ts';
import { rbacGroup } from './names.ts';
import type { PolicyRule, RoleRef, Subject } from './types.ts';

/** Names of roles and bindings may be anything that fits into a path. */
export function validateRbacMetadata(meta: ObjectMeta, isNamespaced: boolean): readonly FieldError[] {
  return validateMetadata(meta, { isNamespaced, nameRule: isValidPathSegmentName });
}

const isEmpty = (list: readonly string[] | undefined): boolean => (list?.length ?? 0) === 0;

/** Checks the rules of a Role (`isNamespaced`) or of a ClusterRole. */
export function validateRules(
  rules: readonly PolicyRule[] | null | undefined,
  isNamespaced: boolean,
): readonly FieldError[] {
  return (rules ?? []).flatMap((rule, at) => validateRule(rule, isNamespaced, index('rules', at)));
}

function validateRule(rule: PolicyRule, isNamespaced: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { nonResourceURLs, apiGroups, resources, resourceNames } = rule;
  if (isEmpty(rule.verbs))
    errors.push(required(child(path, 'verbs'), 'verbs must contain at least one value'));
  if (!isEmpty(nonResourceURLs)) {
    const urls = child(path, 'nonResourceURLs');
    if (isNamespaced)
      errors.push(invalid(urls, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (!isEmpty(apiGroups) || !isEmpty(resources) || !isEmpty(resourceNames)) {
      const detail = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(urls, nonResourceURLs, detail));
    }
    return errors;
  }
  if (isEmpty(apiGroups))
    errors.push(required(child(path, 'apiGroups'), 'resource rules must supply at least one api group'));
  if (isEmpty(resources))
    errors.push(required(child(path, 'resources'), 'resource rules must supply at least one resource'));
  return errors;
}

/** What a binding's reference may name: `kinds` in the order in which messages list them. */
export function validateRoleRef(ref: RoleRef, kinds: readonly string[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (ref.apiGroup !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', ref.apiGroup, [rbacGroup]));
  if (!kinds.includes(ref.kind)) errors.push(notSupported('roleRef.kind', ref.kind, kinds));
  if (ref.name === '') errors.push(required('roleRef.name'));
  else
    errors.push(
      ...isValidPathSegmentName(ref.name).map((problem) => invalid('roleRef.name', ref.name, problem)),
    );
  return errors;
}

/** A binding keeps its role for life. The message shows the reference with upstream's Go names. */
export function validateSameRoleRef(next: RoleRef, previous: RoleRef): readonly FieldError[] {
  const { apiGroup, kind, name } = next;
  if (apiGroup === previous.apiGroup && kind === previous.kind && name === previous.name) return [];
  return [invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

/** In a RoleBinding a service account may leave out its namespace only where upstream says so: nowhere. */
export function validateSubjects(subjects: readonly Subject[] | null | undefined): readonly FieldError[] {
  return (subjects ?? []).flatMap((subject, at) => validateSubject(subject, index('subjects', at)));
}

function validateSubject(subject: Subject, path: string): readonly FieldError[] {
  const { kind, name, apiGroup = '', namespace = '' } = subject;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(child(path, 'name')));
  if (kind === 'ServiceAccount') {
    if (name !== '')
      errors.push(...isDns1123Subdomain(name).map((problem) => invalid(child(path, 'name'), name, problem)));
    if (apiGroup !== '') errors.push(notSupported(child(path, 'apiGroup'), apiGroup, ['']));
    if (namespace === '') errors.push(required(child(path, 'namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(child(path, 'apiGroup'), apiGroup, [rbacGroup]));
  } else errors.push(notSupported(child(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  return errors;
}
