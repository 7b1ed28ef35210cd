// A connection's two ends. What one end sends reaches the other in order, later, or never; a kernel closes what a dead process held.
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Account } from './account.ts';
import type { NetworkInterface } from './interfaces.ts';
import type { Payload } from './payload.ts';

/** Carries something along a connection's way, in the direction of the end that receives it. */
export type Carry = (from: ConnectionEnd, to: ConnectionEnd, deliver: () => void) => void;

const mostWaiting = 10_000;

/** One side of a connection. */
export class ConnectionEnd {
  /** The other side; set once when the connection is made. */
  peer!: ConnectionEnd;
  /** Filled in for requests whose account is kept. */
  account: Account | undefined;
  /** What listens at the far end understands HTTP. */
  isHttp = false;
  /** Where the listener is, for accounts: `pod:default/web-1`. */
  listenerLabel = '';
  private readonly inbox: Payload[] = [];
  private state: 'open' | 'finished' | 'reset' | 'closed' = 'open';
  private wake: (() => void) | undefined;
  private handler: ((payload: Payload) => void) | undefined;
  private endHandler: (() => void) | undefined;
  /** Told when this end is done with, so that its owner can forget it. */
  onGone: (() => void) | undefined;

  constructor(
    readonly networkInterface: NetworkInterface,
    private readonly carry: Carry,
    readonly localAddress: string,
    readonly remoteAddress: string,
  ) {}

  get isOpen(): boolean {
    return this.state === 'open' || this.state === 'finished';
  }

  send(payload: Payload): void {
    if (!this.isOpen) return;
    const { peer } = this;
    this.carry(this, peer, () => {
      if (peer.isOpen) peer.take(payload);
      else this.answerReset(peer);
    });
  }

  /** The next message; undefined when the other side has closed. Throws {@link NetworkError} when the connection was reset. */
  *receive(): Task<Payload | undefined> {
    for (;;) {
      const next = this.inbox.shift();
      if (next !== undefined) return next;
      if (this.state === 'reset') throw this.resetError();
      if (this.state !== 'open') return undefined;
      yield {
        subscribe: (resume) => {
          this.wake = () => resume(undefined);
          return () => {
            this.wake = undefined;
          };
        },
      };
    }
  }

  /** For servers that need no task to read: every message goes to `handler`, the end to `onEnd`. */
  handle(handler: (payload: Payload) => void, onEnd?: () => void): void {
    this.handler = handler;
    this.endHandler = onEnd;
  }

  /** Says that nothing more will come and lets go of this end. */
  close(): void {
    if (!this.isOpen) return;
    this.settle('closed');
    const { peer } = this;
    this.carry(this, peer, () => peer.finish());
  }

  /** As a kernel does for a process that was killed: the other side sees a reset. */
  abort(): void {
    if (!this.isOpen) return;
    this.settle('closed');
    const { peer } = this;
    this.carry(this, peer, () => peer.reset());
  }

  /** Its machine lost power: nobody is told. */
  vanish(): void {
    if (this.isOpen) this.settle('closed');
  }

  private take(payload: Payload): void {
    if (this.handler) {
      this.handler(payload);
      return;
    }
    if (this.inbox.length >= mostWaiting) this.inbox.shift();
    this.inbox.push(payload);
    this.wakeUp();
  }

  private finish(): void {
    if (this.state !== 'open') return;
    this.state = 'finished';
    this.endHandler?.();
    this.wakeUp();
  }

  private reset(): void {
    if (!this.isOpen) return;
    this.settle('reset');
    this.endHandler?.();
    this.wakeUp();
  }

  private answerReset(gone: ConnectionEnd): void {
    this.carry(gone, this, () => this.reset());
  }

  private settle(state: 'closed' | 'reset'): void {
    this.state = state;
    this.onGone?.();
    this.onGone = undefined;
  }

  private wakeUp(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  private resetError(): NetworkError {
    return new NetworkError('reset', `read tcp ${this.localAddress}->${this.remoteAddress}: read: connection reset by peer`);
  }
}
