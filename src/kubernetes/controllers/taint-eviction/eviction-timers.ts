// Pods whose eviction is set, by when. Upstream: pkg/controller/tainteviction/timed_workers.go.
import type { Timer } from '@/simulation/clock/clock.ts';
import { between, plus, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';

interface Scheduled {
  /** Undefined once it has fired: the pod is not set again while it is being evicted. */
  timer: Timer | undefined;
  readonly since: Instant;
}

/** One timer per pod key. Its eviction follows from what was the cause when it was set. */
export class EvictionTimers {
  private readonly scheduled = new Map<string, Scheduled>();

  constructor(
    private readonly context: Context,
    private readonly evict: (key: string) => void,
  ) {}

  /** Since when the pod's eviction has been set, if it is. */
  since(key: string): Instant | undefined {
    const scheduled = this.scheduled.get(key);
    return scheduled?.timer && scheduled.since;
  }

  /** Evicts at `since` + `wait`. Does nothing for a pod that is set already, or is being evicted. */
  set(key: string, since: Instant, wait: Duration): void {
    if (this.scheduled.has(key)) return;
    const scheduled: Scheduled = { timer: undefined, since };
    this.scheduled.set(key, scheduled);
    const left = between(this.context.now, plus(since, wait));
    if (left <= 0) {
      this.evict(key);
      return;
    }
    scheduled.timer = this.context.after(left, () => {
      scheduled.timer = undefined;
      this.evict(key);
    });
  }

  /** The eviction was carried out, or given up. */
  done(key: string): void {
    this.scheduled.delete(key);
  }

  /** Forgets the pod. Answers whether an eviction was called off by that. */
  cancel(key: string): boolean {
    const timer = this.scheduled.get(key)?.timer;
    this.scheduled.delete(key);
    timer?.cancel();
    return timer !== undefined;
  }
}
