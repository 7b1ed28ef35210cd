// A PostgreSQL server and its clients, with statements as text and answers as JSON in place of its wire protocol.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { ConnectionEnd } from '../../network/connection.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';
import type { ProgramStart } from '../../runtime/program.ts';
import { SqlError, Tables, type Result } from './tables.ts';

interface Question {
  readonly user: string;
  readonly password: string;
  readonly sql: string;
}

interface Answer {
  readonly result?: Result;
  readonly error?: { readonly message: string; readonly code: string };
}

const directory = '/var/lib/postgresql/data';
const stateFile = `${directory}/base.json`;

/** Serves until it is told to stop; ends at once without a password to set up with, as the image does. */
export function* runPostgres(container: ContainerContext, env: Readonly<Record<string, string>>): Task<number> {
  const user = env.POSTGRES_USER ?? 'postgres';
  const password = env.POSTGRES_PASSWORD ?? '';
  const tables = new Tables();
  const saved = container.files.read(stateFile);
  container.onSignal((signal) => container.exit(128 + signal));
  if (saved !== undefined) {
    container.log('\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n');
    tables.restore(saved);
    yield* container.sleep(seconds(0.4));
  } else {
    if (password === '' && env.POSTGRES_HOST_AUTH_METHOD !== 'trust') {
      container.log(
        'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser.',
        'stderr',
      );
      return 1;
    }
    container.log('The files belonging to this database system will be owned by user "postgres".');
    yield* container.sleep(seconds(1.8));
    container.files.write(`${directory}/PG_VERSION`, '15\n');
    container.log('PostgreSQL init process complete; ready for start up.');
  }
  container.network.listenTcp(5432, (end) => serve(end, container, tables, { user, password }));
  container.log(`LOG:  database system is ready to accept connections`, 'stderr');
  yield* container.untilSignal();
  container.log('LOG:  database system is shut down', 'stderr');
  return 0;
}

function serve(
  end: ConnectionEnd,
  container: ContainerContext,
  tables: Tables,
  owner: { readonly user: string; readonly password: string },
): void {
  end.handle(
    (payload) => {
      const question = typeof payload === 'string' ? parseQuestion(payload) : undefined;
      if (question === undefined) {
        container.log('LOG:  invalid length of startup packet', 'stderr');
        end.close();
        return;
      }
      end.send(JSON.stringify(answerOf(question, container, tables, owner)));
    },
    () => end.close(),
  );
}

function parseQuestion(text: string): Question | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Question;
  } catch {
    return undefined;
  }
}

function answerOf(
  question: Question,
  container: ContainerContext,
  tables: Tables,
  owner: { readonly user: string; readonly password: string },
): Answer {
  if (question.user !== owner.user || (owner.password !== '' && question.password !== owner.password)) {
    return { error: { message: `password authentication failed for user "${question.user}"`, code: '28P01' } };
  }
  try {
    const result = tables.run(question.sql);
    if (!result.tag.startsWith('SELECT')) container.files.write(stateFile, tables.dump());
    return { result };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    container.log(`ERROR:  ${error.message}\nSTATEMENT:  ${question.sql}`, 'stderr');
    return { error: { message: error.message, code: error.code } };
  }
}

/** A client's connection to a server. */
export class PostgresClient {
  private constructor(
    private readonly end: ConnectionEnd,
    private readonly container: ContainerContext,
    private readonly login: { readonly user: string; readonly password: string },
  ) {}

  /** Throws {@link NetworkError}. */
  static *open(
    container: ContainerContext,
    host: string,
    login: { readonly user: string; readonly password: string },
  ): Task<PostgresClient> {
    const end = yield* container.process.within(seconds(10), container.network.dial(host, 5432));
    if (end === undefined)
      throw new NetworkError('timeout', `connection to server at "${host}", port 5432 failed: timeout expired`);
    return new PostgresClient(end, container, login);
  }

  /** Runs a statement. Throws {@link NetworkError} when the server is lost, {@link SqlError} when it refuses. */
  *query(sql: string): Task<Result> {
    this.end.send(JSON.stringify({ ...this.login, sql }));
    const reply = yield* this.container.process.within(seconds(10), this.end.receive());
    if (typeof reply !== 'string') throw new NetworkError('reset', 'server closed the connection unexpectedly');
    const answer = JSON.parse(reply) as Answer;
    if (answer.result) return answer.result;
    throw new SqlError(answer.error?.message ?? 'unknown error', answer.error?.code ?? 'XX000');
  }

  close(): void {
    this.end.close();
  }
}

/** Text as a SQL literal. */
export function quoteSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `psql [-h host] [-U user] -c statement` */
export function* psql(start: ProgramStart): Task<number> {
  const after = (flag: string): string | undefined =>
    start.argv.includes(flag) ? start.argv[start.argv.indexOf(flag) + 1] : undefined;
  const login = {
    user: after('-U') ?? start.env.PGUSER ?? 'postgres',
    password: start.env.PGPASSWORD ?? start.env.POSTGRES_PASSWORD ?? '',
  };
  const sql = after('-c') ?? (yield* start.input.readAll());
  const isBare = start.argv.some((word) => /^-[a-zA-Z]*t/.test(word));
  try {
    const client = yield* PostgresClient.open(start.container, after('-h') ?? '127.0.0.1', login);
    const { columns, rows, tag } = yield* client.query(sql);
    client.close();
    if (columns.length === 0) start.output.write(`${tag}\n`);
    else {
      if (!isBare)
        start.output.write(` ${columns.join(' | ')} \n${columns.map((column) => '-'.repeat(column.length + 2)).join('+')}\n`);
      for (const row of rows) start.output.write(` ${row.map((cell) => cell ?? '').join(' | ')}\n`);
      if (!isBare) start.output.write(`(${rows.length} row${rows.length === 1 ? '' : 's'})\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError) && !(error instanceof SqlError)) throw error;
    start.errors.write(error instanceof SqlError ? `ERROR:  ${error.message}\n` : `psql: error: ${error.message}\n`);
    return error instanceof SqlError ? 1 : 2;
  }
}

/** `pg_isready`: 0 when the server accepts connections, 2 when nobody answers. */
export function* isReady(start: ProgramStart): Task<number> {
  const at = start.argv.indexOf('-h');
  const host = at < 0 ? '127.0.0.1' : (start.argv[at + 1] ?? '');
  try {
    const client = yield* PostgresClient.open(start.container, host, { user: '', password: '' });
    client.close();
    start.output.write(`${host}:5432 - accepting connections\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    start.output.write(`${host}:5432 - no response\n`);
    return 2;
  }
}
