// A real etcd, API server and clients on a transport without latency, in virtual time: what tests of everything above the API server run on.
import { Clock } from '@/simulation/clock/clock.ts';
import { microseconds, parseRfc3339, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Random } from '@/simulation/random/random.ts';
import type {
  ApiRequest,
  ApiResponse,
  ApiTransport,
  Credential,
  WatchSink,
  WatchStream,
} from '../apimachinery/rest/rest.ts';
import type { Status } from '../apimachinery/meta/meta.ts';
import { startApiServer, type ApiServer, type ApiServerOptions } from '../apiserver/apiserver.ts';
import { stampRevision } from '../apiserver/storage/stamp.ts';
import { Client } from '../client/client.ts';
import { Etcd } from '../etcd/etcd.ts';

/** Hands requests to the server at once; its events come a moment later, as they would over any network. */
class DirectTransport implements ApiTransport {
  constructor(
    private readonly server: () => ApiServer,
    private readonly clock: Clock,
  ) {}

  *request(request: ApiRequest): Task<ApiResponse> {
    return yield* this.server().handle(request);
  }

  *watch(request: ApiRequest, sink: WatchSink): Task<WatchStream | Status> {
    let isOpen = true;
    const opened = yield* this.server().watch(request, {
      event: (event, cause) => this.clock.soon(() => isOpen && sink.event(event, cause)),
      end: () => this.clock.soon(() => isOpen && sink.end()),
    });
    if ('kind' in opened) return opened;
    return {
      stop: () => {
        isOpen = false;
        opened.stop();
      },
    };
  }
}

/** See {@link startTestCluster}. */
export class TestCluster {
  readonly clock: Clock;
  readonly occurrences: Occurrences;
  readonly root: Process;
  readonly etcd: Etcd;
  readonly server: ApiServer;
  readonly transport: ApiTransport;

  constructor(seed: string, start: Instant, options: Partial<ApiServerOptions>) {
    this.clock = new Clock(start);
    this.occurrences = new Occurrences(this.clock);
    this.root = new Process({
      name: 'test',
      clock: this.clock,
      random: new Random(seed),
      occurrences: this.occurrences,
    });
    this.etcd = new Etcd({ context: this.root.child('etcd'), stamp: stampRevision });
    this.server = startApiServer(this.root.child('kube-apiserver'), {
      etcd: this.etcd,
      advertiseAddress: '10.0.0.10',
      ...options,
    });
    this.transport = new DirectTransport(() => this.server, this.clock);
  }

  /** A client that speaks as `userAgent`; as an administrator unless told otherwise. */
  client(
    userAgent = 'kubectl/v1.36.2',
    credential: Credential = { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters'] },
  ): Client {
    const context = this.root.child(userAgent);
    return new Client({ context, transport: this.transport, credential, userAgent });
  }

  /** A process for software under test. */
  process(name: string): Process {
    return this.root.child(name);
  }

  /** Runs a task to its end, moving time as far as it needs (ten minutes at most), and gives or throws its outcome. */
  run<T>(task: Task<T>): T {
    let outcome: { value: T } | { error: unknown } | undefined;
    this.root.spawn(
      (function* (): Task<void> {
        try {
          outcome = { value: yield* task };
        } catch (error) {
          outcome = { error };
        }
      })(),
    );
    const limit = (this.clock.now + seconds(600)) as Instant;
    while (outcome === undefined && this.clock.runNext(limit));
    const done = outcome as { value: T } | { error: unknown } | undefined;
    if (done === undefined) throw new Error('the task did not end within ten minutes');
    if ('error' in done) throw done.error;
    return done.value;
  }

  /** Lets time pass. */
  pass(span: Duration): void {
    this.clock.runFor(span);
  }

  /** Runs all that is due at this moment. */
  settle(): void {
    this.clock.runFor(microseconds(0));
  }

  /** What happened so far, as lines `reason subject: message`, of the kinds asked for. */
  timeline(...kinds: readonly string[]): readonly string[] {
    return this.occurrences
      .since(1)
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .map(({ reason, subjects }) => `${reason} ${subjects[0] ?? ''}`);
  }
}

/** An empty cluster with a running API server. The seed decides uids and generated names. */
export function startTestCluster(
  options: Partial<ApiServerOptions> & { readonly seed?: string; readonly start?: Instant } = {},
): TestCluster {
  const { seed = 'test', start = parseRfc3339('2026-01-01T09:00:00Z') as Instant, ...server } = options;
  return new TestCluster(seed, start, server);
}
