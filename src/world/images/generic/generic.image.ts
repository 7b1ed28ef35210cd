// What runs for an image that nobody described: a process that starts, answers on the ports it is known by, and waits.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { textResponse } from '../../network/payload.ts';

export const image: ImageBehaviour = {
  name: 'generic',
  explain:
    'Nothing is known of this image: it runs as a process that answers plain HTTP on ports 80 and 8080 (and the one in PORT) and waits to be stopped.',
  fidelity: 'not modelled',
  repositories: [],
  sizeBytes: () => 60_000_000,
  entrypoint: ['/entrypoint'],
  command: [],
  ports: [80],
  userland: 'debian',
  mainPrograms: ['*'],
  usage: { idleCpuMillicores: 1, memoryBytes: 20_000_000, cpuMicrosecondsPerRequest: 300 },
  start(container, { env }) {
    const { pod, machine, image } = container;
    container.log(`${image.full} is not modelled: a generic process stands in for it.`);
    const answer = (): ReturnType<typeof textResponse> =>
      textResponse(200, `${image.full}\nPod: ${pod.namespace}/${pod.name}\nNode: ${machine.name}\nIP: ${pod.ip}\n`);
    // Several containers of a pod share its ports: the first one that comes has them.
    for (const port of new Set([80, 8080, Number(env.PORT), ...container.declaredPorts])) {
      if (Number.isInteger(port) && port > 0 && container.network.isFree(port)) container.network.listenHttp(port, answer);
    }
    return undefined;
  },
};
