// One running cluster with its clock in a host's hands: the only door by which the outside enters, and the pump that lets virtual time pass.
// Pure: wall time comes in as numbers, so that any host (Electron, a server, a worker, a test) can drive it.
import { ZodError } from 'zod';
import { parseCommand, type Command, type Receipt } from '@/contract/commands/commands.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import { bootCluster } from '@/cluster/replay/replay.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { between, plus, rfc3339Micro, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Journal } from '@/simulation/journal/journal.ts';
import { applyInput, encodeRequest, isReadOnly } from './inputs.ts';
import { nextDeadline } from '../feed/deadlines.ts';

export type Speed = number | 'max';

/** Where a run of the clock ends, and whom to tell. */
interface Goal {
  readonly until: Instant;
  readonly reached: () => void;
}

/** How many tasks run between two looks at the wall clock. */
const tasksPerLook = 64;
/** Further behind than this, a host that cannot keep up gives up the lost time instead of chasing it. */
const maxLagSeconds = 0.25;
const endOfTime = Number.MAX_SAFE_INTEGER as Instant;

export interface SessionOptions {
  readonly cluster: Cluster;
  readonly journal: Journal;
  readonly speed?: Speed;
  readonly isPaused?: boolean;
}

export class Session {
  readonly cluster: Cluster;
  readonly journal: Journal;
  speed: Speed;
  isPaused: boolean;
  private goals: Goal[] = [];
  private isStepping = false;
  private anchor: { wall: number; virtual: Instant } | undefined;
  private readonly wakeListeners = new Set<() => void>();

  constructor(options: SessionOptions) {
    this.cluster = options.cluster;
    this.journal = options.journal;
    this.speed = options.speed ?? 1;
    this.isPaused = options.isPaused ?? false;
  }

  get now(): Instant {
    return this.cluster.clock.now;
  }

  /** Runs at full speed until every node and system pod is ready. The point where it stops does not depend on the host. */
  boot(): void {
    bootCluster(this.cluster);
  }

  /** Calls back whenever the host should pump soon: time may move again, or something came in. */
  onWake(listener: () => void): () => void {
    this.wakeListeners.add(listener);
    return () => this.wakeListeners.delete(listener);
  }

  /** Whether time would move if it was pumped. */
  get isMoving(): boolean {
    return this.goals.length > 0 || this.isStepping || !this.isPaused;
  }

  /** Milliseconds of wall time until the next task is due at the present speed: 0 now, undefined when the clock stands. */
  untilDue(wall: number): number | undefined {
    if (!this.isMoving) return undefined;
    if (this.goals.length > 0 || this.isStepping || this.speed === 'max') return 0;
    const due = this.cluster.clock.nextDue;
    if (due === undefined) return 1000;
    return Math.max(0, between(this.target(wall), due) / 1000 / this.speed);
  }

  /**
   * Lets virtual time pass: at most `budget` milliseconds of wall time, measured with `wallNow`. Call again at once when it answers true.
   */
  pump(wallNow: () => number, budget: number): boolean {
    const start = wallNow();
    const isOver = (): boolean => wallNow() - start >= budget;
    if (this.goals.length > 0) return this.pumpGoal(isOver);
    if (this.isStepping) return this.pumpStep(isOver);
    if (this.isPaused) return false;
    if (this.speed === 'max') return this.run(endOfTime, isOver) || !this.isPaused;
    const target = this.target(start);
    const behind = this.run(target, isOver);
    if (!behind) this.settle(target);
    else if (between(this.now, this.target(wallNow())) / 1e6 / this.speed > maxLagSeconds) this.anchor = undefined;
    return behind;
  }

  /** Takes in a command; `reply` is called once, for `advance`, `skip` and `step` when they are there. */
  command(name: string, parameters: unknown, reply: (receipt: Receipt) => void): void {
    let command: Command;
    try {
      command = parseCommand(name, parameters);
    } catch (error) {
      reply({ accepted: false, reason: 'BadRequest', message: error instanceof ZodError ? sentenceOf(name, error) : (error as Error).message });
      return;
    }
    this.drain();
    const receipt = (result?: unknown): Receipt => ({ accepted: true, input: this.journal.entries.length, time: rfc3339Micro(this.now), ...(result === undefined ? {} : { result }) });
    if (this.control(command, () => reply(receipt()), (result) => reply(receipt(result)))) {
      this.wake();
      return;
    }
    const entry = { time: this.now, kind: 'command', body: { name, parameters: command.parameters } as never };
    this.journal.append(entry);
    applyInput(this.cluster, entry, (outcome) => {
      if (outcome.ok) reply(receipt(outcome.result));
      else reply({ accepted: false, reason: outcome.reason, message: outcome.message });
    });
    this.drain();
    this.wake();
  }

  /** Takes in an API request; writes are journalled. Answered at this instant. */
  http(request: HttpApiRequest, respond: (response: HttpApiResponse) => void): void {
    this.drain();
    if (isReadOnly(request)) this.cluster.api.http(request, respond);
    else {
      const entry = { time: this.now, kind: 'request', body: encodeRequest(request) };
      this.journal.append(entry);
      applyInput(this.cluster, entry, () => undefined, respond);
    }
    this.drain();
    this.wake();
  }

  /** Runs what is due at this very instant: inputs come only between two instants' work, so that a replay can place them by time alone. */
  private drain(): void {
    this.cluster.clock.runUntil(this.now);
  }

  /** Commands that act on time itself. They are no inputs: a replay needs only what came in when. */
  private control(command: Command, done: () => void, answer: (result: unknown) => void): boolean {
    switch (command.name) {
      case 'pause':
        this.isPaused = true;
        this.anchor = undefined;
        break;
      case 'resume':
        this.isPaused = false;
        this.anchor = undefined;
        break;
      case 'setSpeed':
        this.speed = command.parameters.speed;
        this.anchor = undefined;
        break;
      case 'step':
        this.isPaused = true;
        this.isStepping = true;
        this.goals = [];
        this.stepped = done;
        return true;
      case 'advance':
        this.runTo(plus(this.goals.at(-1)?.until ?? this.now, seconds(command.parameters.seconds)), done);
        return true;
      case 'skip': {
        const due = nextDeadline(this.cluster, command.parameters.deadline);
        if (due === undefined) {
          answer({ skipped: false });
          return true;
        }
        this.runTo(plus(due, 1 as Duration), done);
        return true;
      }
      case 'hash':
        answer(this.hash());
        return true;
      default:
        return false;
    }
    done();
    return true;
  }

  /** Virtual time, hash of etcd, hash of all occurrences. */
  hash(): { time: string; etcd: string; occurrences: string } {
    return { time: rfc3339Micro(this.now), etcd: this.cluster.etcdHash(), occurrences: this.cluster.occurrences.hashHex };
  }

  private stepped: (() => void) | undefined;

  private runTo(until: Instant, reached: () => void): void {
    this.goals.push({ until, reached });
  }

  private pumpGoal(isOver: () => boolean): boolean {
    const goal = this.goals[0] as Goal;
    if (this.run(goal.until, isOver)) return true;
    this.settle(goal.until);
    this.goals.shift();
    this.anchor = undefined;
    goal.reached();
    return this.goals.length > 0;
  }

  private pumpStep(isOver: () => boolean): boolean {
    const { clock, occurrences } = this.cluster;
    const before = occurrences.total;
    for (let tasks = 1; occurrences.total === before; tasks++) {
      if (!clock.runNext(endOfTime)) break;
      if (tasks % tasksPerLook === 0 && isOver()) return true;
    }
    this.drain();
    this.isStepping = false;
    this.stepped?.();
    this.stepped = undefined;
    return false;
  }

  /** Runs what is due until `limit`; true when the budget ended first. */
  private run(limit: Instant, isOver: () => boolean): boolean {
    const { clock } = this.cluster;
    for (let tasks = 1; clock.runNext(limit); tasks++) if (tasks % tasksPerLook === 0 && isOver()) return true;
    return false;
  }

  private settle(at: Instant): void {
    if (at > this.now && at !== endOfTime) this.cluster.clock.settleAt(at);
  }

  private target(wall: number): Instant {
    this.anchor ??= { wall, virtual: this.now };
    const speed = this.speed === 'max' ? 1000 : this.speed;
    return Math.max(this.now, Math.floor(this.anchor.virtual + (wall - this.anchor.wall) * 1000 * speed)) as Instant;
  }

  private wake(): void {
    for (const listener of this.wakeListeners) listener();
  }
}

function sentenceOf(name: string, error: ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return `The command ${name} was not understood: ${where ? `${where}: ` : ''}${issue?.message ?? 'bad parameters'}.`;
}
