// redis: keys and lists in memory, on port 6379.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { redisCli } from '../../programs/redis/redis-client.ts';
import { redisOptions, runRedisServer } from '../../programs/redis/redis-server.ts';

export const image: ImageBehaviour = {
  name: 'redis',
  explain:
    'A store of keys and lists on port 6379. It keeps a snapshot in /data at a clean end, and follows a master when told to by --replicaof.',
  fidelity: 'simplified',
  repositories: [
    'docker.io/library/redis',
    'docker.io/redis',
    'registry.k8s.io/redis',
    'k8s.gcr.io/redis',
    '*/redis',
    '*/valkey',
  ],
  sizeBytes: (tag) => (tag.includes('alpine') ? 17_000_000 : 52_000_000),
  entrypoint: [],
  command: ['redis-server'],
  // The entrypoint script lets options and configuration files stand for redis-server.
  commandLine: (args) => (args[0]?.startsWith('-') || args[0]?.endsWith('.conf') ? ['redis-server', ...args] : args),
  workingDir: '/data',
  ports: [6379],
  userland: 'busybox',
  mainPrograms: ['redis-server', 'docker-entrypoint.sh'],
  programs: { 'redis-cli': redisCli },
  files: { '/data/.keep': '', '/tmp/.keep': '', '/usr/local/etc/.keep': '' },
  usage: { idleCpuMillicores: 1, memoryBytes: 9_000_000, cpuMicrosecondsPerRequest: 50 },
  *start(container, { argv }) {
    return yield* runRedisServer(container, redisOptions(container, argv));
  },
};
