// pause: holds a pod's namespaces and waits.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';

export const image: ImageBehaviour = {
  name: 'pause',
  explain: 'Does nothing but wait for a signal: it holds the network of a pod, or stands in for a real workload.',
  fidelity: 'as upstream',
  repositories: ['registry.k8s.io/pause', 'k8s.gcr.io/pause', '*/pause'],
  sizeBytes: () => 319_000,
  entrypoint: ['/pause'],
  command: [],
  ports: [],
  userland: 'none',
  mainPrograms: ['pause'],
  usage: { idleCpuMillicores: 0, memoryBytes: 500_000 },
  // There is nothing to run: it is there until it is told to go.
  start: () => undefined,
};
