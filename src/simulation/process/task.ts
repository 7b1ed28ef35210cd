// Tasks: code that waits in virtual time. A task is a generator that yields what it waits for; the process that runs it resumes it.
// Generators rather than promises: the engine drains all that follows from one timer synchronously, and killing a process is
// `generator.return()`, which runs its `finally` blocks.

/** Something a task can wait for. `subscribe` calls exactly one of the two once, never before it returns, and gives the way to stop waiting. */
export interface Wait {
  subscribe(resume: (value: unknown) => void, fail: (error: unknown) => void): () => void;
}

/** Code that waits: `const pod = yield* client.get(…)`. Throws like any function. */
export type Task<T> = Generator<Wait, T, unknown>;

/** A value that comes later, once. Many tasks may wait for it. */
export class Promised<T> {
  private outcome: { value: T } | { error: unknown } | undefined;
  private waiting: { resume: (value: unknown) => void; fail: (error: unknown) => void }[] = [];

  get isSettled(): boolean {
    return this.outcome !== undefined;
  }

  resolve(value: T): void {
    if (this.outcome) return;
    this.outcome = { value };
    const waiting = this.waiting;
    this.waiting = [];
    for (const one of waiting) one.resume(value);
  }

  reject(error: unknown): void {
    if (this.outcome) return;
    this.outcome = { error };
    const waiting = this.waiting;
    this.waiting = [];
    for (const one of waiting) one.fail(error);
  }

  *wait(): Task<T> {
    if (this.outcome === undefined) {
      return (yield {
        subscribe: (resume, fail) => {
          const one = { resume, fail };
          this.waiting.push(one);
          return () => {
            this.waiting = this.waiting.filter((other) => other !== one);
          };
        },
      }) as T;
    }
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }
}

/** A queue between tasks: `send` never waits, `receive` waits for the next item. Closing it wakes receivers with undefined. */
export class Mailbox<T> {
  private items: T[] = [];
  private receivers: ((item: T | undefined) => void)[] = [];
  private isClosed = false;

  get size(): number {
    return this.items.length;
  }

  send(item: T): void {
    if (this.isClosed) return;
    const receiver = this.receivers.shift();
    if (receiver) receiver(item);
    else this.items.push(item);
  }

  close(): void {
    this.isClosed = true;
    const receivers = this.receivers;
    this.receivers = [];
    for (const receiver of receivers) receiver(undefined);
  }

  *receive(): Task<T | undefined> {
    if (this.items.length > 0) return this.items.shift();
    if (this.isClosed) return undefined;
    return (yield {
      subscribe: (resume) => {
        const receiver = resume as (item: T | undefined) => void;
        this.receivers.push(receiver);
        return () => {
          this.receivers = this.receivers.filter((other) => other !== receiver);
        };
      },
    }) as T | undefined;
  }
}
