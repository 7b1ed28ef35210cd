// The guestbook's web page: writes to the Redis master, reads from a replica.
import { milliseconds } from '@/simulation/clock/duration.ts';
import { NetworkError, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { askRedis } from '../../programs/redis/redis-client.ts';
import type { Reply } from '../../programs/redis/resp.ts';
import { startWebServer, type WebServer } from '../../programs/web-server.ts';
import { htmlResponse, splitTarget, textResponse } from '../../network/payload.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';

const page = `<html ng-app="redis">
  <head><title>Guestbook</title></head>
  <body ng-controller="RedisCtrl">
    <h2>Guestbook</h2>
    <form><input ng-model="msg" placeholder="Messages" type="text" name="input"><button type="button">Submit</button></form>
  </body>
</html>
`;

const server: WebServer = {
  documents: '/var/www/html',
  serverHeader: 'Apache/2.4.52 (Debian)',
  errorPage: (status, reason) =>
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head><title>${status} ${reason}</title></head><body><h1>${reason}</h1></body></html>\n`,
};

/** The first of several Service names that resolves: releases of this image differ in them. */
function* firstKnown(container: ContainerContext, names: readonly string[]): Task<string> {
  for (const name of names) if ((yield* container.network.lookup(name)).addresses.length > 0) return name;
  return names[0] ?? '';
}

function* guestbook(
  container: ContainerContext,
  env: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): Task<HttpResponse> {
  yield* container.sleep(milliseconds(3));
  const isSet = query.cmd === 'set';
  const fromEnv = isSet
    ? (env.REDIS_MASTER_SERVICE_HOST ?? env.REDIS_LEADER_SERVICE_HOST)
    : (env.REDIS_REPLICA_SERVICE_HOST ?? env.REDIS_SLAVE_SERVICE_HOST ?? env.REDIS_FOLLOWER_SERVICE_HOST);
  const names = isSet ? ['redis-master', 'redis-leader'] : ['redis-replica', 'redis-slave', 'redis-follower'];
  let reply: Reply | undefined;
  try {
    const host = env.GET_HOSTS_FROM === 'env' && fromEnv ? fromEnv : yield* firstKnown(container, names);
    reply = yield* askRedis(
      container,
      host,
      6379,
      isSet ? ['SET', query.key ?? '', query.value ?? ''] : ['GET', query.key ?? ''],
    );
    if (reply === undefined) throw new NetworkError('timeout', `Connection timed out [tcp://${host}:6379]`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    container.log(`PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: ${error.message}`, 'stderr');
    return textResponse(500, '', 'application/json');
  }
  return textResponse(
    200,
    isSet ? '{"message": "Updated"}' : `{"data": ${JSON.stringify(typeof reply === 'string' ? reply : '')}}`,
    'application/json',
  );
}

export const image: ImageBehaviour = {
  name: 'gb-frontend',
  explain:
    "The guestbook's web page on port 80: /guestbook.php?cmd=set writes to the Redis master, cmd=get reads from a replica.",
  fidelity: 'simplified',
  repositories: ['*/gb-frontend'],
  sizeBytes: () => 155_000_000,
  entrypoint: [],
  command: ['apache2-foreground'],
  ports: [80],
  stopSignal: 28,
  userland: 'debian',
  mainPrograms: ['apache2-foreground'],
  files: { '/var/www/html/index.html': page, '/tmp/.keep': '' },
  usage: { idleCpuMillicores: 1, memoryBytes: 30_000_000, cpuMicrosecondsPerRequest: 1500 },
  start(container, { env }) {
    startWebServer(container, server, 80, (request) => {
      const { path, query } = splitTarget(request.path);
      if (path !== '/guestbook.php') return undefined;
      return query.cmd === undefined ? htmlResponse('<h1>PHP Version 8.1</h1>') : guestbook(container, env, query);
    });
    return undefined;
  },
};
