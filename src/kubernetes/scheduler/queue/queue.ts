// Pods that wait for a node: those to look at now by priority, those that back off, and those that nothing has changed for.
// Upstream: pkg/scheduler/backend/queue.
import { Heap } from '@/base/heap.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import { minutes, plus, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ClusterEvent } from '../framework/framework.ts';

/** A pod on its way through the queue. */
export interface QueuedPod {
  pod: Pod;
  /** Attempts that found no node, and attempts that failed for another reason, since the last that did not: they make the back-off longer. */
  refusals: number;
  errors: number;
  /** When it was (last) put into the queue. */
  timestamp: Instant;
  /** Plugins that refused it in the last attempt, or keep it from being looked at. */
  unschedulablePlugins: ReadonlySet<string>;
  /** The occurrence that its next attempt follows from. */
  cause: number;
  /** What happened while it was being looked at. */
  readonly missed: ClusterEvent[];
}

/** Where a pod of the queue is. */
export type QueuePlace = 'active' | 'backing off' | 'unschedulable' | 'in flight';

export interface QueueOptions {
  /** Plugins that want to know of events of a kind. */
  interested(kind: ClusterEvent['kind']): readonly string[];
  /** Whether an event may let a pod fit that was refused. */
  mayHelp(queued: QueuedPod, event: ClusterEvent): boolean;
  /** The plugin that does not let the pod be looked at yet. */
  gate(pod: Pod): string | undefined;
}

const initialBackoff = seconds(1);
const maxBackoff = seconds(10);
const flushPeriod = seconds(30);
const longestUnschedulable = minutes(5);

const priorityOf = ({ pod }: QueuedPod): number => pod.spec.priority ?? 0;

/** A place in one of the heaps, with what orders it; stale once the pod has another. */
interface Entry {
  readonly queued: QueuedPod;
  readonly place: 'active' | 'backing off';
  readonly end: Instant;
  readonly priority: number;
  readonly timestamp: Instant;
  /** Many come at one instant. */
  readonly sequence: number;
  /** Runs out when the back-off ends. */
  timer?: Timer;
}

/** Higher priority first, then who came first. */
function goesBefore(a: Entry, b: Entry): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.sequence < b.sequence);
}

export class SchedulingQueue {
  private readonly active = new Heap<Entry>(goesBefore);
  private readonly backoff = new Heap<Entry>(
    (a, b) => a.end < b.end || (a.end === b.end && goesBefore(a, b)),
  );
  private readonly known = new Map<string, QueuedPod>();
  /** Of pods that are active or back off. */
  private readonly entries = new Map<QueuedPod, Entry>();
  private readonly unschedulable = new Set<QueuedPod>();
  /** The unschedulable ones by plugin that refused them, so that an event reaches only those it may concern. */
  private readonly refusedBy = new Map<string, Set<QueuedPod>>();
  private sequence = 0;
  private inFlight: QueuedPod | undefined;
  private waiter: Promised<void> | undefined;

  constructor(
    private readonly context: Context,
    private readonly options: QueueOptions,
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

  placeOf(uid: string): QueuePlace | undefined {
    const queued = this.known.get(uid);
    if (!queued) return undefined;
    return (
      this.entries.get(queued)?.place ?? (this.unschedulable.has(queued) ? 'unschedulable' : 'in flight')
    );
  }

  /** A pod without a node that is ours to place. */
  add(pod: Pod): void {
    const { uid } = pod.metadata;
    if (this.known.has(uid)) {
      this.update(pod, []);
      return;
    }
    const queued: QueuedPod = {
      pod,
      refusals: 0,
      errors: 0,
      timestamp: this.context.now,
      unschedulablePlugins: new Set(),
      cause: this.context.cause,
      missed: [],
    };
    this.known.set(uid, queued);
    this.activate(queued);
  }

  /** The pod's object changed while it waits; `events` say what of it may matter. */
  update(pod: Pod, events: readonly ClusterEvent[]): void {
    const queued = this.known.get(pod.metadata.uid);
    if (!queued) {
      this.add(pod);
      return;
    }
    queued.pod = pod;
    if (this.inFlight === queued) {
      queued.missed.push(...events);
      return;
    }
    if (this.unschedulable.has(queued) && events.some((event) => this.options.mayHelp(queued, event))) {
      queued.cause = this.context.cause;
      this.requeue(queued);
    }
  }

  remove(uid: string): void {
    const queued = this.known.get(uid);
    if (!queued) return;
    this.known.delete(uid);
    this.leave(queued);
  }

  /** Waits for the next pod to look at. When none is due, the one whose back-off ends first is taken early. */
  *take(): Task<QueuedPod> {
    for (;;) {
      const next = this.next(this.active) ?? this.next(this.backoff);
      if (next) {
        this.leave(next);
        this.inFlight = next;
        this.context.cause = next.cause;
        return next;
      }
      this.waiter = new Promised<void>();
      yield* this.waiter.wait();
    }
  }

  /** The attempt is over: the pod has a node, or is gone. */
  done(queued: QueuedPod): void {
    if (this.inFlight === queued) this.inFlight = undefined;
    queued.missed.length = 0;
  }

  /** No node would do: it waits for something to change that one of the plugins may be helped by, or backs off when that happened already. */
  giveBack(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    queued.refusals++;
    queued.errors = 0;
    this.wait(queued, plugins);
  }

  /** The attempt failed for a reason that no plugin waits for the end of: it backs off to its full time. */
  tryAgain(queued: QueuedPod): void {
    queued.errors++;
    this.wait(queued, new Set());
  }

  /** Tells of a change; pods that it may help are looked at again. */
  notice(event: ClusterEvent): void {
    this.inFlight?.missed.push(event);
    const concerned = new Set<QueuedPod>();
    for (const plugin of this.options.interested(event.kind))
      for (const queued of this.refusedBy.get(plugin) ?? []) concerned.add(queued);
    for (const queued of concerned) {
      if (event.maxPriority !== undefined && priorityOf(queued) > event.maxPriority) continue;
      if (!this.options.mayHelp(queued, event)) continue;
      queued.cause = this.context.cause;
      this.requeue(queued);
    }
  }

  /** Lets a pod be looked at now, whatever it waits for. */
  activateNow(uid: string): void {
    const queued = this.known.get(uid);
    if (queued && this.unschedulable.has(queued)) this.activate(queued);
  }

  /** When the pod's back-off ends, undefined when it does not back off. */
  backoffEnd(uid: string): Instant | undefined {
    const queued = this.known.get(uid);
    const entry = queued && this.entries.get(queued);
    return entry?.place === 'backing off' ? entry.end : undefined;
  }

  /** The first of a heap; one that backs off after an error is not taken before its time. */
  private next(heap: Heap<Entry>): QueuedPod | undefined {
    for (let top = heap.peek(); top; top = heap.peek()) {
      const { queued, place } = top;
      const isThere = this.entries.get(queued) === top;
      if (isThere && place === 'backing off' && queued.errors > 0) return undefined;
      heap.pop();
      if (isThere) return queued;
    }
    return undefined;
  }

  private leave(queued: QueuedPod): void {
    this.entries.get(queued)?.timer?.cancel();
    this.entries.delete(queued);
    if (!this.unschedulable.delete(queued)) return;
    for (const plugin of queued.unschedulablePlugins) this.refusedBy.get(plugin)?.delete(queued);
  }

  private park(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    this.leave(queued);
    queued.unschedulablePlugins = plugins;
    this.unschedulable.add(queued);
    for (const plugin of plugins) {
      const pods = this.refusedBy.get(plugin);
      if (pods) pods.add(queued);
      else this.refusedBy.set(plugin, new Set([queued]));
    }
  }

  private wait(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    const missed = [...queued.missed];
    this.done(queued);
    if (!this.known.has(queued.pod.metadata.uid)) return;
    queued.timestamp = this.context.now;
    queued.cause = this.context.cause;
    this.park(queued, plugins);
    if (queued.errors > 0 || missed.some((event) => this.options.mayHelp(queued, event)))
      this.requeue(queued);
  }

  private requeue(queued: QueuedPod): void {
    if (backoffEndOf(queued) > this.context.now) this.backOff(queued);
    else this.activate(queued);
  }

  private backOff(queued: QueuedPod): void {
    const entry = this.enter(queued, 'backing off');
    if (!entry) return;
    this.backoff.push(entry);
    const { cause } = queued;
    entry.timer = this.context.after((entry.end - this.context.now) as Duration, () => {
      queued.cause = cause;
      this.activate(queued);
    });
    this.wake();
  }

  private activate(queued: QueuedPod): void {
    const entry = this.enter(queued, 'active');
    if (!entry) return;
    this.active.push(entry);
    this.wake();
  }

  private enter(queued: QueuedPod, place: Entry['place']): Entry | undefined {
    if (this.isGated(queued)) return undefined;
    this.leave(queued);
    const entry: Entry = {
      queued,
      place,
      end: backoffEndOf(queued),
      priority: priorityOf(queued),
      timestamp: queued.timestamp,
      sequence: ++this.sequence,
    };
    this.entries.set(queued, entry);
    return entry;
  }

  /** Whether a plugin keeps the pod from being looked at: then it waits for what that plugin waits for, too. */
  private isGated(queued: QueuedPod): boolean {
    const gate = this.options.gate(queued.pod);
    if (gate === undefined) return false;
    this.park(queued, new Set([...queued.unschedulablePlugins, gate]));
    return true;
  }

  private wake(): void {
    this.waiter?.resolve(undefined);
    this.waiter = undefined;
  }

  /** Nothing waits for ever on a hint that never comes. */
  private flushLater(): void {
    this.context.after(flushPeriod, () => {
      for (const queued of [...this.unschedulable])
        if (plus(queued.timestamp, longestUnschedulable) < this.context.now) this.requeue(queued);
      this.flushLater();
    });
  }
}

/** One second, doubled with every attempt after the first, ten at the most. */
function backoffEndOf({ refusals, errors, timestamp }: QueuedPod): Instant {
  const count = errors > 0 ? errors : refusals;
  if (count === 0) return timestamp;
  return plus(timestamp, Math.min(initialBackoff * 2 ** Math.min(count - 1, 10), maxBackoff) as Duration);
}
