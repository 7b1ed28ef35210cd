// Tells you whether you may do something.
import { judged } from '../access.ts';
import type { QuestionDescriptor } from '../question.ts';

export const question: QuestionDescriptor = {
  name: 'selfsubjectaccessreviews.authorization.k8s.io',
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  scope: 'Cluster',
  model: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  explain: 'Tells you whether you may do something.',
  tracksFields: true,
  *answer(review, asker) {
    return judged(review, asker.user, 'self', asker);
  },
};
