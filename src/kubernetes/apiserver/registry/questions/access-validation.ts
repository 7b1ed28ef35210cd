// What an access review must be to be answered. Upstream: pkg/apis/authorization/validation/validation.go.
import type { LabelSelector } from '../../../apimachinery/meta/meta.ts';
import { invalid as refused } from '../../../apimachinery/status/status.ts';
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import { invalid, required, type FieldError } from '../../../apimachinery/validation/field-error.ts';
import { validateLabelSelector } from '../../../apimachinery/validation/selectors.ts';
import type { AccessReview } from './access.ts';

/** Which of the reviews it is: about oneself, about anybody, about anybody in one namespace. */
export type ReviewForm = 'self' | 'anybody' | 'local';

const attributes = 'spec.resourceAttributes';

/** Throws the refusal of a review that cannot be answered. */
export function refuseUnclear(review: AccessReview, form: ReviewForm): void {
  const errors = [...specErrors(review, form), ...metadataErrors(review, form), ...placeErrors(review, form)];
  if (errors.length > 0) throw new StatusError(refused({ group: 'authorization.k8s.io', kind: '' }, '', errors));
}

function specErrors({ spec = {} }: AccessReview, form: ReviewForm): readonly FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const errors: FieldError[] = [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  if (resource && path) errors.push(invalid('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes'));
  if (!resource && !path) errors.push(invalid(attributes, null, detail));
  if (form !== 'self' && !spec.user && (spec.groups?.length ?? 0) === 0)
    errors.push(invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  return resource ? [...errors, ...selectorErrors(resource.labelSelector)] : errors;
}

/** Selectors of the objects that are asked about. */
interface SelectorWish {
  readonly requirements?: LabelSelector['matchExpressions'];
  readonly rawSelector?: string;
}

function selectorErrors(wish: SelectorWish | undefined): readonly FieldError[] {
  if (!wish) return [];
  const path = `${attributes}.labelSelector`;
  const { requirements = [], rawSelector = '' } = wish;
  if (requirements.length === 0 && rawSelector === '') {
    const detail = `when ${path} is specified, requirements or rawSelector is required`;
    return [required(`${path}.requirements`, detail)];
  }
  if (requirements.length > 0 && rawSelector !== '')
    return [invalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements')];
  return validateLabelSelector({ matchExpressions: requirements }, path).map((error) => ({
    ...error,
    field: error.field.replace(`${path}.matchExpressions`, `${path}.requirements`),
  }));
}

function metadataErrors({ metadata }: AccessReview, form: ReviewForm): readonly FieldError[] {
  const { managedFields: _, namespace, ...rest } = metadata;
  const isEmpty = Object.values(rest).every((value) => value === undefined || value === null || value === '');
  if (isEmpty && (form === 'local' || !namespace)) return [];
  return [invalid('metadata', metadata, form === 'local' ? 'must be empty except for namespace' : 'must be empty')];
}

function placeErrors({ metadata, spec = {} }: AccessReview, form: ReviewForm): readonly FieldError[] {
  if (form !== 'local') return [];
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const errors: FieldError[] = [];
  if (resource && (resource.namespace ?? '') !== metadata.namespace)
    errors.push(invalid(`${attributes}.namespace`, resource.namespace ?? '', 'must match metadata.namespace'));
  if (path) errors.push(invalid('spec.nonResourceAttributes', path, 'disallowed on this kind of request'));
  return errors;
}
