// Running a command in a container. Named here; answered where connections can be taken over.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'pods/exec',
  explain: 'Runs a command in a container.',
  verbs: ['create', 'get'],
  kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
};
