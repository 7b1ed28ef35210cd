// Software that needs long to get going.
import { seconds } from '@/simulation/clock/duration.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { textResponse } from '../../network/payload.ts';

export const image: ImageBehaviour = {
  name: 'slow-starter',
  explain:
    'A web service on port 8080 (or PORT) that does not listen before 45 seconds (or START_AFTER_SECONDS) have passed: for startup and readiness probes.',
  fidelity: 'as upstream',
  repositories: ['*/slow-starter'],
  sizeBytes: () => 90_000_000,
  entrypoint: ['/slow-starter'],
  command: [],
  ports: [8080],
  userland: 'busybox',
  mainPrograms: ['slow-starter'],
  usage: { idleCpuMillicores: 2, memoryBytes: 60_000_000, cpuMicrosecondsPerRequest: 300 },
  *start(container, { env }) {
    container.onSignal((signal) => container.exit(128 + signal));
    container.log('warming up');
    container.useCpu(800);
    yield* container.sleep(seconds(Number(env.START_AFTER_SECONDS ?? 45)));
    container.useCpu(0);
    container.network.listenHttp(Number(env.PORT ?? 8080), () => textResponse(200, `ready\nPod: ${container.pod.name}\n`));
    container.log('listening');
    yield* container.untilSignal();
    return 0;
  },
};
