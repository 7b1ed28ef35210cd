// The only source of time and order: tasks fire by (time, sequence number), one at a time, and nothing waits for real time.
import { assert } from '@/base/assert.ts';
import { Heap } from '@/base/heap.ts';
import { Queue } from '@/base/queue.ts';
import { plus, type Duration, type Instant } from './duration.ts';

/** A task that is due later. Cancelling one that has run or was cancelled does nothing. */
export interface Timer {
  readonly due: Instant;
  cancel(): void;
}

class Scheduled implements Timer {
  constructor(
    readonly due: Instant,
    readonly sequence: number,
    public run: (() => void) | undefined,
    /** The occurrence that what runs here follows from. */
    readonly cause: number,
    private readonly clock: Clock,
  ) {}

  cancel(): void {
    if (this.run === undefined) return;
    this.run = undefined;
    this.clock.cancelled();
  }
}

/** Virtual time. A task may schedule others; those of the same instant run in the order in which they were scheduled. */
export class Clock {
  private readonly later = new Heap<Scheduled>((a, b) => a.due < b.due || (a.due === b.due && a.sequence < b.sequence));
  private readonly ready = new Queue<Scheduled>();
  private sequence = 0;
  private dead = 0;
  private time: Instant;

  /** Id of the occurrence that the running task follows from; carried to every task it schedules. 0 is none. */
  cause = 0;

  constructor(start: Instant) {
    this.time = start;
  }

  get now(): Instant {
    return this.time;
  }

  /** Tasks not yet run; cancelled ones that are still in the heap are not counted. */
  get pending(): number {
    return this.later.size - this.dead + this.ready.size;
  }

  /** Runs `run` after `span`; a span of zero or less is `soon`. */
  after(span: Duration, run: () => void): Timer {
    if (span <= 0) return this.soon(run);
    const task = new Scheduled(plus(this.time, span), ++this.sequence, run, this.cause, this);
    this.later.push(task);
    return task;
  }

  /** Runs `run` at `at`; a moment that has passed is now. */
  at(at: Instant, run: () => void): Timer {
    return this.after((at - this.time) as Duration, run);
  }

  /** Runs `run` at this instant, after all that is due now was run. */
  soon(run: () => void): Timer {
    const task = new Scheduled(this.time, ++this.sequence, run, this.cause, this);
    this.ready.push(task);
    return task;
  }

  /** When the next task is due, or undefined when nothing is. */
  get nextDue(): Instant | undefined {
    if (this.ready.size > 0) return this.time;
    return this.peekLater()?.due;
  }

  /** Runs the next task when it is due at `limit` or before. Answers whether one ran. */
  runNext(limit: Instant): boolean {
    const task = this.take(limit);
    if (task === undefined) return false;
    const run = task.run;
    task.run = undefined;
    this.cause = task.cause;
    try {
      run?.();
    } finally {
      this.cause = 0;
    }
    return true;
  }

  /** Runs all that is due up to and including `limit` and leaves the clock there. */
  runUntil(limit: Instant): void {
    assert(limit >= this.time, 'time does not run backwards');
    while (this.runNext(limit));
    this.time = limit;
  }

  runFor(span: Duration): void {
    this.runUntil(plus(this.time, span));
  }

  /** Moves an idle clock to `limit`: for a host that has run all that is due before it. */
  settleAt(limit: Instant): void {
    const due = this.nextDue;
    assert(limit >= this.time && (due === undefined || due > limit), 'something is due before that moment');
    this.time = limit;
  }

  /** For {@link Timer.cancel} alone. Most timeouts are cancelled long before they are due: when they outnumber the living they are swept out. */
  cancelled(): void {
    this.dead++;
    if (this.dead < 4096 || this.dead * 2 < this.later.size + this.ready.size) return;
    const before = this.later.size;
    this.later.retain((task) => task.run !== undefined);
    this.dead -= before - this.later.size;
  }

  private take(limit: Instant): Scheduled | undefined {
    // Those that came due by time have lower sequence numbers than those scheduled at this very instant.
    for (;;) {
      const later = this.peekLater();
      if (later !== undefined && later.due <= this.time) {
        this.later.pop();
        return later;
      }
      const ready = this.ready.shift();
      if (ready !== undefined) {
        if (ready.run !== undefined) return ready;
        this.dead--;
        continue;
      }
      if (later === undefined || later.due > limit) return undefined;
      this.time = later.due;
    }
  }

  private peekLater(): Scheduled | undefined {
    for (;;) {
      const task = this.later.peek();
      if (task === undefined || task.run !== undefined) return task;
      this.later.pop();
      this.dead--;
    }
  }
}
