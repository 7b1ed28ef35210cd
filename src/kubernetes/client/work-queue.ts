// Work queues: keys to look at, each once however often it was asked for, later or with back-off when wanted. Upstream: client-go/util/workqueue.
import type { Timer } from '@/simulation/clock/clock.ts';
import { milliseconds, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';

export interface WorkQueueOptions {
  /** First delay of `addRateLimited`; doubles with every failure of the key. */
  readonly baseDelay?: Duration;
  readonly maxDelay?: Duration;
}

/** A queue of distinct keys. A key that is being worked on and is added again waits until it is done. Keeps, per key, the cause it was last added with. */
export class WorkQueue {
  private readonly waiting = new Map<string, number>();
  private readonly busy = new Set<string>();
  private readonly again = new Map<string, number>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, Timer>();
  private readonly idle: Promised<void>[] = [];
  private readonly baseDelay: Duration;
  private readonly maxDelay: Duration;

  constructor(
    private readonly context: Context,
    options: WorkQueueOptions = {},
  ) {
    this.baseDelay = options.baseDelay ?? milliseconds(5);
    this.maxDelay = options.maxDelay ?? seconds(1000);
  }

  get size(): number {
    return this.waiting.size;
  }

  add(key: string): void {
    const cause = this.context.cause;
    if (this.busy.has(key)) {
      this.again.set(key, cause);
      return;
    }
    const isNew = !this.waiting.has(key);
    this.waiting.set(key, cause);
    if (isNew) this.idle.shift()?.resolve(undefined);
  }

  /** Adds it after `span`; of several delays of one key the earliest counts. */
  addAfter(key: string, span: Duration): void {
    if (span <= 0) {
      this.add(key);
      return;
    }
    const due = (this.context.now + span) as Instant;
    const standing = this.timers.get(key);
    if (standing && standing.due <= due) return;
    standing?.cancel();
    this.timers.set(
      key,
      this.context.after(span, () => {
        this.timers.delete(key);
        this.add(key);
      }),
    );
  }

  /** Adds it after a delay that doubles with every call since the last `forget`. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.addAfter(key, Math.min(this.baseDelay * 2 ** Math.min(failures, 40), this.maxDelay) as Duration);
  }

  failuresOf(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  /** The next key; it is the taker's until `done`. Sets the context's cause to the one the key was added with. */
  *take(): Task<string> {
    for (;;) {
      for (const [key, cause] of this.waiting) {
        this.waiting.delete(key);
        this.busy.add(key);
        this.context.cause = cause;
        return key;
      }
      const added = new Promised<void>();
      this.idle.push(added);
      yield* added.wait();
    }
  }

  done(key: string): void {
    this.busy.delete(key);
    const cause = this.again.get(key);
    if (cause === undefined) return;
    this.again.delete(key);
    this.context.cause = cause;
    this.add(key);
  }
}

/**
 * Works on a queue with `workers` tasks for as long as the context lives. A sync that throws is tried again with back-off; `onError` hears of it
 * and may rethrow what is a broken promise of our own.
 */
export function runWorkers(
  context: Context,
  queue: WorkQueue,
  workers: number,
  sync: (key: string) => Task<void>,
  onError: (key: string, error: unknown) => void = () => undefined,
): void {
  for (let i = 0; i < workers; i++) context.spawn(work(queue, sync, onError));
}

function* work(queue: WorkQueue, sync: (key: string) => Task<void>, onError: (key: string, error: unknown) => void): Task<void> {
  for (;;) {
    const key = yield* queue.take();
    try {
      yield* sync(key);
      queue.forget(key);
    } catch (error) {
      onError(key, error);
      if (!isExpected(error)) throw error;
      queue.addRateLimited(key);
    } finally {
      queue.done(key);
    }
  }
}

/** Answers of the API server and the network are part of life; anything else is our own mistake and must not be retried in silence. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && (error.name === 'StatusError' || error.name === 'ConnectionError' || error.name === 'RetryError');
}

/** Thrown by a sync that wants its key again after the back-off, without anything being wrong. */
export class RetryError extends Error {
  override readonly name = 'RetryError';
}
