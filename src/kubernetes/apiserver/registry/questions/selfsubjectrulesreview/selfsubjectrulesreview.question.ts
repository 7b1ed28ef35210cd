// Tells you all that you may do in one namespace. Upstream: pkg/registry/authorization/selfsubjectrulesreview.
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { badRequest } from '../../../../apimachinery/status/status.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import type { QuestionDescriptor } from '../question.ts';

interface RulesReview extends KubeObject {
  readonly spec?: { readonly namespace?: string };
}

export const question: QuestionDescriptor = {
  name: 'selfsubjectrulesreviews.authorization.k8s.io',
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  scope: 'Cluster',
  model: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  explain: 'Tells you all that you may do in one namespace.',
  tracksFields: false,
  *answer(review, { user, held }) {
    const { namespace = '' } = (review as RulesReview).spec ?? {};
    if (namespace === '') throw new StatusError(badRequest('no namespace on request'));
    const { rules, problems } = held(user, namespace);
    const status = {
      resourceRules: rules.filter(({ resources }) => resources?.length),
      nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length),
      incomplete: problems.length > 0,
      ...(problems.length > 0 ? { evaluationError: problems.join(', ') } : {}),
    };
    return { ...review, spec: {}, status } as unknown as KubeObject;
  },
};
