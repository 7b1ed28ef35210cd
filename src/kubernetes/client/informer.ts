// Informers: a local, indexed copy of a resource that follows the API server, with handlers for every change.
// Upstream: client-go/tools/cache (Reflector, SharedIndexInformer).
import { microseconds, milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Context, TaskHandle } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import { keyOf, type KubeObject, type Status, type WatchEvent } from '../apimachinery/meta/meta.ts';
import { ConnectionError, StatusError, type GroupVersionResource } from '../apimachinery/rest/rest.ts';
import type { Client } from './client.ts';

/** What to do on changes. A handler runs within the watch event's instant and must not wait: it fills queues. */
export interface ChangeHandler<T> {
  added?(object: T): void;
  updated?(next: T, previous: T): void;
  /** With the last state seen. */
  deleted?(object: T): void;
}

export interface InformerScope {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

const firstBackoff = milliseconds(800);
const maxBackoff = seconds(30);

/** See {@link InformerFactory.informer}. Objects are shared: never change one. */
export class Informer<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly handlers: ChangeHandler<T>[] = [];
  private readonly indexes = new Map<string, { keysOf: (object: T) => readonly string[]; members: Map<string, Map<string, T>> }>();
  private readonly synced = new Promised<void>();
  private isStarted = false;
  private following: TaskHandle<void> | undefined;

  constructor(
    private readonly context: Context,
    private readonly client: Client,
    readonly resource: GroupVersionResource,
    readonly scope: InformerScope,
  ) {
    this.addIndex('namespace', (object) => [object.metadata.namespace ?? '']);
  }

  get hasSynced(): boolean {
    return this.synced.isSettled;
  }

  get size(): number {
    return this.objects.size;
  }

  /** The object of that key (`namespace/name`, or `name`), as last seen. */
  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  /** All objects, in order of first sight. */
  list(): Iterable<T> {
    return this.objects.values();
  }

  listNamespace(namespace: string): readonly T[] {
    return this.byIndex('namespace', namespace);
  }

  /** Objects are then found by any of the keys that `keysOf` gives for them. Adding the same name again does nothing. */
  addIndex(name: string, keysOf: (object: T) => readonly string[]): void {
    if (this.indexes.has(name)) return;
    const index = { keysOf, members: new Map<string, Map<string, T>>() };
    this.indexes.set(name, index);
    for (const [key, object] of this.objects) for (const value of keysOf(object)) enter(index.members, value, key, object);
  }

  byIndex(name: string, value: string): readonly T[] {
    const members = this.indexes.get(name)?.members.get(value);
    return members ? [...members.values()] : [];
  }

  /** A late handler is told of all that is there already as added. */
  onChange(handler: ChangeHandler<T>): void {
    this.handlers.push(handler);
    if (this.objects.size > 0) {
      this.context.soon(() => {
        for (const object of this.objects.values()) handler.added?.(object);
      });
    }
  }

  *waitForSync(): Task<void> {
    yield* this.synced.wait();
  }

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.following = this.context.spawn(this.follow());
  }

  /** Ends the watch; what was seen stays as it is. */
  stop(): void {
    this.following?.stop();
  }

  private *follow(): Task<void> {
    let backoff: number = firstBackoff;
    let revision: string | undefined;
    for (;;) {
      try {
        revision ??= yield* this.relist();
        const watched = yield* this.watchFrom(revision);
        if (watched.revision !== undefined) backoff = firstBackoff;
        revision = watched.isExpired ? undefined : (watched.revision ?? revision);
        if (watched.isClean) continue;
      } catch (error) {
        if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
        if (error instanceof StatusError && (error.code === 410 || error.code === 404)) revision = undefined;
      }
      yield* this.context.sleep(microseconds(backoff * this.context.random.within(1, 2)));
      backoff = Math.min(backoff * 2, maxBackoff);
    }
  }

  private *relist(): Task<string> {
    const { namespace, fieldSelector, labelSelector } = this.scope;
    const answer = yield* this.client.of<T>(this.resource).list(namespace ?? '', { fieldSelector, labelSelector, resourceVersion: '0' });
    const seen = new Set<string>();
    for (const object of answer.items) {
      const key = keyOf(object);
      seen.add(key);
      this.put(key, object);
    }
    for (const key of [...this.objects.keys()]) if (!seen.has(key)) this.drop(key);
    this.synced.resolve(undefined);
    return answer.metadata.resourceVersion;
  }

  private *watchFrom(revision: string): Task<{ revision?: string; isExpired: boolean; isClean: boolean }> {
    const { namespace, fieldSelector, labelSelector } = this.scope;
    const ended = new Promised<void>();
    let latest: string | undefined;
    let isExpired = false;
    const stream = yield* this.client.of<T>(this.resource).watch(
      namespace ?? '',
      { fieldSelector, labelSelector, resourceVersion: revision, allowWatchBookmarks: true },
      {
        event: (event, cause) => {
          if (event.type === 'ERROR') {
            isExpired ||= (event.object as unknown as Status).code === 410;
            ended.resolve(undefined);
            return;
          }
          this.context.cause = cause;
          latest = event.object.metadata.resourceVersion;
          this.take(event as WatchEvent<T>);
        },
        end: () => ended.resolve(undefined),
      },
    );
    try {
      yield* ended.wait();
    } finally {
      stream.stop();
    }
    return { revision: latest, isExpired, isClean: !isExpired && latest !== undefined };
  }

  private take(event: WatchEvent<T>): void {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') this.put(keyOf(event.object), event.object);
    else if (event.type === 'DELETED') this.drop(keyOf(event.object), event.object);
  }

  private put(key: string, object: T): void {
    const previous = this.objects.get(key);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.objects.set(key, object);
    for (const index of this.indexes.values()) {
      if (previous) for (const value of index.keysOf(previous)) leave(index.members, value, key);
      for (const value of index.keysOf(object)) enter(index.members, value, key, object);
    }
    // A uid that changed under one name means that a delete was missed while the watch was down.
    if (previous && previous.metadata.uid !== object.metadata.uid) {
      this.tell((handler) => handler.deleted?.(previous));
      this.tell((handler) => handler.added?.(object));
    } else if (previous) this.tell((handler) => handler.updated?.(object, previous));
    else this.tell((handler) => handler.added?.(object));
  }

  private drop(key: string, last?: T): void {
    const previous = this.objects.get(key);
    if (!previous) return;
    this.objects.delete(key);
    for (const index of this.indexes.values()) for (const value of index.keysOf(previous)) leave(index.members, value, key);
    this.tell((handler) => handler.deleted?.(last ?? previous));
  }

  /** Every handler starts from the cause of the event, whatever the one before it recorded. */
  private tell(call: (handler: ChangeHandler<T>) => void): void {
    const cause = this.context.cause;
    for (const handler of this.handlers) {
      this.context.cause = cause;
      call(handler);
    }
    this.context.cause = cause;
  }
}

function enter<T>(members: Map<string, Map<string, T>>, value: string, key: string, object: T): void {
  const group = members.get(value);
  if (group) group.set(key, object);
  else members.set(value, new Map([[key, object]]));
}

function leave<T>(members: Map<string, Map<string, T>>, value: string, key: string): void {
  const group = members.get(value);
  group?.delete(key);
  if (group?.size === 0) members.delete(value);
}

/** One informer per resource and scope, shared by all that ask for it. */
export class InformerFactory {
  private readonly informers = new Map<string, Informer<KubeObject>>();

  constructor(
    private readonly context: Context,
    private readonly client: Client,
  ) {}

  informer<T extends KubeObject>(resource: GroupVersionResource, scope: InformerScope = {}): Informer<T> {
    const { namespace = '', fieldSelector = '', labelSelector = '' } = scope;
    const key = [resource.group, resource.resource, namespace, fieldSelector, labelSelector].join('|');
    let informer = this.informers.get(key);
    if (!informer) {
      informer = new Informer<KubeObject>(this.context, this.client, resource, scope);
      this.informers.set(key, informer);
    }
    return informer as unknown as Informer<T>;
  }

  /** Starts all that were asked for so far; those asked for later need another `start`. */
  start(): void {
    for (const informer of this.informers.values()) informer.start();
  }

  *waitForSync(): Task<void> {
    for (const informer of this.informers.values()) yield* informer.waitForSync();
  }
}
