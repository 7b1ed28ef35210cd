// What happened in the simulation, in order, each with what it follows from: the one chain that log, animation and drill read.
import { RollingHash } from '@/base/hash.ts';
import type { Clock } from '../clock/clock.ts';
import type { Instant } from '../clock/duration.ts';

/** Which part of the story a line belongs to; the event log filters by it. */
export type OccurrenceKind =
  | 'input' // what came from outside: a command, a kubectl write
  | 'fault' // the world broke or was healed
  | 'machine' // a machine's power and cables, its processes
  | 'api' // a write that the API server accepted
  | 'refusal' // a write that it refused
  | 'controller' // a decision of a controller
  | 'scheduling' // a decision of the scheduler
  | 'kubelet' // an act of a kubelet
  | 'runtime' // a container's life: pulled, started, exited, killed
  | 'network' // a request's account, a dropped packet
  | 'heartbeat' // leases and node status: hidden unless asked for
  | 'note'; // anything else worth a line

/** One thing that happened. Immutable. */
export interface Occurrence {
  /** Counts up from 1 over the run. */
  readonly id: number;
  readonly time: Instant;
  readonly kind: OccurrenceKind;
  /** CamelCase, upstream's reason where it has one: `Scheduled`, `NodeNotReady`, `MachineUnplugged`. The window translates by it. */
  readonly reason: string;
  /** What it is about, first the thing itself: `Pod/default/web-1`, `Node/worker-2`, `Machine/worker-2`, `Lease/kube-node-lease/worker-2`. */
  readonly subjects: readonly string[];
  /** One plain sentence, in English, names spelled out. */
  readonly message: string;
  /** Who did it: a component's or a user's name (`kubelet worker-2`, `node-lifecycle-controller`, `kubectl`). */
  readonly actor: string;
  /** Id of the occurrence this one follows from; 0 for a beginning. Always lower than `id`. */
  readonly cause: number;
  /** Facts for panels: revision, node, container, exit code … Small, plain JSON. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

export type NewOccurrence = Omit<Occurrence, 'id' | 'time' | 'cause'> & {
  /** When the running task's own cause is not the true one (a deadline that passed, a queue that was waited in). */
  readonly cause?: number;
};

/** The last so many occurrences of one lane, in order of their ids. */
class Lane {
  private readonly ring: Occurrence[] = [];
  private count = 0;

  constructor(private readonly limit: number) {}

  /** Gives what had to go to make room. */
  push(occurrence: Occurrence): Occurrence | undefined {
    const slot = this.count++ % this.limit;
    const gone = this.ring[slot];
    this.ring[slot] = occurrence;
    return gone;
  }

  /** How many are kept. */
  get size(): number {
    return this.ring.length;
  }

  /** The one at a place in order, 0 being the oldest kept. */
  at(place: number): Occurrence | undefined {
    const first = this.count > this.limit ? this.count % this.limit : 0;
    return place < this.ring.length ? this.ring[(first + place) % this.limit] : undefined;
  }

  /** The place of the first whose id is `id` or higher. */
  placeOf(id: number): number {
    let low = 0;
    let high = this.ring.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at(middle)?.id ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Leases of a thousand nodes are renewed a hundred times a second: those that went well may not push out what happened. */
const routineLimit = 2000;
const isRoutine = ({ kind, reason }: Occurrence): boolean => kind === 'heartbeat' && !reason.endsWith('Failed');

/**
 * The record of a run. The last `limit` occurrences are kept (of routine heartbeats fewer), all are hashed. Recording makes the new occurrence
 * the cause of whatever the running task does next.
 */
export class Occurrences {
  private readonly kept: Lane;
  private readonly routine = new Lane(routineLimit);
  private readonly hash = new RollingHash();
  private readonly latest = new Map<string, number>();
  private readonly listeners = new Set<(occurrence: Occurrence) => void>();
  private count = 0;

  constructor(
    private readonly clock: Clock,
    limit = 30_000,
  ) {
    this.kept = new Lane(limit);
  }

  record(what: NewOccurrence): Occurrence {
    const { clock } = this;
    const { kind, reason, subjects, message, actor, cause = clock.cause, data } = what;
    const known = { id: ++this.count, time: clock.now, kind, reason, subjects, message, actor, cause };
    const occurrence: Occurrence = data === undefined ? known : { id: known.id, time: known.time, kind, reason, subjects, message, actor, cause, data };
    this.keep(occurrence);
    for (const subject of occurrence.subjects) this.latest.set(subject, occurrence.id);
    this.hash.add(`${occurrence.id} ${occurrence.time} ${what.kind} ${what.reason} ${what.subjects.join(' ')} ${what.message} ${occurrence.cause}`);
    clock.cause = occurrence.id;
    for (const listener of this.listeners) listener(occurrence);
    return occurrence;
  }

  private keep(occurrence: Occurrence): void {
    const gone = (isRoutine(occurrence) ? this.routine : this.kept).push(occurrence);
    if (gone) for (const subject of gone.subjects) if (this.latest.get(subject) === gone.id) this.latest.delete(subject);
  }

  get(id: number): Occurrence | undefined {
    for (const lane of [this.kept, this.routine]) {
      const found = lane.at(lane.placeOf(id));
      if (found?.id === id) return found;
    }
    return undefined;
  }

  /**
   * The id of the latest occurrence about any of the subjects, 0 when none. For saying why something did *not* come (a lease that was not
   * renewed); it must never decide what software does.
   */
  latestAbout(...subjects: readonly string[]): number {
    let id = 0;
    for (const subject of subjects) id = Math.max(id, this.latest.get(subject) ?? 0);
    return id;
  }

  /** The occurrence and what it follows from, back to the beginning, newest first. */
  chain(id: number): readonly Occurrence[] {
    const links: Occurrence[] = [];
    for (let at = this.get(id); at !== undefined; at = this.get(at.cause)) links.push(at);
    return links;
  }

  /** The kept occurrences with ids from `from` on, in order. */
  since(from: number): Occurrence[] {
    const { kept, routine } = this;
    const found: Occurrence[] = [];
    let next = kept.placeOf(from);
    let nextRoutine = routine.placeOf(from);
    while (next < kept.size || nextRoutine < routine.size) {
      const one = kept.at(next);
      const other = routine.at(nextRoutine);
      if (one && (!other || one.id < other.id)) {
        found.push(one);
        next++;
      } else if (other) {
        found.push(other);
        nextRoutine++;
      }
    }
    return found;
  }

  /** How many have been recorded in all; also the newest one's id. */
  get total(): number {
    return this.count;
  }

  get hashHex(): string {
    return this.hash.hex;
  }

  subscribe(listener: (occurrence: Occurrence) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
