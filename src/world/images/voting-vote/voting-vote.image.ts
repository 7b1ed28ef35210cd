// The voting app's front: takes votes and puts them into a Redis list.
import { milliseconds } from '@/simulation/clock/duration.ts';
import { NetworkError, type HttpRequest, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { askRedis } from '../../programs/redis/redis-client.ts';
import { htmlResponse, parseForm } from '../../network/payload.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';

function page(a: string, b: string, hostname: string, vote: string): string {
  return `<!DOCTYPE html>\n<html>\n<head><title>${a} vs ${b}!</title></head>\n<body>\n<h3>${a} vs ${b}!</h3>\n<form id="choice" method="POST" action="/">\n<button id="a" name="vote" value="a">${a}</button>\n<button id="b" name="vote" value="b">${b}</button>\n</form>\n<div id="tip">${vote ? `You voted ${vote}` : '(Tip: you can change your vote)'}</div>\n<div id="hostname">Processed by container ID ${hostname}</div>\n</body>\n</html>\n`;
}

function* answer(container: ContainerContext, env: Readonly<Record<string, string>>, request: HttpRequest): Task<HttpResponse> {
  yield* container.sleep(milliseconds(4));
  const voter =
    /voter_id=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ??
    container.random.uint32().toString(16).padStart(8, '0') + container.random.uint32().toString(16).padStart(8, '0');
  const vote = request.method === 'POST' ? (parseForm(request.body).vote ?? '') : '';
  if (vote !== '') {
    try {
      container.log(`Received vote for ${vote}`);
      const reply = yield* askRedis(container, 'redis', 6379, ['RPUSH', 'votes', JSON.stringify({ voter_id: voter, vote })]);
      if (typeof reply !== 'number') throw new NetworkError('timeout', 'Timeout connecting to server');
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      container.log(`redis.exceptions.ConnectionError: ${error.message}`, 'stderr');
      return htmlResponse('<h1>Internal Server Error</h1>', 500);
    }
  }
  const response = htmlResponse(page(env.OPTION_A ?? 'Cats', env.OPTION_B ?? 'Dogs', container.pod.hostname, vote));
  return { ...response, headers: { ...response.headers, 'set-cookie': `voter_id=${voter}` } };
}

export const image: ImageBehaviour = {
  name: 'voting-vote',
  explain: "The voting app's front page on port 80: a vote is put into the list of the Service redis.",
  fidelity: 'simplified',
  repositories: ['*/examplevotingapp_vote'],
  sizeBytes: () => 50_000_000,
  entrypoint: [],
  command: ['gunicorn', 'app:app', '-b', '0.0.0.0:80'],
  ports: [80],
  userland: 'debian',
  mainPrograms: ['gunicorn'],
  usage: { idleCpuMillicores: 1, memoryBytes: 60_000_000, cpuMicrosecondsPerRequest: 2500 },
  start(container, { env }) {
    container.network.listenHttp(80, (request) => answer(container, env, request));
    container.log('[INFO] Listening at: http://0.0.0.0:80 (1)', 'stderr');
    return undefined;
  },
};
