// Delays that grow with every failure. Pure: who uses them says what time it is, in whatever unit; nothing here has jitter.
// Upstream: client-go/util/flowcontrol (Backoff), client-go/util/workqueue (rate limiters), apimachinery/pkg/util/wait (Backoff).

interface Entry {
  readonly delay: number;
  readonly updated: number;
}

/**
 * A delay per key that doubles up to `longest` and is forgotten after twice `longest` without failure: crash loops and image pulls.
 * A kubelet's has 10 s and 300 s.
 */
export class Backoff {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly initial: number,
    private readonly longest: number,
  ) {}

  /** The delay of `key` now; 0 when it never failed. */
  get(key: string): number {
    return this.entries.get(key)?.delay ?? 0;
  }

  /** A failure: the delay starts, doubles, or starts again when the last one is long past. `failed` is when it happened, by default now. */
  next(key: string, now: number, failed = now): void {
    const entry = this.entries.get(key);
    const delay = entry === undefined || this.isExpired(entry, failed) ? this.initial : Math.min(entry.delay * 2, this.longest);
    this.entries.set(key, { delay, updated: now });
  }

  /** Whether `key` must still wait, counted from `since` (when its container ended, say). */
  isInBackoffSince(key: string, since: number, now: number): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && !this.isExpired(entry, since) && now - since < entry.delay;
  }

  /** Whether `key` must still wait at `now`, counted from its last failure. */
  isInBackoffSinceUpdate(key: string, now: number): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && !this.isExpired(entry, now) && now - entry.updated < entry.delay;
  }

  reset(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets the keys whose last failure is long past. */
  collectGarbage(now: number): void {
    for (const [key, entry] of this.entries) if (this.isExpired(entry, now)) this.entries.delete(key);
  }

  private isExpired(entry: Entry, at: number): boolean {
    return at - entry.updated > this.longest * 2;
  }
}

/** How long to wait before the next attempt of a key. */
export interface RateLimiter {
  when(key: string): number;
  forget(key: string): void;
}

/** base, 2·base, 4·base … up to `longest`. */
export class ExponentialFailureLimiter implements RateLimiter {
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly base: number,
    private readonly longest: number,
  ) {}

  when(key: string): number {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    return Math.min(this.base * 2 ** failures, this.longest);
  }

  forget(key: string): void {
    this.failures.delete(key);
  }
}

/** `fast` for the first attempts, then `slow`. */
export class FastSlowLimiter implements RateLimiter {
  private readonly failures = new Map<string, number>();

  constructor(private readonly options: { readonly fast: number; readonly slow: number; readonly fastAttempts: number }) {}

  when(key: string): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    return failures <= this.options.fastAttempts ? this.options.fast : this.options.slow;
  }

  forget(key: string): void {
    this.failures.delete(key);
  }
}

export interface StepOptions {
  readonly duration: number;
  /** 0 keeps the duration. */
  readonly factor: number;
  /** After so many steps the delay grows no more. */
  readonly steps: number;
  /** 0 is no cap. */
  readonly cap: number;
}

/** A run of delays for one thing that is tried again and again. */
export class StepBackoff {
  private duration: number;
  private steps: number;

  constructor(private readonly options: StepOptions) {
    ({ duration: this.duration, steps: this.steps } = options);
  }

  step(): number {
    const { factor, cap } = this.options;
    if (this.steps < 1) return this.duration;
    this.steps--;
    const delay = this.duration;
    if (factor !== 0) {
      this.duration *= factor;
      if (cap > 0 && this.duration > cap) {
        this.duration = cap;
        this.steps = 0;
      }
    }
    return delay;
  }
}
