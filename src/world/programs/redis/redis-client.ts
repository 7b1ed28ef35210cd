// Asking a Redis server: for other software, and as `redis-cli`.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';
import type { ProgramStart } from '../../runtime/program.ts';
import { encodeCommand, parseReply, replyText, type Reply } from './resp.ts';

/** One command over a connection of its own. Throws {@link NetworkError}; undefined when the server did not answer in time. */
export function* askRedis(
  container: ContainerContext,
  host: string,
  port: number,
  command: readonly string[],
  patienceSeconds = 5,
): Task<Reply | undefined> {
  return yield* container.process.within(seconds(patienceSeconds), ask(container, host, port, command));
}

function* ask(container: ContainerContext, host: string, port: number, command: readonly string[]): Task<Reply> {
  const end = yield* container.network.dial(host, port);
  try {
    end.send(encodeCommand(command));
    const reply = yield* end.receive();
    if (typeof reply !== 'string') throw new NetworkError('reset', 'Server closed the connection');
    return parseReply(reply);
  } finally {
    end.close();
  }
}

/** `redis-cli [-h host] [-p port] [--raw] command…` */
export function* redisCli(start: ProgramStart): Task<number> {
  let host = '127.0.0.1';
  let port = 6379;
  let isRaw = true;
  const command: string[] = [];
  for (let at = 1; at < start.argv.length; at++) {
    const word = start.argv[at] ?? '';
    if (command.length > 0) command.push(word);
    else if (word === '-h') host = start.argv[++at] ?? host;
    else if (word === '-p') port = Number(start.argv[++at]);
    else if (word === '-a' || word === '-n' || word === '-u') at++;
    else if (word === '--no-raw') isRaw = false;
    else if (!word.startsWith('-')) command.push(word);
  }
  const lines =
    command.length > 0
      ? [command]
      : (yield* start.input.readAll())
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => line.trim().split(/\s+/));
  for (const words of lines) {
    try {
      const reply = yield* askRedis(start.container, host, port, words);
      if (reply === undefined) throw new NetworkError('timeout', 'Connection timed out');
      start.output.write(`${replyText(reply, isRaw)}\n`);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const words = {
        refused: 'Connection refused',
        timeout: 'Connection timed out',
        unreachable: 'No route to host',
        reset: 'Server closed the connection',
        'no-such-host': 'Name does not resolve',
      };
      start.errors.write(`Could not connect to Redis at ${host}:${port}: ${words[error.reason]}\n`);
      return 1;
    }
  }
  return 0;
}
