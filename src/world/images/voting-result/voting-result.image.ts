// The voting app's result page: counts what is in the database.
import { seconds } from '@/simulation/clock/duration.ts';
import { NetworkError, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { htmlResponse } from '../../network/payload.ts';
import { PostgresClient } from '../../programs/postgres/postgres.ts';
import { SqlError } from '../../programs/postgres/tables.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';

interface Counts {
  a: number;
  b: number;
}

function* count(container: ContainerContext): Task<Counts> {
  const counts: Counts = { a: 0, b: 0 };
  const client = yield* PostgresClient.open(container, 'db', { user: 'postgres', password: 'postgres' });
  try {
    const { rows } = yield* client.query('SELECT vote, COUNT(id) AS count FROM votes GROUP BY vote');
    for (const [vote, total] of rows) if (vote === 'a' || vote === 'b') counts[vote] = Number(total);
  } finally {
    client.close();
  }
  return counts;
}

export const image: ImageBehaviour = {
  name: 'voting-result',
  explain:
    "The voting app's result page on port 80: counts the votes in the Service db each time it is asked, and shows the last counts it knows while the database is away.",
  fidelity: 'simplified',
  repositories: ['*/examplevotingapp_result'],
  sizeBytes: () => 75_000_000,
  entrypoint: [],
  command: ['node', 'server.js'],
  ports: [80],
  userland: 'debian',
  mainPrograms: ['node', 'tini'],
  usage: { idleCpuMillicores: 2, memoryBytes: 45_000_000, cpuMicrosecondsPerRequest: 2000 },
  start(container) {
    let known: Counts = { a: 0, b: 0 };
    const respond = function* (): Task<HttpResponse> {
      try {
        known = (yield* container.process.within(seconds(1), count(container))) ?? known;
      } catch (error) {
        if (!(error instanceof NetworkError) && !(error instanceof SqlError)) throw error;
        container.log(`Error performing query: ${error.message}`, 'stderr');
      }
      const total = known.a + known.b;
      const share = (votes: number): string => (total === 0 ? '50.0%' : `${((votes / total) * 100).toFixed(1)}%`);
      return htmlResponse(
        `<!DOCTYPE html>\n<html>\n<head><title>Cats vs Dogs -- Result</title></head>\n<body>\n<div class="choice cats">Cats ${share(known.a)}</div>\n<div class="choice dogs">Dogs ${share(known.b)}</div>\n<div id="result">${total === 0 ? 'No votes yet' : `${total} vote${total === 1 ? '' : 's'}`}</div>\n</body>\n</html>\n`,
      );
    };
    container.network.listenHttp(80, respond);
    container.log('App running on port 80');
    return undefined;
  },
};
