// redis-server: keys in memory, a snapshot on disk at a clean end, and replicas that follow their master.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import type { Task } from '@/simulation/process/task.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { ConnectionEnd } from '../../network/connection.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';
import { RedisData, writes } from './redis-data.ts';
import { encodeCommand, encodeReply, parseCommands, type Reply } from './resp.ts';

export interface RedisOptions {
  readonly port: number;
  /** Names of the master, the first that resolves counts; none for a master. */
  readonly masters: readonly string[];
  readonly masterPort: number;
}

interface Waiter {
  readonly end: ConnectionEnd;
  readonly keys: readonly string[];
  readonly command: string;
  readonly timer: Timer | undefined;
}

const snapshotFile = '/data/dump.rdb';
const retryAfter = seconds(1);
const pingEvery = seconds(10);
const masterTimeout = seconds(60);

/** Reads `port`, `replicaof` and their old names from the command line and a configuration file. */
export function redisOptions(
  container: ContainerContext,
  argv: readonly string[],
  masters: readonly string[] = [],
): RedisOptions {
  const words: string[] = [];
  const file = argv[1] !== undefined && !argv[1].startsWith('-') ? container.files.read(argv[1]) : undefined;
  for (const line of (file ?? '').split('\n'))
    if (line.trim() !== '' && !line.startsWith('#'))
      words.push(`--${line.trim().split(/\s+/)[0] ?? ''}`, ...line.trim().split(/\s+/).slice(1));
  words.push(...argv.slice(1));
  const after = (...names: readonly string[]): number => words.findIndex((word) => names.includes(word));
  const port = after('--port');
  const follows = after('--replicaof', '--slaveof');
  const master = follows < 0 ? undefined : (words[follows + 1] ?? '').split(' ')[0];
  return {
    port: port < 0 ? 6379 : Number(words[port + 1]),
    masters: master ? [master] : masters,
    masterPort: follows < 0 ? 6379 : Number((words[follows + 1] ?? '').split(' ')[1] ?? words[follows + 2] ?? 6379),
  };
}

/** Serves until it is told to stop. */
export function* runRedisServer(container: ContainerContext, options: RedisOptions): Task<number> {
  const server = new RedisServer(container, options);
  return yield* server.run();
}

class RedisServer {
  private readonly data: RedisData;
  private readonly replicas = new Set<ConnectionEnd>();
  private waiters: Waiter[] = [];
  private isLinked = false;
  private writesSinceSave = 0;
  private writeCount = 0;
  private pinging: Timer | undefined;

  constructor(
    private readonly container: ContainerContext,
    private readonly options: RedisOptions,
  ) {
    this.data = new RedisData(container);
  }

  *run(): Task<number> {
    const { container, options } = this;
    container.log(`1:C * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo`);
    this.load();
    container.network.listenTcp(options.port, (end) => this.accept(end));
    container.log(`1:M * Ready to accept connections tcp`);
    if (options.masters.length > 0) container.process.spawn(this.follow());
    yield* container.untilSignal();
    container.log('1:signal-handler Received SIGTERM scheduling shutdown...');
    this.save();
    container.log('1:M # Redis is now ready to exit, bye bye...');
    return 0;
  }

  private accept(end: ConnectionEnd): void {
    end.handle(
      (payload) => {
        if (typeof payload !== 'string') {
          // Redis takes an HTTP request for an attack and hangs up.
          end.close();
          return;
        }
        for (const [name = '', ...args] of parseCommands(payload)) {
          const reply = this.answer(end, name.toUpperCase(), args);
          if (reply !== undefined) end.send(encodeReply(reply));
        }
      },
      () => {
        this.replicas.delete(end);
        for (const waiter of this.waiters) if (waiter.end === end) waiter.timer?.cancel();
        this.waiters = this.waiters.filter((waiter) => waiter.end !== end);
        end.close();
      },
    );
  }

  private answer(end: ConnectionEnd, command: string, args: readonly string[]): Reply | undefined {
    switch (command) {
      case 'PING':
        return args[0] ?? { status: 'PONG' };
      case 'ECHO':
        return args[0] ?? '';
      case 'AUTH':
      case 'SELECT':
      case 'CLIENT':
      case 'SAVE':
      case 'BGSAVE':
        if (command.endsWith('SAVE')) this.save();
        return { status: 'OK' };
      case 'QUIT':
        end.send(encodeReply({ status: 'OK' }));
        end.close();
        return undefined;
      case 'INFO':
        return this.info();
      case 'ROLE':
        return this.options.masters.length > 0
          ? ['slave', this.options.masters[0] ?? '', this.options.masterPort, this.isLinked ? 'connected' : 'connect', 0]
          : ['master', 0, []];
      case 'CONFIG':
      case 'COMMAND':
        return [];
      case 'PSYNC':
        return this.welcomeReplica(end);
      case 'BLPOP':
      case 'BRPOP':
        return this.blockingPop(end, command, args);
    }
    if (writes.has(command) && this.options.masters.length > 0)
      return { error: "READONLY You can't write against a read only replica." };
    const reply = this.data.run(command, args);
    if (reply === undefined) return { error: `ERR unknown command '${command.toLowerCase()}'` };
    if (writes.has(command)) this.written(command, args);
    return reply;
  }

  /** After a write: replicas hear of it, clients that wait for an item are served. */
  private written(command: string, args: readonly string[]): void {
    this.writesSinceSave++;
    if (++this.writeCount % 100 === 0) this.container.useMemory(this.data.bytes);
    for (const replica of this.replicas) replica.send(encodeCommand([command, ...args]));
    if (command !== 'RPUSH' && command !== 'LPUSH') return;
    for (const waiter of [...this.waiters]) {
      const reply = this.pop(waiter.command, waiter.keys);
      if (reply === undefined) continue;
      this.waiters = this.waiters.filter((other) => other !== waiter);
      waiter.timer?.cancel();
      waiter.end.send(encodeReply(reply));
    }
  }

  private blockingPop(end: ConnectionEnd, command: string, args: readonly string[]): Reply | undefined {
    const keys = args.slice(0, -1);
    const reply = this.pop(command, keys);
    if (reply !== undefined) return reply;
    const patience = Number(args.at(-1));
    const expire = (): void => {
      this.waiters = this.waiters.filter((other) => other !== waiter);
      end.send('*-1\r\n');
    };
    const waiter: Waiter = {
      end,
      keys,
      command,
      timer: patience > 0 ? this.container.process.after(seconds(patience), expire) : undefined,
    };
    this.waiters.push(waiter);
    return undefined;
  }

  private pop(command: string, keys: readonly string[]): Reply | undefined {
    for (const key of keys) {
      const side = command === 'BLPOP' ? 'LPOP' : 'RPOP';
      const item = this.data.run(side, [key]);
      if (typeof item !== 'string') continue;
      for (const replica of this.replicas) replica.send(encodeCommand([side, key]));
      return [key, item];
    }
    return undefined;
  }

  private welcomeReplica(end: ConnectionEnd): undefined {
    this.container.log(`1:M * Replica ${end.remoteAddress} asks for synchronization`);
    end.send(encodeCommand(['FULLRESYNC']));
    for (const command of this.data.snapshot()) end.send(encodeCommand(command));
    this.replicas.add(end);
    this.pinging ??= this.container.process.after(pingEvery, () => this.pingReplicas());
    return undefined;
  }

  private pingReplicas(): void {
    this.pinging = undefined;
    for (const replica of this.replicas) replica.send(encodeCommand(['PING']));
    if (this.replicas.size > 0) this.pinging = this.container.process.after(pingEvery, () => this.pingReplicas());
  }

  /** The replica's side: connect, take everything over, apply what comes; and again when the master is lost. */
  private *follow(): Task<void> {
    const { container, options } = this;
    for (;;) {
      try {
        const host = yield* this.findMaster();
        container.log(`1:S * Connecting to MASTER ${host}:${options.masterPort}`);
        const end = yield* container.process.within(masterTimeout, container.network.dial(host, options.masterPort));
        if (end) yield* this.apply(end);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        container.log(`1:S # Unable to connect to MASTER: ${error.message}`);
      }
      this.isLinked = false;
      yield* container.sleep(retryAfter);
    }
  }

  private *apply(end: ConnectionEnd): Task<void> {
    try {
      end.send(encodeCommand(['PSYNC', '?', '-1']));
      for (;;) {
        const payload = yield* this.container.process.within(masterTimeout, end.receive());
        if (typeof payload !== 'string') return;
        for (const [name = '', ...args] of parseCommands(payload)) {
          if (name === 'FULLRESYNC') {
            this.data.clear();
            this.isLinked = true;
            this.container.log('1:S * MASTER <-> REPLICA sync: Finished with success');
          } else if (name !== 'PING') this.data.run(name, args);
        }
      }
    } finally {
      end.close();
      this.container.log('1:S * Connection with master lost.');
    }
  }

  private *findMaster(): Task<string> {
    for (const name of this.options.masters) if ((yield* this.container.network.lookup(name)).addresses.length > 0) return name;
    return this.options.masters[0] ?? '';
  }

  private info(): string {
    const role =
      this.options.masters.length > 0
        ? `role:slave\r\nmaster_host:${this.options.masters[0] ?? ''}\r\nmaster_link_status:${this.isLinked ? 'up' : 'down'}`
        : `role:master\r\nconnected_slaves:${this.replicas.size}`;
    const uptime = Math.floor((this.container.now - this.container.startedAt) / 1e6);
    return `# Server\r\nredis_version:8.8.0\r\nuptime_in_seconds:${uptime}\r\n# Replication\r\n${role}\r\n# Keyspace\r\ndb0:keys=${this.data.size}\r\n`;
  }

  private save(): void {
    if (this.writesSinceSave === 0) return;
    this.container.files.write(snapshotFile, this.data.snapshot().map(encodeCommand).join(''));
    this.writesSinceSave = 0;
  }

  private load(): void {
    const snapshot = this.container.files.read(snapshotFile);
    if (snapshot === undefined || this.options.masters.length > 0) return;
    for (const [name = '', ...args] of parseCommands(snapshot)) this.data.run(name, args);
    this.container.log(`1:M * DB loaded from disk`);
  }
}
