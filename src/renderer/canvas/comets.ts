// Requests on their way: comets with a constant time per hop while they can be told apart, a flow with a number when not.
import type { PacketRow } from '@/contract/feed/feed.ts';
import { motion } from '../theme/tokens.ts';

/** A request that is drawn. Its place follows from the wall time alone. */
export interface Comet {
  packet: PacketRow;
  readonly startedAt: number;
  /** When its outcome was shown first; 0 before. */
  settledAt: number;
}

/** Requests per second that pass from one hop to the next. */
export interface LegRate {
  readonly answered: number;
  readonly failed: number;
}

/** Above this many new requests per second of wall time single ones are no longer drawn. */
export const flowRate = 150;
const landing = 420;
const patience = 30_000;
const windowMilliseconds = 500;

/**
 * The hops as they are drawn: the Service that was called comes first, then the machines and the pod that it led to. A node's rule is
 * applied at the machine that the request entered by, so its account names the Service after that machine.
 */
export function drawnPath(path: readonly string[]): readonly string[] {
  const called = path.filter((hop) => hop.startsWith('service:'));
  const others = path.filter((hop, index) => index > 0 && !hop.startsWith('service:') && hop !== path[index - 1]);
  const hops = [...path.slice(0, 1), ...called.slice(0, 1), ...others];
  return hops.filter((hop, index) => hop !== hops[index - 1]);
}

/** Where a comet is: between two hops, or at its end with its outcome. */
export interface CometPlace {
  readonly hop: number;
  /** 0 to 1 between `hop` and the next. */
  readonly part: number;
  /** 0 to 1 through the showing of the outcome; -1 before. */
  readonly landing: number;
}

export class Comets {
  private readonly byId = new Map<number, Comet>();
  private windowStart = 0;
  private arrived = 0;
  private legs = new Map<string, LegRate>();
  private readonly seen = new Set<number>();
  /** New requests per second of wall time, and per leg (`user>service:default/web`). */
  rate = 0;
  legRates: ReadonlyMap<string, LegRate> = new Map();

  take(packets: readonly PacketRow[], wall: number): void {
    this.roll(wall);
    for (const received of packets) {
      const known = this.byId.get(received.id);
      const packet = { ...received, path: drawnPath(received.path) };
      if (known) known.packet = packet;
      else if (!this.seen.has(packet.id)) this.begin(packet, wall);
      if (packet.outcome !== 'underway') this.count(packet);
    }
    if (this.seen.size > 5000) this.seen.clear();
  }

  private begin(packet: PacketRow, wall: number): void {
    this.arrived++;
    this.seen.add(packet.id);
    if (this.isFlow || packet.path.length < 2 || this.byId.size > 400) return;
    this.byId.set(packet.id, { packet, startedAt: wall, settledAt: 0 });
  }

  private count(packet: PacketRow): void {
    for (let i = 0; i + 1 < packet.path.length; i++) {
      const leg = `${packet.path[i]}>${packet.path[i + 1]}`;
      const { answered, failed } = this.legs.get(leg) ?? { answered: 0, failed: 0 };
      this.legs.set(leg, packet.outcome === 'ok' ? { answered: answered + 1, failed } : { answered, failed: failed + 1 });
    }
  }

  private roll(wall: number): void {
    const span = wall - this.windowStart;
    if (span < windowMilliseconds) return;
    this.rate = (this.arrived * 1000) / span;
    this.legRates = new Map(
      [...this.legs].map(([leg, { answered, failed }]) => [leg, { answered: (answered * 1000) / span, failed: (failed * 1000) / span }]),
    );
    this.legs = new Map();
    this.arrived = 0;
    this.windowStart = wall;
  }

  get isFlow(): boolean {
    return this.rate > flowRate;
  }

  /** Comets to draw now; those that have shown their outcome are forgotten. */
  *active(wall: number): Generator<readonly [Comet, CometPlace]> {
    this.roll(wall);
    for (const [id, comet] of this.byId) {
      const place = placeOf(comet, wall);
      if (place.landing >= 1 || wall - comet.startedAt > patience) this.byId.delete(id);
      else yield [comet, place];
    }
  }

  get size(): number {
    return this.byId.size + (this.isFlow ? 1 : 0);
  }
}

/** Where `comet` is at `wall`. */
export function placeOf(comet: Comet, wall: number): CometPlace {
  const legs = comet.packet.path.length - 1;
  const travelled = (wall - comet.startedAt) / motion.hop;
  if (travelled < legs) return { hop: Math.floor(travelled), part: travelled % 1, landing: -1 };
  if (comet.packet.outcome === 'underway') return { hop: legs - 1, part: 1, landing: -1 };
  if (comet.settledAt === 0) comet.settledAt = wall;
  return { hop: legs - 1, part: 1, landing: (wall - comet.settledAt) / landing };
}
