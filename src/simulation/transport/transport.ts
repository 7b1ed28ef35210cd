// How control-plane traffic crosses between machines: latency, loss and partitions under streams that are reliable while they live.
// A message is never lost here: like TCP, it is sent again until it gets through or its sender gives up.
import type { Clock, Timer } from '../clock/clock.ts';
import { milliseconds, microseconds, plus, type Duration, type Instant } from '../clock/duration.ts';
import type { Random } from '../random/random.ts';

/** What a path from one machine to another does to messages. */
export interface PathCondition {
  readonly latency: Duration;
  /** Added at random, evenly between zero and this. */
  readonly jitter: Duration;
  /** Chance in [0, 1] that one transmission is lost; it is then sent again after a growing timeout. */
  readonly loss: number;
  readonly isBlocked: boolean;
}

export const lanPath: PathCondition = { latency: microseconds(150), jitter: microseconds(50), loss: 0, isBlocked: false };
const loopbackPath: PathCondition = { latency: microseconds(10), jitter: microseconds(0), loss: 0, isBlocked: false };
const firstRetransmission = milliseconds(200);
const maxRetransmissions = 8;

/** A message on its way. */
export interface Carriage {
  /** Gives up: the message is not delivered any more. */
  cancel(): void;
}

class Held implements Carriage {
  timer: Timer | undefined;
  isCancelled = false;
  constructor(readonly deliver: () => void, readonly cause: number) {}
  cancel(): void {
    this.isCancelled = true;
    this.timer?.cancel();
  }
}

/** The paths between named machines. */
export class Transport {
  private readonly conditions = new Map<string, Partial<PathCondition>>();
  private readonly lastArrival = new Map<string, Instant>();
  private readonly held = new Map<string, Held[]>();
  private readonly listeners = new Set<(from: string, to: string, isBlocked: boolean) => void>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Changes one direction; what is not given returns to the plain LAN's. Unblocking delivers what was held back. */
  setPath(from: string, to: string, condition: Partial<PathCondition>): void {
    const key = `${from}>${to}`;
    const wasBlocked = this.path(from, to).isBlocked;
    if (Object.keys(condition).length === 0) this.conditions.delete(key);
    else this.conditions.set(key, condition);
    const { isBlocked } = this.path(from, to);
    if (!isBlocked) this.release(key, from, to);
    if (isBlocked !== wasBlocked) for (const listener of this.listeners) listener(from, to, isBlocked);
  }

  /** Calls back when a direction is cut or comes back. */
  onBlockedChange(listener: (from: string, to: string, isBlocked: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  path(from: string, to: string): PathCondition {
    if (from === to) return loopbackPath;
    const changed = this.conditions.get(`${from}>${to}`);
    return changed ? { ...lanPath, ...changed } : lanPath;
  }

  /** Delivers in order of sending between the same two machines, however long that takes. */
  carry(from: string, to: string, deliver: () => void): Carriage {
    const key = `${from}>${to}`;
    const message = new Held(deliver, this.clock.cause);
    if (this.path(from, to).isBlocked) {
      const waiting = this.held.get(key);
      if (waiting) {
        // Senders give up one after another while a path stays cut: what they gave up is not kept.
        if (waiting.length >= 64 && (waiting.length & (waiting.length - 1)) === 0) this.held.set(key, [...waiting.filter((one) => !one.isCancelled), message]);
        else waiting.push(message);
      }
      else this.held.set(key, [message]);
    } else this.transmit(key, this.path(from, to), message);
    return message;
  }

  private transmit(key: string, path: PathCondition, message: Held): void {
    let delay: number = path.latency + (path.jitter > 0 ? this.random.below(path.jitter) : 0);
    let timeout: number = firstRetransmission;
    for (let tries = 0; path.loss > 0 && tries < maxRetransmissions && this.random.chance(path.loss); tries++, timeout *= 2) delay += timeout;
    let arrival = plus(this.clock.now, delay as Duration);
    const last = this.lastArrival.get(key);
    if (last !== undefined && last > arrival) arrival = last;
    this.lastArrival.set(key, arrival);
    message.timer = this.clock.at(arrival, message.deliver);
  }

  private release(key: string, from: string, to: string): void {
    const waiting = this.held.get(key);
    if (!waiting) return;
    this.held.delete(key);
    const cause = this.clock.cause;
    for (const message of waiting) {
      if (message.isCancelled) continue;
      this.clock.cause = message.cause;
      this.transmit(key, this.path(from, to), message);
    }
    this.clock.cause = cause;
  }
}
