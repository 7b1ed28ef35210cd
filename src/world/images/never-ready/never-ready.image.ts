// Software that runs and is never ready to serve.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { textResponse } from '../../network/payload.ts';

export const image: ImageBehaviour = {
  name: 'never-ready',
  explain:
    'A web service on port 8080 (or PORT) that is alive (/healthz and /livez answer 200) and answers everything else with 503: a rollout of it never gets through.',
  fidelity: 'as upstream',
  repositories: ['*/never-ready'],
  sizeBytes: () => 8_000_000,
  entrypoint: ['/never-ready'],
  command: [],
  ports: [8080],
  userland: 'busybox',
  mainPrograms: ['never-ready'],
  usage: { idleCpuMillicores: 1, memoryBytes: 8_000_000, cpuMicrosecondsPerRequest: 150 },
  start(container, { env }) {
    container.network.listenHttp(Number(env.PORT ?? 8080), ({ path }) =>
      path === '/healthz' || path === '/livez' ? textResponse(200, 'ok') : textResponse(503, 'not ready\n'),
    );
    return undefined;
  },
};
