// HTTP to a pod through the API server.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'pods/proxy',
  explain: 'Passes HTTP requests on to a pod.',
  verbs: ['create', 'delete', 'get', 'patch', 'update'],
  kind: { group: '', version: 'v1', kind: 'PodProxyOptions' },
};
