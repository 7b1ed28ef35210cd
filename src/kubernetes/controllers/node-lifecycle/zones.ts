// Zones of nodes: how broken each is, and how fast its dead nodes may be evicted from.
// Upstream: pkg/controller/nodelifecycle (handleDisruption, ComputeZoneState) and scheduler/rate_limited_queue.go.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { ControllerFlags } from '../controller.ts';
import { TokenBucket } from '../lib/token-bucket.ts';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Region and zone of a node; '' for one that says neither. */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:${zone}`;
}

export interface ZoneCount {
  ready: number;
  notReady: number;
}

export function stateOf({ ready, notReady }: ZoneCount, unhealthyThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (ready + notReady) >= unhealthyThreshold) return 'PartialDisruption';
  return 'Normal';
}

/** Evictions per second in a zone of that state and size. */
export function evictionRate(state: ZoneState, size: number, flags: ControllerFlags): number {
  if (state !== 'PartialDisruption') return flags.nodeEvictionRate;
  return size > flags.largeClusterSizeThreshold ? flags.secondaryNodeEvictionRate : 0;
}

/** Nodes of one zone that are to get their NoExecute taint, in order, no faster than the zone's rate. Keeps the cause of each. */
export class ZoneQueue {
  state: ZoneState = 'Initial';
  private bucket: TokenBucket;
  private readonly waiting = new Map<string, number>();
  /** Those ever asked for since they last became reachable: each is tainted once. */
  private readonly asked = new Set<string>();

  constructor(rate: number, now: Instant) {
    this.bucket = new TokenBucket(rate, 1, now);
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Answers whether the node was not asked for before. */
  add(node: string, cause: number): boolean {
    if (this.asked.has(node)) return false;
    this.asked.add(node);
    this.waiting.set(node, cause);
    return true;
  }

  /** Lets the node be asked for again. */
  forget(node: string): void {
    this.asked.delete(node);
  }

  remove(node: string): boolean {
    this.asked.delete(node);
    return this.waiting.delete(node);
  }

  /** The next node, if there is one and the rate allows it. It stays at the head until {@link done}. */
  next(now: Instant): { readonly node: string; readonly cause: number } | undefined {
    for (const [node, cause] of this.waiting) return this.bucket.tryTake(now) ? { node, cause } : undefined;
    return undefined;
  }

  /** How long until {@link next} may give something; Infinity when nothing waits, or while the rate is zero. */
  wait(now: Instant): number {
    return this.waiting.size === 0 ? Infinity : this.bucket.wait(now);
  }

  done(node: string): void {
    this.waiting.delete(node);
  }

  /** Another rate from now on. A limit that is being waited for is not made shorter by that. */
  setRate(rate: number, now: Instant): void {
    if (rate === this.bucket.perSecond) return;
    const isWaiting = !this.bucket.tryTake(now);
    this.bucket = new TokenBucket(rate, 1, now);
    if (isWaiting) this.bucket.tryTake(now);
  }
}
