// What a kubelet is waiting for, with the moment it ends: the rings that the window draws.
import type { Instant } from '@/simulation/clock/duration.ts';

/** One thing that waits. */
export interface Deadline {
  /** Unique on its node while it lasts. */
  readonly id: string;
  readonly kind: 'backoff' | 'termination' | 'probe' | 'pull';
  /** `Pod/namespace/name`. */
  readonly subject: string;
  readonly start: Instant;
  readonly due: Instant;
  /** Where the time comes from, in upstream's words: `CrashLoopBackOff 40s`, `terminationGracePeriodSeconds`. */
  readonly rule: string;
}

/** The standing deadlines of one kubelet; nothing is kept for what does not wait. */
export class DeadlineBoard {
  private readonly standing = new Map<string, Deadline>();

  set(deadline: Deadline): void {
    this.standing.set(deadline.id, deadline);
  }

  clear(id: string): void {
    this.standing.delete(id);
  }

  list(): Iterable<Deadline> {
    return this.standing.values();
  }
}
