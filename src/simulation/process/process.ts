// A process: a unit of life that owns tasks and timers. Killing it stops all of them at once, as a kernel would.
import type { Clock, Timer } from '../clock/clock.ts';
import type { Duration, Instant } from '../clock/duration.ts';
import type { NewOccurrence, Occurrences } from '../occurrences/occurrences.ts';
import type { Random } from '../random/random.ts';
import { Promised, type Task, type Wait } from './task.ts';

/** What software is handed: time, chance, a voice, and the means to do several things at once. Nothing else of the simulation. */
export interface Context {
  /** Who this is, in logs and occurrences: `kubelet worker-2`. */
  readonly name: string;
  readonly now: Instant;
  readonly random: Random;
  readonly isAlive: boolean;
  /** Id of the occurrence that the running code follows from; settable, to hand a cause across a queue. */
  cause: number;
  sleep(span: Duration): Task<void>;
  /** Runs `run` once after `span`, unless the process is gone by then. */
  after(span: Duration, run: () => void): Timer;
  /** Runs `run` at this instant, after the running task. */
  soon(run: () => void): Timer;
  /** Starts a task beside this one. Its end, or its failure, is in the handle; a failure nobody waits for goes to the process. */
  spawn<T>(task: Task<T>): TaskHandle<T>;
  /** Waits for `task` no longer than `span`; undefined when time ran out (the task is stopped then). */
  within<T>(span: Duration, task: Task<T>): Task<T | undefined>;
  /** Runs when the process ends, by whatever way. */
  onEnd(run: () => void): void;
  /** Records what happened with this process as actor unless `actor` is given. */
  record(what: Omit<NewOccurrence, 'actor'> & { readonly actor?: string }): number;
  /** Id of the latest occurrence about any of the subjects; for causes, never for decisions. */
  latestAbout(...subjects: readonly string[]): number;
}

/** A running task. */
export interface TaskHandle<T> {
  readonly isDone: boolean;
  /** Waits for its end; throws what it threw. */
  join(): Task<T>;
  /** Stops it where it waits; its `finally` blocks run. `join` then gives undefined. */
  stop(): void;
}

export interface ProcessOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly occurrences: Occurrences;
  /** What to do with an error that no task waits for. By default it is thrown to whoever pumps the clock. */
  readonly onFailure?: (error: unknown) => void;
}

class Running<T> implements TaskHandle<T> {
  private readonly end = new Promised<T | undefined>();
  private stopWaiting: (() => void) | undefined;
  private isRunning = false;
  private stopAsked = false;
  private joined = false;

  constructor(
    private readonly process: Process,
    private readonly task: Task<T>,
  ) {}

  get isDone(): boolean {
    return this.end.isSettled;
  }

  *join(): Task<T> {
    this.joined = true;
    return (yield* this.end.wait()) as T;
  }

  stop(): void {
    if (this.isDone) return;
    if (this.isRunning) {
      this.stopAsked = true;
      return;
    }
    this.stopWaiting?.();
    this.stopWaiting = undefined;
    this.advance(() => this.task.return(undefined as T));
  }

  start(): void {
    this.advance(() => this.task.next(undefined));
  }

  private advance(step: () => IteratorResult<Wait, T>): void {
    let result: IteratorResult<Wait, T>;
    this.isRunning = true;
    try {
      result = step();
      if (this.stopAsked && !result.done) result = this.task.return(undefined as T);
    } catch (error) {
      this.process.forget(this);
      this.end.reject(error);
      // Whoever started it may be about to join it: an error is nobody's only after this instant's work.
      this.process.clock.soon(() => {
        if (!this.joined && this.process.isAlive) this.process.failed(error);
      });
      return;
    } finally {
      this.isRunning = false;
    }
    if (result.done) {
      this.process.forget(this);
      this.end.resolve(result.value);
      return;
    }
    const { clock } = this.process;
    let isOver = false;
    const unsubscribe = result.value.subscribe(
      (value) => {
        if (isOver) return;
        isOver = true;
        clock.soon(() => this.resume(() => this.task.next(value)));
      },
      (error) => {
        if (isOver) return;
        isOver = true;
        clock.soon(() => this.resume(() => this.task.throw(error)));
      },
    );
    this.stopWaiting = () => {
      isOver = true;
      unsubscribe();
    };
  }

  private resume(step: () => IteratorResult<Wait, T>): void {
    if (this.isDone || this.isRunning) return;
    this.stopWaiting = undefined;
    this.advance(step);
  }
}

/** See {@link Context}; this side is for whoever starts and kills it. */
export class Process implements Context {
  readonly name: string;
  readonly random: Random;
  readonly clock: Clock;
  private readonly occurrences: Occurrences;
  private readonly onFailure: ((error: unknown) => void) | undefined;
  private readonly running = new Set<TaskHandle<unknown>>();
  private readonly children = new Set<Process>();
  private endings: (() => void)[] = [];
  private alive = true;

  constructor(
    private readonly options: ProcessOptions,
    private readonly parent?: Process,
  ) {
    this.name = options.name;
    this.random = options.random;
    this.clock = options.clock;
    this.occurrences = options.occurrences;
    this.onFailure = options.onFailure;
  }

  get now(): Instant {
    return this.clock.now;
  }

  get isAlive(): boolean {
    return this.alive;
  }

  get cause(): number {
    return this.clock.cause;
  }

  set cause(id: number) {
    this.clock.cause = id;
  }

  /** A process that dies with this one; chance is forked by its name. */
  child(name: string, onFailure?: (error: unknown) => void): Process {
    const child = new Process({ ...this.options, name, random: this.random.fork(name), onFailure: onFailure ?? this.onFailure }, this);
    this.children.add(child);
    return child;
  }

  *sleep(span: Duration): Task<void> {
    yield {
      subscribe: (resume) => {
        const timer = this.clock.after(span, () => resume(undefined));
        return () => timer.cancel();
      },
    };
  }

  after(span: Duration, run: () => void): Timer {
    return this.clock.after(span, () => {
      if (this.alive) this.guard(run);
    });
  }

  soon(run: () => void): Timer {
    return this.clock.soon(() => {
      if (this.alive) this.guard(run);
    });
  }

  spawn<T>(task: Task<T>): TaskHandle<T> {
    const running = new Running(this, task);
    if (!this.alive) {
      running.stop();
      return running;
    }
    this.running.add(running);
    running.start();
    return running;
  }

  *within<T>(span: Duration, task: Task<T>): Task<T | undefined> {
    const handle = this.spawn(task);
    const timer = this.clock.after(span, () => handle.stop());
    try {
      return yield* handle.join();
    } finally {
      timer.cancel();
      handle.stop();
    }
  }

  onEnd(run: () => void): void {
    this.endings.push(run);
  }

  record(what: Omit<NewOccurrence, 'actor'> & { readonly actor?: string }): number {
    return this.occurrences.record({ ...what, actor: what.actor ?? this.name }).id;
  }

  latestAbout(...subjects: readonly string[]): number {
    return this.occurrences.latestAbout(...subjects);
  }

  /** Ends the process, its tasks and its children. Nothing of it runs afterwards but `finally` blocks and `onEnd`. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.parent?.children.delete(this);
    for (const child of [...this.children]) child.kill();
    for (const running of [...this.running]) running.stop();
    const endings = this.endings;
    this.endings = [];
    for (const ending of endings) ending();
  }

  /** For tasks: an error that nobody waits for. */
  failed(error: unknown): void {
    if (this.onFailure) this.onFailure(error);
    else throw error;
  }

  /** For tasks: one has ended. */
  forget(running: TaskHandle<unknown>): void {
    this.running.delete(running);
  }

  private guard(run: () => void): void {
    if (!this.onFailure) {
      run();
      return;
    }
    try {
      run();
    } catch (error) {
      this.onFailure(error);
    }
  }
}
