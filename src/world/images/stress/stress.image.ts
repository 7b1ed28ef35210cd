// stress: burns CPU and holds memory, as told on its command line.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { anyTool } from '../../runtime/shell/userland.ts';
import { TextReader } from '../../runtime/streams.ts';

export const image: ImageBehaviour = {
  name: 'stress',
  explain:
    'Burns CPU and holds memory as told by its arguments (--cpu, --vm, --vm-bytes, -cpus, -mem-total): for limits, out-of-memory kills and autoscaling.',
  fidelity: 'simplified',
  repositories: ['*/stress', '*/stress-ng'],
  sizeBytes: () => 4_000_000,
  entrypoint: ['/stress'],
  command: [],
  ports: [],
  userland: 'busybox',
  mainPrograms: ['stress', 'stress-ng'],
  usage: { idleCpuMillicores: 0, memoryBytes: 1_000_000 },
  *start(container, { argv, env }) {
    return yield* anyTool('stress')({
      argv,
      env,
      directory: '/',
      input: new TextReader(),
      output: container.stdout,
      errors: container.stderr,
      container,
      pid: 1,
    });
  },
};
