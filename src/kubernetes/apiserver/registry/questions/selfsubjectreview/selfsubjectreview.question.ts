// Tells you who you are to the API server.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { userInfoOf, type QuestionDescriptor } from '../question.ts';

export const question: QuestionDescriptor = {
  name: 'selfsubjectreviews.authentication.k8s.io',
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  scope: 'Cluster',
  model: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  explain: 'Tells you who you are to the API server.',
  tracksFields: false,
  *answer(review, { user, server }) {
    const metadata = { creationTimestamp: rfc3339(server.context.now) };
    return { ...review, metadata, status: { userInfo: userInfoOf(user) } } as unknown as KubeObject;
  },
};
