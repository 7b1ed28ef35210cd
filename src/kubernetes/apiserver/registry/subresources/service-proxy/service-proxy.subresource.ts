// HTTP to a Service through the API server.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'services/proxy',
  explain: 'Passes HTTP requests on to a Service.',
  verbs: ['create', 'delete', 'get', 'patch', 'update'],
  kind: { group: '', version: 'v1', kind: 'ServiceProxyOptions' },
};
