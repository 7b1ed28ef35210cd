// The guestbook's Redis replicas: a server that follows the master it finds by name.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { redisCli } from '../../programs/redis/redis-client.ts';
import { redisOptions, runRedisServer } from '../../programs/redis/redis-server.ts';

export const image: ImageBehaviour = {
  name: 'redis-replica',
  explain:
    'A Redis server that follows a master: the one of GET_HOSTS_FROM=env, else the Service called redis-master or redis-leader.',
  fidelity: 'simplified',
  repositories: ['*/gb-redisslave', '*/gb-redis-slave', '*/gb-redis-follower', '*/redis-slave', '*/gb-redis-replica'],
  sizeBytes: () => 40_000_000,
  entrypoint: ['/run.sh'],
  command: [],
  ports: [6379],
  userland: 'busybox',
  mainPrograms: ['run.sh', 'redis-server'],
  programs: { 'redis-cli': redisCli },
  usage: { idleCpuMillicores: 1, memoryBytes: 9_000_000, cpuMicrosecondsPerRequest: 50 },
  *start(container, { argv, env }) {
    const named = env.GET_HOSTS_FROM === 'env' ? (env.REDIS_MASTER_SERVICE_HOST ?? env.REDIS_LEADER_SERVICE_HOST) : undefined;
    return yield* runRedisServer(container, redisOptions(container, argv, named ? [named] : ['redis-master', 'redis-leader']));
  },
};
