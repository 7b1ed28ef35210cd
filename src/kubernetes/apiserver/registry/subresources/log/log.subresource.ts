// What a container wrote. It is streamed as text, so the HTTP door answers it.
import type { SubresourceDescriptor } from '../subresource.ts';

export const subresource: SubresourceDescriptor = {
  name: 'pods/log',
  explain: 'What the containers of a pod have written.',
  verbs: ['get'],
};
