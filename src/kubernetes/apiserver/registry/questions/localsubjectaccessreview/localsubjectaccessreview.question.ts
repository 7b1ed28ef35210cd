// Tells whether somebody may do something in one namespace.
import { judged, subjectOf } from '../access.ts';
import type { QuestionDescriptor } from '../question.ts';

export const question: QuestionDescriptor = {
  name: 'localsubjectaccessreviews.authorization.k8s.io',
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  scope: 'Namespaced',
  model: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  explain: 'Tells whether somebody may do something in one namespace.',
  tracksFields: true,
  *answer(review, asker) {
    return judged(review, subjectOf(review), 'local', asker);
  },
};
