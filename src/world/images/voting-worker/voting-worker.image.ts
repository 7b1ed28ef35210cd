// The voting app's worker: carries votes from the Redis list into the database.
import { seconds } from '@/simulation/clock/duration.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { PostgresClient, quoteSql } from '../../programs/postgres/postgres.ts';
import { SqlError } from '../../programs/postgres/tables.ts';
import { encodeCommand, parseReply } from '../../programs/redis/resp.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';

const table = 'CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) NOT NULL UNIQUE, vote VARCHAR(255) NOT NULL)';
/** How long one question to the list waits for a vote. The original asks ten times a second instead. */
const patience = 30;

function* store(client: PostgresClient, voter: string, vote: string): Task<void> {
  try {
    yield* client.query(`INSERT INTO votes (id, vote) VALUES (${quoteSql(voter)}, ${quoteSql(vote)})`);
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== '23505') throw error;
    yield* client.query(`UPDATE votes SET vote = ${quoteSql(vote)} WHERE id = ${quoteSql(voter)}`);
  }
}

/** Carries votes until one of the two connections is lost. */
function* carry(container: ContainerContext): Task<void> {
  const database = yield* PostgresClient.open(container, 'db', { user: 'postgres', password: 'postgres' });
  const redis = yield* container.process.within(seconds(10), container.network.dial('redis', 6379));
  if (redis === undefined) throw new NetworkError('timeout', 'redis: connection timed out');
  try {
    yield* database.query(table);
    container.log('Connected to redis and db');
    for (;;) {
      redis.send(encodeCommand(['BLPOP', 'votes', String(patience)]));
      const reply = yield* container.process.within(seconds(patience + 5), redis.receive());
      if (typeof reply !== 'string') throw new NetworkError('reset', 'redis: connection lost');
      const item = parseReply(reply);
      if (!Array.isArray(item)) continue;
      const { voter_id: voter, vote } = JSON.parse(String(item[1])) as { voter_id: string; vote: string };
      container.log(`Processing vote for '${vote}' by '${voter}'`);
      yield* store(database, voter, vote);
    }
  } finally {
    database.close();
    redis.close();
  }
}

export const image: ImageBehaviour = {
  name: 'voting-worker',
  explain:
    "The voting app's worker: takes votes from the Service redis, writes them to the Service db, and tries again while one of them is away.",
  fidelity: 'simplified',
  repositories: ['*/examplevotingapp_worker'],
  sizeBytes: () => 80_000_000,
  entrypoint: ['dotnet', 'Worker.dll'],
  command: [],
  ports: [],
  userland: 'debian',
  mainPrograms: ['dotnet'],
  usage: { idleCpuMillicores: 2, memoryBytes: 55_000_000 },
  *start(container) {
    container.onSignal((signal) => container.exit(128 + signal));
    for (;;) {
      try {
        yield* carry(container);
      } catch (error) {
        if (!(error instanceof NetworkError) && !(error instanceof SqlError)) throw error;
        container.log(
          error.message.includes('db') || error instanceof SqlError ? 'Waiting for db' : `Waiting for redis: ${error.message}`,
          'stderr',
        );
      }
      yield* container.sleep(seconds(1));
    }
  },
};
