// What the access reviews have in common: a wish in, allowed or not out. Upstream: pkg/registry/authorization/util.
import type { KubeObject, LabelSelector } from '../../../apimachinery/meta/meta.ts';
import type { UserInfo } from '../../../apimachinery/rest/rest.ts';
import type { AuthorizationAttributes } from '../../authorization/authorization.ts';
import { refuseUnclear, type ReviewForm } from './access-validation.ts';
import type { Asker } from './question.ts';

/** A review of any of the three kinds. */
export interface AccessReview extends KubeObject {
  readonly spec?: {
    readonly user?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly resourceAttributes?: {
      readonly namespace?: string;
      readonly verb?: string;
      readonly group?: string;
      readonly resource?: string;
      readonly subresource?: string;
      readonly name?: string;
      readonly labelSelector?: { readonly requirements?: LabelSelector['matchExpressions']; readonly rawSelector?: string };
    };
    readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  };
}

/** The review with its verdict on that user. */
export function judged(review: AccessReview, user: UserInfo, form: ReviewForm, asker: Asker): KubeObject {
  refuseUnclear(review, form);
  const { isAllowed, reason } = asker.verdict(attributesOf(review, user));
  const status = { allowed: isAllowed, ...(reason === '' ? {} : { reason }) };
  return { ...review, status } as KubeObject;
}

/** The user that a review names. */
export function subjectOf({ spec = {} }: AccessReview): UserInfo {
  const { user = '', uid, groups = [] } = spec;
  return { name: user, groups, ...(uid ? { uid } : {}) };
}

function attributesOf({ spec = {} }: AccessReview, user: UserInfo): AuthorizationAttributes {
  const { resourceAttributes: wish, nonResourceAttributes: path } = spec;
  if (!wish)
    return {
      user,
      verb: path?.verb ?? '',
      path: path?.path ?? '',
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
    };
  const { namespace = '', verb = '', group = '', resource = '', subresource = '', name = '' } = wish;
  return { user, verb, group, resource, subresource, namespace, name };
}
