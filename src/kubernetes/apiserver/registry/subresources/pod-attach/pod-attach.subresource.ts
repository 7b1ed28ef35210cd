// Joining a running container. Named here; answered where connections can be taken over.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'pods/attach',
  explain: 'Joins the input and output of a running container.',
  verbs: ['create', 'get'],
  kind: { group: '', version: 'v1', kind: 'PodAttachOptions' },
};
