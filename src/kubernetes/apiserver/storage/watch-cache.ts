// The changes of one resource, told to all who watch it. Watches are found by what they select, so that a write costs what its own watchers cost,
// however many thousands watch other names and nodes. Upstream: apiserver/pkg/storage/cacher.
import { assert } from '@/base/assert.ts';
import { seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { KubeObject, WatchEvent } from '../../apimachinery/meta/meta.ts';
import type { EtcdClient, EtcdEvent } from '../../etcd/etcd.ts';
import { withResourceVersion } from './stamp.ts';

/** What one watch wants to hear of. */
export interface WatchScope {
  /** Undefined for all namespaces and for cluster-scoped resources. */
  readonly namespace?: string;
  /** Values that a field must have for an object to be wanted, when the selector names any with `=`; `metadata.name` among them. */
  readonly exactFields: Readonly<Record<string, string>>;
  /** The whole of the selectors, the namespace aside. */
  matches(object: KubeObject): boolean;
}

export interface WatchOptions {
  readonly scope: WatchScope;
  /** Changes after this revision are sent. */
  readonly afterRevision: number;
  /** Objects to send as ADDED before anything else. */
  readonly initial: readonly KubeObject[];
  readonly bookmarks: boolean;
  /** Sends a bookmark that says that all initial objects were sent. */
  readonly markInitialEnd: boolean;
  readonly timeout: ReturnType<typeof seconds>;
  readonly sink: { event(event: WatchEvent, cause: number): void; end(): void };
}

/** One change, with the watch events it makes, each built at most once however many watch. */
class Change {
  private addedEvent: WatchEvent | undefined;
  private modifiedEvent: WatchEvent | undefined;
  private deletedEvent: WatchEvent | undefined;

  constructor(
    readonly revision: number,
    readonly time: Instant,
    readonly cause: number,
    readonly next: KubeObject | undefined,
    readonly previous: KubeObject | undefined,
  ) {}

  get added(): WatchEvent {
    return (this.addedEvent ??= { type: 'ADDED', object: this.next as KubeObject });
  }

  get modified(): WatchEvent {
    return (this.modifiedEvent ??= { type: 'MODIFIED', object: this.next as KubeObject });
  }

  /** The last state with the revision of the deletion, or of the write that took the object out of the selection. */
  get deleted(): WatchEvent {
    return (this.deletedEvent ??= {
      type: 'DELETED',
      object: withResourceVersion(this.previous as KubeObject, this.revision),
    });
  }
}

class Watch {
  isOpen = true;
  /** Up to which revision of the resource it has heard everything. */
  sentRevision: number;
  timer: Timer | undefined;
  leave: (() => void) | undefined;

  constructor(readonly options: WatchOptions) {
    this.sentRevision = options.afterRevision;
  }

  take(change: Change): void {
    if (!this.isOpen || change.revision <= this.sentRevision) return;
    const { scope, sink } = this.options;
    const wanted = change.next !== undefined && isWanted(scope, change.next);
    const wasWanted = change.previous !== undefined && isWanted(scope, change.previous);
    if (!wanted && !wasWanted) return;
    this.sentRevision = change.revision;
    sink.event(!wanted ? change.deleted : wasWanted ? change.modified : change.added, change.cause);
  }
}

function isWanted(scope: WatchScope, object: KubeObject): boolean {
  return (scope.namespace === undefined || object.metadata.namespace === scope.namespace) && scope.matches(object);
}

/** Watches that have one thing in common, found by its value. */
class WatchIndex {
  private readonly byValue = new Map<string, Set<Watch>>();

  add(value: string, watch: Watch): () => void {
    const group = this.byValue.get(value);
    if (group) group.add(watch);
    else this.byValue.set(value, new Set([watch]));
    return () => {
      const members = this.byValue.get(value);
      members?.delete(watch);
      if (members?.size === 0) this.byValue.delete(value);
    };
  }

  get size(): number {
    return this.byValue.size;
  }

  tell(value: string | undefined, change: Change): void {
    if (value === undefined) return;
    const group = this.byValue.get(value);
    if (group) for (const watch of group) watch.take(change);
  }
}

const freshness = seconds(75);
/** Differs: upstream lets it grow to 100 Ki; watches here are told within the instant, and 10,000 pods need the room. */
const historyLimit = 8 * 1024;
const historyFloor = 100;
const bookmarkInterval = seconds(60);

export interface WatchCacheOptions {
  readonly context: Context;
  readonly etcd: EtcdClient;
  readonly prefix: string;
  /** What a bookmark says of itself. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The value of a selectable field of an object. */
  readonly fieldOf: (object: KubeObject, field: string) => string | undefined;
  /** Turns a stored object into this resource's version of it. */
  readonly present?: (object: KubeObject) => KubeObject;
}

/** The recent changes of a resource and all open watches on it. */
export class WatchCache {
  private readonly options: WatchCacheOptions;
  private readonly all = new Set<Watch>();
  private readonly byNamespace = new WatchIndex();
  private readonly byField = new Map<string, WatchIndex>();
  private readonly watches = new Set<Watch>();
  private history: Change[] = [];
  /** Changes up to this revision are no longer remembered. */
  private forgotten: number;
  private latest: number;
  private bookmarkTimer: Timer | undefined;
  private trimTimer: Timer | undefined;

  constructor(options: WatchCacheOptions) {
    this.options = options;
    this.forgotten = options.etcd.revision;
    this.latest = this.forgotten;
    const source = options.etcd.watch(options.prefix, this.forgotten + 1, (event) => this.take(event));
    options.context.onEnd(() => {
      source.stop();
      for (const watch of [...this.watches]) this.close(watch, true);
    });
  }

  /** Whether a watch after this revision would miss nothing. */
  reachesBackTo(revision: number): boolean {
    return revision >= this.forgotten;
  }

  /** The oldest revision that a watch may start after, for messages. */
  get oldest(): number {
    return this.forgotten;
  }

  get size(): number {
    return this.watches.size;
  }

  open(options: WatchOptions): { stop(): void } {
    assert(this.reachesBackTo(options.afterRevision), 'a watch that has missed nothing');
    const watch = new Watch(options);
    for (const object of options.initial) options.sink.event({ type: 'ADDED', object }, 0);
    if (options.markInitialEnd) this.bookmark(watch, options.afterRevision, { 'k8s.io/initial-events-end': 'true' });
    for (const change of this.history) watch.take(change);
    watch.leave = this.enter(watch);
    this.watches.add(watch);
    watch.timer = this.options.context.after(options.timeout, () => this.close(watch, true));
    if (options.bookmarks) this.startBookmarks();
    return { stop: () => this.close(watch, false) };
  }

  private close(watch: Watch, tell: boolean): void {
    if (!watch.isOpen) return;
    watch.isOpen = false;
    watch.timer?.cancel();
    watch.leave?.();
    this.watches.delete(watch);
    if (tell) watch.options.sink.end();
  }

  /** Puts the watch where the changes that may concern it are looked for, by the rarest thing it asks for. */
  private enter(watch: Watch): () => void {
    const { namespace, exactFields } = watch.options.scope;
    const fields = Object.keys(exactFields);
    const field = fields.includes('metadata.name') ? 'metadata.name' : fields[0];
    if (field !== undefined) {
      let index = this.byField.get(field);
      if (!index) this.byField.set(field, (index = new WatchIndex()));
      return index.add(exactFields[field] as string, watch);
    }
    if (namespace !== undefined) return this.byNamespace.add(namespace, watch);
    this.all.add(watch);
    return () => this.all.delete(watch);
  }

  private take(event: EtcdEvent): void {
    const present = this.options.present;
    let next = event.next.value as KubeObject | undefined;
    let previous = event.previous?.value as KubeObject | undefined;
    if (present) {
      next &&= present(next);
      previous &&= present(previous);
    }
    this.latest = event.revision;
    const change = new Change(event.revision, this.options.context.now, event.cause, next, previous);
    this.remember(change);
    const subject = (next ?? previous) as KubeObject;
    for (const watch of this.all) watch.take(change);
    this.byNamespace.tell(subject.metadata.namespace, change);
    for (const [field, index] of this.byField) {
      if (index.size === 0) continue;
      if (field === 'metadata.name') {
        index.tell(subject.metadata.name, change);
        continue;
      }
      const value = next && this.options.fieldOf(next, field);
      const before = previous && this.options.fieldOf(previous, field);
      index.tell(value, change);
      if (before !== value) index.tell(before, change);
    }
  }

  private remember(change: Change): void {
    this.history.push(change);
    // Makes room for many at once: it costs as much as there is to move.
    if (this.history.length > historyLimit) this.trim(historyLimit * 0.9);
    this.trimLater();
  }

  private trimLater(): void {
    this.trimTimer ??= this.options.context.after(freshness, () => {
      this.trimTimer = undefined;
      this.trim(historyLimit);
      if (this.history.length > historyFloor) this.trimLater();
    });
  }

  /** Forgets what is no longer fresh or more than `limit`, but for the last few. */
  private trim(limit: number): void {
    const { now } = this.options.context;
    let start = 0;
    for (const { time, revision } of this.history) {
      const size = this.history.length - start;
      if (size <= historyFloor || (size <= limit && now - time < freshness)) break;
      this.forgotten = revision;
      start++;
    }
    this.history = this.history.slice(start);
  }

  private startBookmarks(): void {
    this.bookmarkTimer ??= this.options.context.after(bookmarkInterval, () => {
      this.bookmarkTimer = undefined;
      let anyone = false;
      for (const watch of [...this.watches]) {
        if (!watch.options.bookmarks) continue;
        anyone = true;
        // Differs: upstream also repeats a bookmark that says nothing new.
        if (watch.sentRevision < this.latest) this.bookmark(watch, this.latest);
      }
      if (anyone) this.startBookmarks();
    });
  }

  private bookmark(watch: Watch, revision: number, annotations?: Readonly<Record<string, string>>): void {
    watch.sentRevision = Math.max(watch.sentRevision, revision);
    const { apiVersion, kind } = this.options;
    const metadata = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    watch.options.sink.event({ type: 'BOOKMARK', object: { kind, apiVersion, metadata } as unknown as KubeObject }, 0);
  }
}
