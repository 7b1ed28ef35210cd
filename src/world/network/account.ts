// The account of one request: where it passed, what was decided there and why, as a person may ask for it afterwards.
import type { Instant } from '@/simulation/clock/duration.ts';

export type HopKind = 'dns' | 'send' | 'rule' | 'forward' | 'accept' | 'answer' | 'refuse' | 'drop' | 'timeout';

export interface Hop {
  /** `user`, `machine:NAME`, `service:NAMESPACE/NAME`, `pod:NAMESPACE/NAME`. */
  readonly at: string;
  readonly kind: HopKind;
  /** One English sentence. */
  readonly detail: string;
  readonly time: Instant;
}

const largestAccount = 64;

/** Filled in by the network while a request is under way. */
export class Account {
  readonly hops: Hop[] = [];
  /** Places in order, each once in a row. */
  readonly path: string[] = [];
  /** The machine it was last sent to, whether or not it came there. */
  heading = '';

  constructor(private readonly clock: { readonly now: Instant }) {}

  add(at: string, kind: HopKind, detail: string): void {
    if (this.hops.length >= largestAccount) return;
    this.hops.push({ at, kind, detail, time: this.clock.now });
    if (kind === 'send' || kind === 'rule' || kind === 'accept' || kind === 'refuse') this.pass(at);
  }

  /** It came to a place where nothing was decided. */
  pass(at: string): void {
    if (this.path.length < largestAccount && this.path[this.path.length - 1] !== at) this.path.push(at);
  }
}
