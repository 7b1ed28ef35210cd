// Tunnels to a pod. Named here; answered where connections can be taken over.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'pods/portforward',
  explain: 'Carries a local port to a port of the pod.',
  verbs: ['create', 'get'],
  kind: { group: '', version: 'v1', kind: 'PodPortForwardOptions' },
};
