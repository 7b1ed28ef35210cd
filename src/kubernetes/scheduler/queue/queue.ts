// Pods that wait for a node: those to look at now by priority, those that back off, and those that nothing has changed for.
// Upstream: pkg/scheduler/backend/queue.
import { Heap } from '@/base/heap.ts';
import { minutes, plus, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ClusterEvent } from '../framework/framework.ts';

/** A pod on its way through the queue. */
export interface QueuedPod {
  pod: Pod;
  attempts: number;
  /** When it was (last) put into the queue. */
  timestamp: Instant;
  firstAttempt: Instant | undefined;
  /** Plugins that refused it in the last attempt. */
  unschedulablePlugins: ReadonlySet<string>;
  /** The occurrence that its next attempt follows from. */
  cause: number;
  /** Something that may help happened while it was being looked at. */
  movedDuringAttempt: boolean;
}

const initialBackoff = seconds(1);
const maxBackoff = seconds(10);
const flushPeriod = seconds(30);
const longestUnschedulable = minutes(5);

export class SchedulingQueue {
  private readonly active = new Heap<QueuedPod>(
    (a, b) => (b.pod.spec.priority ?? 0) < (a.pod.spec.priority ?? 0) || ((a.pod.spec.priority ?? 0) === (b.pod.spec.priority ?? 0) && a.timestamp < b.timestamp),
  );
  private readonly isActive = new Set<string>();
  private readonly backingOff = new Map<string, QueuedPod>();
  private readonly unschedulable = new Map<string, QueuedPod>();
  private readonly known = new Map<string, QueuedPod>();
  private inFlight: QueuedPod | undefined;
  private waiter: Promised<void> | undefined;

  constructor(
    private readonly context: Context,
    private readonly mayHelp: (queued: QueuedPod, event: ClusterEvent) => boolean,
  ) {
    this.flushLater();
  }

  get size(): number {
    return this.known.size;
  }

  /** Pods nobody can place now, for pictures of the queue. */
  get unschedulableCount(): number {
    return this.unschedulable.size;
  }

  /** A pod without a node that is ours to place. */
  add(pod: Pod): void {
    const { uid } = pod.metadata;
    if (this.known.has(uid)) {
      this.update(pod);
      return;
    }
    const queued: QueuedPod = {
      pod,
      attempts: 0,
      timestamp: this.context.now,
      firstAttempt: undefined,
      unschedulablePlugins: new Set(),
      cause: this.context.cause,
      movedDuringAttempt: false,
    };
    this.known.set(uid, queued);
    this.activate(queued);
  }

  /** The pod's object changed while it waits. */
  update(pod: Pod): void {
    const queued = this.known.get(pod.metadata.uid);
    if (!queued) {
      this.add(pod);
      return;
    }
    queued.pod = pod;
    const event: ClusterEvent = { kind: 'UnscheduledPodChanged', pod };
    if (this.unschedulable.has(pod.metadata.uid) && this.mayHelp(queued, event)) this.requeue(queued);
  }

  remove(uid: string): void {
    this.known.delete(uid);
    this.backingOff.delete(uid);
    this.unschedulable.delete(uid);
    this.isActive.delete(uid);
  }

  /** Waits for the next pod to look at. */
  *take(): Task<QueuedPod> {
    for (;;) {
      const next = this.active.pop();
      if (!next) {
        this.waiter = new Promised<void>();
        yield* this.waiter.wait();
        continue;
      }
      if (!this.isActive.delete(next.pod.metadata.uid)) continue;
      next.attempts++;
      next.firstAttempt ??= this.context.now;
      next.movedDuringAttempt = false;
      this.inFlight = next;
      this.context.cause = next.cause;
      return next;
    }
  }

  /** The attempt is over and the pod has a node, or is gone. */
  done(queued: QueuedPod): void {
    if (this.inFlight === queued) this.inFlight = undefined;
  }

  /** The attempt failed: it waits for something to change, or backs off when something already did, or when `plugins` is empty (an error). */
  giveBack(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    this.done(queued);
    const { uid } = queued.pod.metadata;
    if (!this.known.has(uid)) return;
    queued.unschedulablePlugins = plugins;
    queued.timestamp = this.context.now;
    queued.cause = this.context.cause;
    if (plugins.size === 0 || queued.movedDuringAttempt) this.backOff(queued);
    else this.unschedulable.set(uid, queued);
  }

  /** Tells of a change; pods that it may help are looked at again, after their back-off. */
  notice(event: ClusterEvent): void {
    if (this.inFlight) this.inFlight.movedDuringAttempt = true;
    for (const queued of [...this.unschedulable.values()]) {
      if (this.mayHelp(queued, event)) {
        queued.cause = this.context.cause;
        this.requeue(queued);
      }
    }
  }

  /** When the pod's back-off ends, undefined when it does not back off. */
  backoffEnd(uid: string): Instant | undefined {
    const queued = this.backingOff.get(uid);
    return queued && backoffEndOf(queued);
  }

  private requeue(queued: QueuedPod): void {
    this.unschedulable.delete(queued.pod.metadata.uid);
    if (backoffEndOf(queued) > this.context.now) this.backOff(queued);
    else this.activate(queued);
  }

  private backOff(queued: QueuedPod): void {
    const { uid } = queued.pod.metadata;
    this.backingOff.set(uid, queued);
    const { cause } = queued;
    this.context.after((backoffEndOf(queued) - this.context.now) as Duration, () => {
      if (this.backingOff.get(uid) !== queued) return;
      this.backingOff.delete(uid);
      queued.cause = cause;
      this.activate(queued);
    });
  }

  private activate(queued: QueuedPod): void {
    const { uid } = queued.pod.metadata;
    this.backingOff.delete(uid);
    this.unschedulable.delete(uid);
    this.isActive.add(uid);
    this.active.push(queued);
    this.waiter?.resolve(undefined);
    this.waiter = undefined;
  }

  /** Nothing waits for ever on a hint that never comes. The timer runs only while somebody waits. */
  private flushLater(): void {
    this.context.after(flushPeriod, () => {
      for (const queued of [...this.unschedulable.values()]) if (plus(queued.timestamp, longestUnschedulable) < this.context.now) this.requeue(queued);
      this.flushLater();
    });
  }
}

/** One second, doubled with every attempt after the first, ten at the most. */
function backoffEndOf(queued: QueuedPod): Instant {
  if (queued.attempts === 0) return queued.timestamp;
  const span = Math.min(initialBackoff * 2 ** Math.min(queued.attempts - 1, 10), maxBackoff);
  return plus(queued.timestamp, span as Duration);
}
