// The user outside: sends requests to Services from beyond the LAN, and keeps the account of each of them.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import { between, inMilliseconds, seconds, type Instant } from '@/simulation/clock/duration.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { Process, TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Machine } from '../machines/machine.ts';
import { Account, type Hop } from '../network/account.ts';
import { openByteConnection } from '../network/byte-connection.ts';
import type { ConnectionEnd } from '../network/connection.ts';
import { NetworkHost } from '../network/interfaces.ts';
import type { Network } from '../network/network.ts';
import { NetworkStack } from '../network/stack.ts';
import { getRequest } from '../network/payload.ts';

/** What the user asks, of whom, how often. */
export interface TrafficSource {
  readonly namespace: string;
  readonly service: string;
  /** The Service's cluster address; used when there is no node port, through a machine as gateway. */
  readonly ip: string;
  readonly port: number;
  /** Used on the machines' own addresses when given. */
  readonly nodePort?: number;
  readonly path: string;
  readonly ratePerSecond: number;
}

export type Outcome = 'underway' | 'ok' | 'error' | 'refused' | 'timeout' | 'unreachable';

/** One request, on its way or done. */
export interface Packet {
  readonly id: number;
  /** `namespace/name`. */
  readonly service: string;
  readonly start: Instant;
  /** 0 while it is under way. */
  readonly end: Instant;
  readonly outcome: Outcome;
  /** HTTP status; 0 without one. */
  readonly status: number;
  readonly path: readonly string[];
  readonly hops: readonly Hop[];
}

/** Sums of one source since it was started. */
export interface TrafficCounts {
  readonly source: TrafficSource;
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Requests answered, by `namespace/pod`. */
  readonly byBackend: Readonly<Record<string, number>>;
  /** Over the last 200 answered requests. */
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

class Request implements Packet {
  end = 0 as Instant;
  outcome: Outcome = 'underway';
  status = 0;
  /** Counts all changes of all packets: what is newer than a reader's cursor is news to it. */
  revision = 0;

  constructor(
    readonly id: number,
    readonly service: string,
    readonly start: Instant,
    readonly account: Account,
  ) {}

  get path(): readonly string[] {
    return this.account.path;
  }
  get hops(): readonly Hop[] {
    return this.account.hops;
  }
}

/** Whether requests to a Service go well: only a turn is told. */
class Fortune {
  /** Set while requests fail. */
  failingSince: Instant | undefined;
  lastFailure = 0 as Instant;
}

class Running extends Fortune {
  sent = 0;
  succeeded = 0;
  failed = 0;
  readonly byBackend: Record<string, number> = {};
  readonly latencies: number[] = [];
  task: TaskHandle<void> | undefined;

  constructor(readonly source: TrafficSource) {
    super();
  }
}

/** Where the user sits: an address that no machine has. */
export const userIp = '203.0.113.10';
/** Dialled when there is no machine to dial: nobody answers. */
const unreachableIp = '172.18.0.254';
const mostPackets = 2_000;
const mostLatencies = 200;
const userPatience = seconds(5);
const calmAfter = seconds(10);

/** See the file's header. */
export class Traffic {
  private readonly sources = new Map<string, Running>();
  /** Real visitors, by Service. */
  private readonly visitors = new Map<string, Fortune>();
  private readonly packets: Request[] = [];
  private readonly byId = new Map<number, Request>();
  private readonly stack: NetworkStack;
  private lastId = 0;
  private revision = 0;

  constructor(
    private readonly process: Process,
    network: Network,
    private readonly machines: () => readonly Machine[],
  ) {
    const host = new NetworkHost('user', userIp, 'user', undefined);
    host.isUp = true;
    network.attach(host);
    this.stack = new NetworkStack(network, () => host.root, {
      label: 'user',
      resolver: { servers: [], searches: [], options: [] },
      hostsFile: () => '',
      run: () => undefined,
    });
  }

  /** Starts requests to a Service; what ran for it before is replaced, with its sums. */
  start(source: TrafficSource): void {
    this.stop(source.namespace, source.service);
    const running = new Running(source);
    this.sources.set(`${source.namespace}/${source.service}`, running);
    running.task = this.process.spawn(this.arrivals(running));
  }

  /**
   * Somebody real connects to a node port from outside, through a machine that can be reached: bytes in, bytes out. It is shown as a packet
   * until its first answer.
   */
  visit(visit: { readonly namespace: string; readonly service: string; readonly nodePort: number }, sink: StreamSink): StreamInput {
    const packet = this.open(`${visit.namespace}/${visit.service}`);
    const entry = this.entryFor(visit.nodePort);
    const settle = (outcome: Outcome, status = 0): void => {
      if (packet.outcome !== 'underway') return;
      packet.status = status;
      this.close(packet, outcome);
      const fortune = this.visitors.get(packet.service) ?? new Fortune();
      this.visitors.set(packet.service, fortune);
      this.tellTurn(fortune, packet);
    };
    if (entry) packet.account.add('user', 'send', `A connection from this computer to the node port ${entry.ip}:${visit.nodePort}`);
    else packet.account.add('user', 'drop', 'No machine of the cluster can be reached from outside.');
    const { account } = packet;
    const dial = (): Task<ConnectionEnd> => this.stack.dial(entry?.ip ?? unreachableIp, visit.nodePort, { account });
    return openByteConnection({
      process: this.process,
      dial,
      refusal: (error) => {
        account.add('user', error.reason === 'timeout' ? 'timeout' : 'drop', error.message);
        settle(error.reason === 'refused' || error.reason === 'timeout' || error.reason === 'unreachable' ? error.reason : 'error');
        return error.message;
      },
      answered: (status, size) => {
        if (packet.outcome !== 'underway') return;
        account.add(account.path.at(-1) ?? 'user', 'answer', status > 0 ? `Answered ${status} with ${size} bytes.` : 'Answered in a protocol that is not HTTP.');
        settle(status < 400 ? 'ok' : 'error', status);
      },
      sink: {
        output: (text) => sink.output(text),
        errors: (text) => sink.errors(text),
        ended: (end) => {
          if (end.kind === 'cut' && packet.outcome === 'underway') account.add(account.path.at(-1) ?? 'user', 'drop', 'The connection was reset before an answer came.');
          settle(end.kind === 'exit' ? 'ok' : 'error');
          sink.ended(end);
        },
      },
    });
  }

  /** A machine that can be reached, and that may pass requests on to a pod if there is one such. */
  private entryFor(nodePort: number): Machine | undefined {
    const reachable = this.machines().filter((machine) => machine.isReachable);
    return reachable.find(({ filter, ip }) => (filter.match(ip, nodePort, 'TCP', true)?.backends.length ?? 0) > 0) ?? reachable[0];
  }

  /** Answers false when there was none. Requests under way are carried to their end. */
  stop(namespace: string, service: string): boolean {
    const key = `${namespace}/${service}`;
    this.sources.get(key)?.task?.stop();
    return this.sources.delete(key);
  }

  /** Sums of every source, in the order of their starting. */
  get counts(): readonly TrafficCounts[] {
    return [...this.sources.values()].map(({ source, sent, succeeded, failed, byBackend, latencies }) => {
      const sorted = [...latencies].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return {
        source,
        sent,
        succeeded,
        failed,
        byBackend: { ...byBackend },
        p50Milliseconds: at(0.5),
        p99Milliseconds: at(0.99),
      };
    });
  }

  /** Packets that appeared or changed after `cursor` (0: all that are kept), and the cursor for the next time. */
  packetsSince(cursor: number): { readonly cursor: number; readonly packets: readonly Packet[] } {
    return {
      cursor: this.revision,
      packets: cursor === this.revision ? [] : this.packets.filter((packet) => packet.revision > cursor),
    };
  }

  /** One packet with all its hops, while it is kept (the last 2,000 are). */
  account(id: number): Packet | undefined {
    return this.byId.get(id);
  }

  private *arrivals(running: Running): Task<void> {
    const { source } = running;
    const random = this.process.random.fork(`traffic ${source.namespace}/${source.service}`);
    for (;;) {
      const gap = -Math.log(1 - random.unit()) / source.ratePerSecond;
      yield* this.process.sleep(seconds(gap));
      const entries = this.machines().filter((machine) => machine.isReachable);
      const entry = entries.length > 0 ? random.pick(entries) : undefined;
      this.process.spawn(this.request(running, entry));
    }
  }

  private *request(running: Running, entry: Machine | undefined): Task<void> {
    const { source } = running;
    const packet = this.open(`${source.namespace}/${source.service}`);
    running.sent++;
    const before = this.process.cause;
    if (entry === undefined) {
      packet.account.add('user', 'drop', 'No machine of the cluster can be reached from outside.');
      this.settle(running, packet, 'unreachable');
      return;
    }
    const isNodePort = source.nodePort !== undefined;
    const ip = isNodePort ? entry.ip : source.ip;
    const port = source.nodePort ?? source.port;
    packet.account.add(
      'user',
      'send',
      isNodePort
        ? `GET ${source.path} to the node port ${ip}:${port}`
        : `GET ${source.path} to ${ip}:${port}, which exists only inside the cluster: ${entry.name} is the way in`,
    );
    const exchange = this.exchange(packet, ip, port, source, isNodePort ? undefined : entry.networkHost);
    const outcome = yield* this.process.within(userPatience, exchange);
    this.process.cause = before;
    if (outcome === undefined) packet.account.add('user', 'timeout', 'The user gave up after 5 s without an answer.');
    this.settle(running, packet, outcome ?? 'timeout');
  }

  private *exchange(
    packet: Request,
    ip: string,
    port: number,
    source: TrafficSource,
    gateway: NetworkHost | undefined,
  ): Task<Outcome> {
    try {
      const end = yield* this.stack.dial(ip, port, { account: packet.account, gateway });
      try {
        if (!end.isHttp) {
          packet.account.add(end.listenerLabel, 'answer', 'Accepted the connection; it speaks another protocol than HTTP.');
          return 'ok';
        }
        end.send({
          kind: 'http-request',
          request: getRequest(source.path, { host: `${source.service}.${source.namespace}`, 'user-agent': 'user' }),
        });
        const reply = yield* end.receive();
        if (reply === undefined || typeof reply === 'string' || reply.kind !== 'http-response') {
          packet.account.add(end.listenerLabel, 'answer', 'Closed the connection without an answer.');
          return 'error';
        }
        packet.status = reply.response.status;
        packet.account.add(
          end.listenerLabel,
          'answer',
          `Answered ${reply.response.status} with ${reply.response.body.length} bytes.`,
        );
        return reply.response.status < 400 ? 'ok' : 'error';
      } finally {
        end.close();
      }
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      packet.account.add('user', error.reason === 'timeout' ? 'timeout' : 'drop', error.message);
      if (error.reason === 'refused' || error.reason === 'timeout' || error.reason === 'unreachable') return error.reason;
      return 'error';
    }
  }

  private open(service: string): Request {
    const packet = new Request(++this.lastId, service, this.process.now, new Account(this.process));
    packet.revision = ++this.revision;
    this.packets.push(packet);
    this.byId.set(packet.id, packet);
    if (this.packets.length > mostPackets) {
      const oldest = this.packets.shift();
      if (oldest) this.byId.delete(oldest.id);
    }
    return packet;
  }

  private close(packet: Request, outcome: Outcome): void {
    packet.end = this.process.now;
    packet.outcome = outcome;
    packet.revision = ++this.revision;
  }

  private settle(running: Running, packet: Request, outcome: Outcome): void {
    this.close(packet, outcome);
    if (outcome === 'ok') running.succeeded++;
    else running.failed++;
    const backend = packet.path.findLast((place) => place.startsWith('pod:'))?.slice(4);
    if (backend !== undefined && (outcome === 'ok' || outcome === 'error')) {
      running.byBackend[backend] = (running.byBackend[backend] ?? 0) + 1;
      running.latencies.push(inMilliseconds(between(packet.start, packet.end)));
      if (running.latencies.length > mostLatencies) running.latencies.shift();
    }
    this.tellTurn(running, packet);
  }

  /** Only a turn from good to bad or back is worth a line: a flood of equal failures is not. Good is what has been good for a while. */
  private tellTurn(fortune: Fortune, packet: Request): void {
    const isGood = packet.outcome === 'ok';
    const now = this.process.now;
    const wasFailing = fortune.failingSince !== undefined;
    if (!isGood) fortune.lastFailure = now;
    if (isGood ? !wasFailing || between(fortune.lastFailure, now) < calmAfter : wasFailing) return;
    fortune.failingSince = isGood ? undefined : now;
    const [namespace = '', service = ''] = packet.service.split('/');
    const subjects = [`Service/${namespace}/${service}`];
    const why =
      packet.hops.findLast(({ kind }) => kind === 'refuse' || kind === 'drop' || kind === 'timeout')?.detail ??
      `status ${packet.status}`;
    const message = isGood
      ? `The user's requests to ${packet.service} have been answered for ${calmAfter / 1e6} s.`
      : `A request of the user to ${packet.service} failed (${packet.outcome}): ${why}.`;
    // Why it failed is what last happened to where it got stuck, if anything did.
    const { heading } = packet.account;
    const cause = isGood || heading === '' ? 0 : this.process.latestAbout(`Machine/${heading}`);
    this.process.record({
      ...(cause > 0 ? { cause } : {}),
      kind: 'network',
      reason: isGood ? 'RequestsSucceed' : 'RequestFailed',
      subjects,
      message,
      actor: 'user',
      data: { packet: packet.id },
    });
  }
}
