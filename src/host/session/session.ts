// One running cluster with its clock in a host's hands: the only door by which the outside enters, and the pump that lets virtual time pass.
// Pure: wall time comes in as numbers, so that any host (Electron, a server, a worker, a test) can drive it.
import { ZodError } from 'zod';
import { parseCommand, type Command, type Receipt } from '@/contract/commands/commands.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import { bootCluster, resumeCluster } from '@/cluster/replay/replay.ts';
import type { ConnectionEvent, ConnectionListener } from '@/cluster/connections.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { between, plus, rfc3339Micro, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Journal } from '@/simulation/journal/journal.ts';
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import { applyEvent, applyInput, encodeEvent, encodeRequest, isReadOnly } from './inputs.ts';
import { nextDeadline } from '../feed/deadlines.ts';

export type Speed = number | 'max';

/** Where a run of the clock ends, and whom to tell that it is there, or that it will not get there. */
interface Goal {
  readonly until: Instant;
  readonly reached: () => void;
  readonly given: (reason: string, message: string) => void;
}

/** A run to the next occurrence after `from` of another kind than `past`. */
interface Step extends Omit<Goal, 'until'> {
  from: number;
  readonly past: Occurrence['kind'] | undefined;
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
  private step: Step | undefined;
  private failure: Error | undefined;
  private connections = 0;
  private anchor: { wall: number; virtual: Instant } | undefined;
  private readonly wakeListeners = new Set<() => void>();
  private readonly breakListeners = new Set<(error: Error) => void>();

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
    if (this.cluster.options.kept) resumeCluster(this.cluster);
    else bootCluster(this.cluster);
  }

  /** Calls back whenever the host should pump soon: time may move again, or something came in. */
  onWake(listener: () => void): () => void {
    this.wakeListeners.add(listener);
    return () => this.wakeListeners.delete(listener);
  }

  /** Calls back once if the engine breaks one of its own promises. */
  onBreak(listener: (error: Error) => void): void {
    this.breakListeners.add(listener);
  }

  /** The promise that the engine broke; from then on nothing moves and nothing is taken in, so that what led there can be looked at. */
  get broken(): Error | undefined {
    return this.failure;
  }

  /** Whether time would move if it was pumped. */
  get isMoving(): boolean {
    return !this.failure && (this.goals.length > 0 || this.step !== undefined || !this.isPaused);
  }

  /** Milliseconds of wall time until the next task is due at the present speed: 0 now, undefined when the clock stands. */
  untilDue(wall: number): number | undefined {
    if (!this.isMoving) return undefined;
    if (this.goals.length > 0 || this.step || this.speed === 'max') return 0;
    const due = this.cluster.clock.nextDue;
    if (due === undefined) return 1000;
    return Math.max(0, between(this.target(wall), due) / 1000 / this.speed);
  }

  /**
   * Lets virtual time pass: at most `budget` milliseconds of wall time, measured with `wallNow`. Call again at once when it answers true.
   */
  pump(wallNow: () => number, budget: number): boolean {
    if (this.failure) return false;
    return this.guard(() => this.letPass(wallNow, budget)) ?? false;
  }

  private letPass(wallNow: () => number, budget: number): boolean {
    const start = wallNow();
    const isOver = (): boolean => wallNow() - start >= budget;
    if (this.goals.length > 0) return this.pumpGoal(isOver);
    if (this.step) return this.pumpStep(this.step, isOver);
    if (this.isPaused) return false;
    if (this.speed === 'max') return this.run(endOfTime, isOver) || !this.isPaused;
    const target = this.target(start);
    const behind = this.run(target, isOver);
    if (!behind) this.settle(target);
    else if (between(this.now, this.target(wallNow())) / 1e6 / this.speed > maxLagSeconds) this.anchor = undefined;
    return behind;
  }

  /** Takes in a command; `answer` is called once, for `advance`, `skip` and `step` when they are there. */
  command(name: string, parameters: unknown, answer: (receipt: Receipt) => void): void {
    const reply = once(answer);
    const refuse = (reason: string, message: string): void => reply({ accepted: false, reason, message });
    if (this.failure) return refuse('Broken', stoppedSentence(this.failure));
    let command: Command;
    try {
      command = parseCommand(name, parameters);
    } catch (error) {
      return refuse('BadRequest', error instanceof ZodError ? sentenceOf(name, parameters, error) : (error as Error).message);
    }
    const accept = (result?: unknown): void =>
      reply({ accepted: true, input: this.journal.inputs, time: rfc3339Micro(this.now), ...(result === undefined ? {} : { result }) });
    this.guard(
      () => {
        this.drain();
        if (!this.control(command, accept, refuse)) this.perform(command, accept, refuse);
      },
      (error) => refuse('Broken', stoppedSentence(error)),
    );
    this.wake();
  }

  private perform(command: Command, accept: (result?: unknown) => void, refuse: (reason: string, message: string) => void): void {
    const entry = { time: this.now, kind: 'command', body: { name: command.name, parameters: command.parameters } as never };
    this.journal.append(entry);
    applyInput(this.cluster, entry, (outcome) => {
      if (outcome.ok) accept(outcome.result);
      else refuse(outcome.reason, outcome.message);
    });
    this.drain();
  }

  /** Takes in an API request; writes are journalled. Answered at this instant. */
  http(request: HttpApiRequest, answer: (response: HttpApiResponse) => void): void {
    const respond = once(answer);
    if (this.failure) return respond(stoppedAnswer(this.failure));
    this.guard(
      () => {
        this.drain();
        if (isReadOnly(request)) this.cluster.api.http(request, respond);
        else {
          const entry = { time: this.now, kind: 'request', body: encodeRequest(request) };
          this.journal.append(entry);
          applyInput(this.cluster, entry, () => undefined, respond);
        }
        this.drain();
      },
      (error) => respond(stoppedAnswer(error)),
    );
    this.wake();
  }

  /** Begins a connection that a client outside holds: gives the way to send its events in, of which each is journalled. */
  connection(): (event: ConnectionEvent, listener?: ConnectionListener) => void {
    const number = ++this.connections;
    return (event, listener = {}) => {
      const stopped = (): void => {
        if (this.failure) listener.refused?.(stoppedAnswer(this.failure));
        listener.sink?.ended({ kind: 'cut' });
      };
      if (this.failure) return stopped();
      this.guard(() => {
        this.drain();
        const entry = { time: this.now, kind: 'stream', body: encodeEvent(number, event) };
        this.journal.append(entry);
        applyEvent(this.cluster, entry, listener);
        this.drain();
      }, stopped);
      this.wake();
    };
  }

  /** Runs `act`; whatever the engine throws there is a promise of its own that it broke: the session stops for good. */
  private guard<T>(act: () => T, otherwise: (error: Error) => void = () => undefined): T | undefined {
    try {
      return act();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.giveUp('Broken', stoppedSentence(this.failure));
      otherwise(this.failure);
      for (const listener of this.breakListeners) listener(this.failure);
      return undefined;
    }
  }

  /** Runs what is due at this very instant: inputs come only between two instants' work, so that a replay can place them by time alone. */
  private drain(): void {
    this.cluster.clock.runUntil(this.now);
  }

  /** Commands that act on time itself. They are no inputs: a replay needs only what came in when. Answers whether it was one. */
  private control(command: Command, accept: (result?: unknown) => void, refuse: (reason: string, message: string) => void): boolean {
    const goal = { reached: () => accept(), given: refuse };
    switch (command.name) {
      case 'pause':
        this.isPaused = true;
        this.interrupt();
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
        this.interrupt();
        this.step = { ...goal, from: this.cluster.occurrences.total, past: command.parameters.past };
        return true;
      case 'advance':
        this.goals.push({ ...goal, until: plus(this.goals.at(-1)?.until ?? this.now, seconds(command.parameters.seconds)) });
        return true;
      case 'skip': {
        const due = nextDeadline(this.cluster, command.parameters.deadline);
        if (due === undefined) accept({ skipped: false });
        else this.goals.push({ ...goal, until: plus(due, 1 as Duration) });
        return true;
      }
      case 'hash': {
        const { time, etcd, occurrences } = this.hash();
        this.journal.append({ time: this.now, kind: 'checkpoint', body: { etcd, occurrences } });
        accept({ time, etcd, occurrences });
        return true;
      }
      default:
        return false;
    }
    accept();
    return true;
  }

  /** Runs of the clock that somebody waits for end here: whoever stops the clock means all of it. */
  private interrupt(): void {
    this.anchor = undefined;
    this.giveUp('Interrupted', `The clock was stopped at ${rfc3339Micro(this.now)}, before that moment.`);
  }

  private giveUp(reason: string, message: string): void {
    const waiting = [...this.goals, ...(this.step ? [this.step] : [])];
    this.goals = [];
    this.step = undefined;
    for (const { given } of waiting) given(reason, message);
  }

  /** Virtual time, hash of etcd, hash of all occurrences. */
  hash(): { time: string; etcd: string; occurrences: string } {
    return { time: rfc3339Micro(this.now), etcd: this.cluster.etcdHash(), occurrences: this.cluster.occurrences.hashHex };
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

  private pumpStep(step: Step, isOver: () => boolean): boolean {
    const { clock, occurrences } = this.cluster;
    const isThere = (): boolean => {
      if (occurrences.total === step.from) return false;
      const isFound = occurrences.since(step.from + 1).some(({ kind }) => kind !== step.past);
      step.from = occurrences.total;
      return isFound;
    };
    for (let tasks = 1; !isThere(); tasks++) {
      if (!clock.runNext(endOfTime)) break;
      if (tasks % tasksPerLook === 0 && isOver()) return true;
    }
    this.drain();
    this.step = undefined;
    step.reached();
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

/** A break may come after the answer: then the answer stands. */
function once<T>(answer: (value: T) => void): (value: T) => void {
  let isAnswered = false;
  return (value) => {
    if (isAnswered) return;
    isAnswered = true;
    answer(value);
  };
}

const stoppedSentence = (error: Error): string => `The emulation stopped itself at a broken promise: ${error.message}.`;

function stoppedAnswer(error: Error): HttpApiResponse {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: stoppedSentence(error), reason: 'InternalError', code: 500 };
  return { status: 500, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function sentenceOf(name: string, parameters: unknown, error: ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.join('.') ?? '';
  const given: object = typeof parameters === 'object' && parameters !== null ? parameters : {};
  if (issue?.path.length === 1 && !Object.hasOwn(given, where)) return `The command ${name} needs ${where}.`;
  return `The command ${name} was not understood: ${where ? `${where}: ` : ''}${issue?.message ?? 'bad parameters'}.`;
}
