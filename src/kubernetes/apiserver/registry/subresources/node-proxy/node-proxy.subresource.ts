// HTTP to a kubelet through the API server.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'nodes/proxy',
  explain: 'Passes HTTP requests on to a kubelet.',
  verbs: ['create', 'delete', 'get', 'patch', 'update'],
  kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
};
