// etcd: keys with all their revisions, changed by transactions and followed by watches. Values are immutable objects, held by reference.
// Upstream: etcd-io/etcd server/storage/mvcc.
import { assert, defined } from '@/base/assert.ts';
import { RollingHash } from '@/base/hash.ts';
import { canonicalJson } from '@/base/json.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import { hours, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { SortedKeys } from './sorted-keys.ts';

/** One state of one key. Immutable. */
export interface KeyValue {
  readonly key: string;
  /** Undefined in the state that a deletion leaves behind. */
  readonly value: object | undefined;
  readonly createRevision: number;
  readonly modRevision: number;
  /** How often the key was written since it was created. */
  readonly version: number;
  /** The lease that ends the key, 0 for none. */
  readonly lease: number;
}

export interface EtcdEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: number;
  /** The new state; of a deletion, one without a value. */
  readonly next: KeyValue;
  readonly previous: KeyValue | undefined;
  /** Id of the occurrence that the write was recorded as, 0 when it was not. */
  readonly cause: number;
}

/** Holds when the key's current revision of that kind equals `equals`; a key that is not there has 0. */
export interface Compare {
  readonly key: string;
  readonly target: 'mod' | 'create' | 'version';
  readonly equals: number;
}

export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly value: object; readonly lease?: number }
  | { readonly kind: 'delete'; readonly key: string };

export interface TransactionRequest {
  readonly compare: readonly Compare[];
  readonly operations: readonly Operation[];
  /**
   * Called by the member that took the request when the write is certain, with its revision, before any watch hears of it; gives the occurrence
   * that it was recorded as.
   */
  readonly onCommit?: (revision: number) => number;
}

export interface TransactionResult {
  readonly succeeded: boolean;
  /** The store's revision after the transaction. */
  readonly revision: number;
  /** What the operations changed; when the transaction did not succeed, nothing. */
  readonly events: readonly EtcdEvent[];
}

export interface RangeOptions {
  /** The first key wanted; keys before it are not even counted. */
  readonly start?: string;
  readonly limit?: number;
  /** The past revision to read; 0 or undefined reads the newest. */
  readonly revision?: number;
}

export interface RangeResult {
  readonly entries: readonly KeyValue[];
  /** Whether a limit cut the entries off. */
  readonly more: boolean;
  /** The revision that was read. */
  readonly revision: number;
}

export interface EtcdWatcher {
  stop(): void;
}

/**
 * What software may ask of the member it is connected to. Reads and watches see that member's own state; writes wait until a majority has
 * them, which is at once while there is one member.
 */
export interface EtcdClient {
  readonly revision: number;
  readonly compactRevision: number;
  get(key: string): KeyValue | undefined;
  range(prefix: string, options?: RangeOptions): RangeResult;
  /** How many keys with the prefix come after `key`. */
  countAfter(prefix: string, key: string): number;
  /** Every event on keys with the prefix from `fromRevision` on, past ones first. Throws {@link CompactedError}. */
  watch(prefix: string, fromRevision: number, listener: (event: EtcdEvent) => void): EtcdWatcher;
  txn(request: TransactionRequest): Task<TransactionResult>;
  compact(revision: number): Task<void>;
  /** A lease that deletes what is attached to it after `span`. */
  grant(span: Duration): Task<number>;
}

/** The revision asked for was given up by a compaction. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
  constructor(readonly compactRevision: number) {
    super('etcdserver: mvcc: required revision has been compacted');
  }
}

/** The revision asked for has not come yet. */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError';
  constructor() {
    super('etcdserver: mvcc: required revision is a future revision');
  }
}

/** All that is needed to go on from here: the current keys. Past revisions are given up. */
export interface EtcdState {
  readonly revision: number;
  readonly entries: readonly KeyValue[];
}

/** Leases of a store that was kept are not: what hung on one ends after this long. */
const keptLease = hours(1);

export interface EtcdOptions {
  /** Begins with these keys. */
  readonly kept?: EtcdState;
  readonly context: Context;
  /** Writes a revision into a value as it is committed; by default values stay as they are. */
  readonly stamp?: (value: object, revision: number) => object;
  /**
   * How many past revisions are kept at least; when there are twice as many, the older half is given up. Without it only {@link EtcdClient.compact}
   * does that. Upstream: `--auto-compaction-mode=revision`.
   */
  readonly retainedRevisions?: number;
}

interface History {
  current: KeyValue;
  /** Older states that compaction has not taken yet, oldest first. */
  past: KeyValue[] | undefined;
}

interface Lease {
  readonly keys: Set<string>;
  timer: Timer;
}

interface Watcher {
  readonly prefix: string;
  readonly listener: (event: EtcdEvent) => void;
}

/** One member that is a cluster of its own: every write is committed at the instant it is asked for. */
export class Etcd implements EtcdClient {
  private readonly context: Context;
  private readonly stamp: ((value: object, revision: number) => object) | undefined;
  private readonly retainedRevisions: number;
  private readonly histories = new Map<string, History>();
  private readonly keys = new SortedKeys();
  private readonly leases = new Map<number, Lease>();
  private readonly watchers = new Map<number, Map<string, Set<Watcher>>>();
  private log: EtcdEvent[] = [];
  private currentRevision = 1;
  private compacted = 0;
  private leaseCount = 0;

  constructor(options: EtcdOptions) {
    this.context = options.context;
    this.stamp = options.stamp;
    this.retainedRevisions = options.retainedRevisions ?? Infinity;
    if (options.kept) this.restore(options.kept);
  }

  private restore({ revision, entries }: EtcdState): void {
    this.currentRevision = revision;
    this.compacted = revision;
    let lease = 0;
    for (const entry of entries) {
      if (entry.value === undefined) continue;
      if (entry.lease !== 0 && lease === 0) {
        lease = ++this.leaseCount;
        const id = lease;
        this.leases.set(id, { keys: new Set(), timer: this.context.after(keptLease, () => this.expire(id)) });
      }
      const current = entry.lease === 0 ? entry : { ...entry, lease };
      if (entry.lease !== 0) this.leases.get(lease)?.keys.add(entry.key);
      this.histories.set(entry.key, { current, past: undefined });
      this.keys.add(entry.key);
    }
  }

  /** What to keep in order to go on from here. */
  state(): EtcdState {
    return { revision: this.currentRevision, entries: this.range('').entries };
  }

  get revision(): number {
    return this.currentRevision;
  }

  get compactRevision(): number {
    return this.compacted;
  }

  get(key: string): KeyValue | undefined {
    const current = this.histories.get(key)?.current;
    return current?.value === undefined ? undefined : current;
  }

  range(prefix: string, options: RangeOptions = {}): RangeResult {
    const revision = options.revision || this.currentRevision;
    if (revision > this.currentRevision) throw new FutureRevisionError();
    if (revision < this.compacted) throw new CompactedError(this.compacted);
    const limit = options.limit || Infinity;
    const entries: KeyValue[] = [];
    let more = false;
    this.keys.scan(prefix, options.start ?? prefix, (key) => {
      const state = stateAt(this.histories.get(key) as History, revision);
      if (state?.value === undefined) return true;
      if (entries.length >= limit) {
        more = true;
        return false;
      }
      entries.push(state);
      return true;
    });
    return { entries, more, revision };
  }

  countAfter(prefix: string, key: string): number {
    let count = 0;
    this.keys.scan(prefix, `${key}\0`, (other) => {
      if (this.histories.get(other)?.current.value !== undefined) count++;
      return true;
    });
    return count;
  }

  watch(prefix: string, fromRevision: number, listener: (event: EtcdEvent) => void): EtcdWatcher {
    if (fromRevision <= this.compacted) throw new CompactedError(this.compacted);
    for (let at = this.firstInLog(fromRevision); at < this.log.length; at++) {
      const event = this.log[at] as EtcdEvent;
      if (event.key.startsWith(prefix)) listener(event);
    }
    const watcher: Watcher = { prefix, listener };
    let ofLength = this.watchers.get(prefix.length);
    if (!ofLength) this.watchers.set(prefix.length, (ofLength = new Map<string, Set<Watcher>>()));
    const group = ofLength.get(prefix);
    if (group) group.add(watcher);
    else ofLength.set(prefix, new Set([watcher]));
    return { stop: () => this.unwatch(watcher) };
  }

  *txn(request: TransactionRequest): Task<TransactionResult> {
    return this.commit(request);
  }

  *compact(revision: number): Task<void> {
    assert(revision <= this.currentRevision, 'compaction does not reach into the future');
    this.forgetUpTo(revision);
  }

  private forgetUpTo(revision: number): void {
    if (revision <= this.compacted) return;
    this.compacted = revision;
    const end = this.firstInLog(revision + 1);
    const touched = new Set<string>();
    for (let at = 0; at < end; at++) touched.add((this.log[at] as EtcdEvent).key);
    this.log = this.log.slice(end);
    for (const key of touched) this.forget(key, revision);
  }

  *grant(span: Duration): Task<number> {
    const id = ++this.leaseCount;
    const timer = this.context.after(span, () => this.expire(id));
    this.leases.set(id, { keys: new Set(), timer });
    return id;
  }

  /** A text that is equal for equal contents: all current keys with their values. */
  hash(): string {
    const hash = new RollingHash();
    this.keys.scan('', '', (key) => {
      const value = this.get(key)?.value;
      if (value !== undefined) hash.add(`${key}=${canonicalJson(value)}`);
      return true;
    });
    return hash.hex;
  }

  private commit(request: TransactionRequest): TransactionResult {
    for (const { key, target, equals } of request.compare) {
      const current = this.get(key);
      const found =
        current === undefined
          ? 0
          : target === 'mod'
            ? current.modRevision
            : target === 'create'
              ? current.createRevision
              : current.version;
      if (found !== equals) return { succeeded: false, revision: this.currentRevision, events: [] };
    }
    const changes = request.operations.filter(({ kind, key }) => kind === 'put' || this.get(key) !== undefined);
    if (changes.length === 0) return { succeeded: true, revision: this.currentRevision, events: [] };
    const revision = ++this.currentRevision;
    const cause = request.onCommit?.(revision) ?? 0;
    const events = changes.map((change) =>
      change.kind === 'put' ? this.put(change, revision, cause) : this.delete(change.key, revision, cause),
    );
    for (const event of events) {
      this.log.push(event);
      this.tell(event);
    }
    if (revision - this.compacted >= 2 * this.retainedRevisions) this.forgetUpTo(revision - this.retainedRevisions);
    return { succeeded: true, revision, events };
  }

  private put(
    { key, value, lease = 0 }: { key: string; value: object; lease?: number },
    revision: number,
    cause: number,
  ): EtcdEvent {
    const history = this.histories.get(key);
    const previous = history?.current.value === undefined ? undefined : history.current;
    const next: KeyValue = {
      key,
      value: this.stamp ? this.stamp(value, revision) : value,
      createRevision: previous?.createRevision ?? revision,
      modRevision: revision,
      version: (previous?.version ?? 0) + 1,
      lease,
    };
    if (history) supersede(history, next);
    else {
      this.histories.set(key, { current: next, past: undefined });
      this.keys.add(key);
    }
    if (previous && previous.lease !== 0 && previous.lease !== lease) this.leases.get(previous.lease)?.keys.delete(key);
    if (lease !== 0) this.leases.get(lease)?.keys.add(key);
    return { type: 'put', key, revision, next, previous, cause };
  }

  private delete(key: string, revision: number, cause: number): EtcdEvent {
    const history = defined(this.histories.get(key), 'a key that is there has a history');
    const previous = history.current;
    const next: KeyValue = { key, value: undefined, createRevision: 0, modRevision: revision, version: 0, lease: 0 };
    supersede(history, next);
    if (previous.lease !== 0) this.leases.get(previous.lease)?.keys.delete(key);
    return { type: 'delete', key, revision, next, previous, cause };
  }

  private expire(id: number): void {
    const lease = this.leases.get(id);
    if (!lease) return;
    this.leases.delete(id);
    this.commit({ compare: [], operations: [...lease.keys].map((key) => ({ kind: 'delete', key })) });
  }

  private tell(event: EtcdEvent): void {
    for (const [length, groups] of this.watchers) {
      const group = groups.get(event.key.slice(0, length));
      if (group) for (const watcher of group) watcher.listener(event);
    }
  }

  private unwatch(watcher: Watcher): void {
    const ofLength = this.watchers.get(watcher.prefix.length);
    const group = ofLength?.get(watcher.prefix);
    group?.delete(watcher);
    if (group?.size === 0) ofLength?.delete(watcher.prefix);
    if (ofLength?.size === 0) this.watchers.delete(watcher.prefix.length);
  }

  /** Index in the log of the first event of that revision or a later one. */
  private firstInLog(revision: number): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle] as EtcdEvent).revision < revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private forget(key: string, revision: number): void {
    const history = this.histories.get(key);
    if (!history) return;
    if (history.current.modRevision <= revision) {
      history.past = undefined;
      if (history.current.value === undefined) {
        this.histories.delete(key);
        this.keys.remove(key);
      }
      return;
    }
    const past = history.past;
    if (!past) return;
    let keep = past.findLastIndex((state) => state.modRevision <= revision);
    if (keep < 0) return;
    if (past[keep]?.value === undefined) keep++;
    history.past = keep >= past.length ? undefined : past.slice(keep);
  }
}

function supersede(history: History, next: KeyValue): void {
  if (history.past) history.past.push(history.current);
  else history.past = [history.current];
  history.current = next;
}

function stateAt(history: History, revision: number): KeyValue | undefined {
  if (history.current.modRevision <= revision) return history.current;
  const past = history.past;
  for (let at = (past?.length ?? 0) - 1; at >= 0; at--) {
    const state = past?.[at];
    if (state && state.modRevision <= revision) return state;
  }
  return undefined;
}
