// Tells whether somebody may do something.
import { judged, subjectOf } from '../access.ts';
import type { QuestionDescriptor } from '../question.ts';

export const question: QuestionDescriptor = {
  name: 'subjectaccessreviews.authorization.k8s.io',
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  scope: 'Cluster',
  model: 'io.k8s.api.authorization.v1.SubjectAccessReview',
  explain: 'Tells whether somebody may do something.',
  tracksFields: true,
  *answer(review, asker) {
    return judged(review, subjectOf(review), 'anybody', asker);
  },
};
