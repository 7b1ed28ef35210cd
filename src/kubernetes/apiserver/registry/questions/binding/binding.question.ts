// Binding a pod through the namespace rather than through the pod: the older way to say the same.
import { defined } from '@/base/assert.ts';
import { bindPod } from '../../subresources/binding/binding.subresource.ts';
import type { QuestionDescriptor } from '../question.ts';

export const question: QuestionDescriptor = {
  name: 'bindings',
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  scope: 'Namespaced',
  model: 'io.k8s.api.core.v1.Binding',
  explain: 'Puts a pod on a node.',
  tracksFields: false,
  *answer(binding, { server, request, user }) {
    const resource = defined(server.served('', 'pods'), 'pods are served');
    const isDryRun = (request.options?.dryRun?.length ?? 0) > 0;
    const bind = { ...request, resource: 'pods', name: binding.metadata.name, subresource: 'binding' };
    yield* bindPod({ server, resource, request: bind, user, isDryRun, warnings: [] }, binding.metadata.name, binding);
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  },
};
