// Tells whose token it is.
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { badRequest } from '../../../../apimachinery/status/status.ts';
import { defaultAudience } from '../../../authentication/service-account-tokens.ts';
import { userInfoOf, type QuestionDescriptor } from '../question.ts';

interface TokenReview extends KubeObject {
  readonly spec?: { readonly token?: string };
}

export const question: QuestionDescriptor = {
  name: 'tokenreviews.authentication.k8s.io',
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  singular: 'tokenreview',
  scope: 'Cluster',
  model: 'io.k8s.api.authentication.v1.TokenReview',
  explain: 'Tells whose token it is.',
  tracksFields: true,
  *answer(review, asker) {
    if (!(review as TokenReview).spec?.token)
      throw new StatusError(badRequest('token is required for TokenReview in authentication'));
    const owner = asker.ownerOf((review as TokenReview).spec?.token ?? '');
    const status = owner
      ? { authenticated: true, user: userInfoOf(owner), audiences: [defaultAudience] }
      : { user: {}, error: 'invalid bearer token' };
    return { ...review, status } as KubeObject;
  },
};
