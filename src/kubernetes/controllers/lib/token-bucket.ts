// A limit on how often something may happen: tokens that come back at a rate. Upstream: client-go/util/flowcontrol.
import { between, inSeconds, type Instant } from '@/simulation/clock/duration.ts';

/** Holds up to `burst` tokens; a rate of zero never gives one. */
export class TokenBucket {
  private tokens: number;

  constructor(
    readonly perSecond: number,
    private readonly burst: number,
    private last: Instant,
  ) {
    this.tokens = burst;
  }

  /** Takes a token if there is one. */
  tryTake(now: Instant): boolean {
    if (this.perSecond <= 0) return false;
    this.refill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** How long until there is a token; Infinity when there never will be. */
  wait(now: Instant): number {
    if (this.perSecond <= 0) return Infinity;
    this.refill(now);
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) / this.perSecond) * 1e6);
  }

  private refill(now: Instant): void {
    this.tokens = Math.min(this.burst, this.tokens + inSeconds(between(this.last, now)) * this.perSecond);
    this.last = now;
    // Sums of fractions must not keep a token back for ever.
    if (this.tokens > 1 - 1e-6 && this.tokens < 1) this.tokens = 1;
  }
}
