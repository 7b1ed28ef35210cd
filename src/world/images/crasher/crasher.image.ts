// Software that never lives long.
import { seconds } from '@/simulation/clock/duration.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';

export const image: ImageBehaviour = {
  name: 'crasher',
  explain:
    'Runs for 5 seconds (or CRASH_AFTER_SECONDS), complains and ends with exit code 1 (or EXIT_CODE): for watching restarts and their back-off.',
  fidelity: 'as upstream',
  repositories: ['*/crasher', '*/crash-loop'],
  sizeBytes: () => 2_000_000,
  entrypoint: ['/crasher'],
  command: [],
  ports: [],
  userland: 'busybox',
  mainPrograms: ['crasher'],
  usage: { idleCpuMillicores: 1, memoryBytes: 3_000_000 },
  *start(container, { env }) {
    const code = Number(env.EXIT_CODE ?? 1);
    container.log('starting up');
    container.onSignal((signal) => container.exit(128 + signal));
    yield* container.sleep(seconds(Number(env.CRASH_AFTER_SECONDS ?? 5)));
    container.log(`panic: something is wrong; exit status ${code}`, 'stderr');
    return code;
  },
};
