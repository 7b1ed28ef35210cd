// Event recorders: how components tell users, through Event objects, what they did. Repeats are counted, floods combined or dropped.
// Upstream: client-go/tools/record (broadcaster, EventCorrelator) for core/v1; client-go/tools/events for the scheduler's.
import { RollingHash } from '@/base/hash.ts';
import { between, inSeconds, minutes, rfc3339, rfc3339Micro, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Mailbox, type Task } from '@/simulation/process/task.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '../apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from './client.ts';
import { eventsResource } from './resources.ts';

export type EventType = 'Normal' | 'Warning';

/** What an event is about. */
export interface ObjectReference {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** `spec.containers{web}` */
  readonly fieldPath?: string;
}

interface EventObject extends KubeObject {
  readonly involvedObject: ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly type: EventType;
  readonly source: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
  readonly count?: number;
  readonly eventTime: string | null;
  readonly action?: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
}

type Draft = Omit<EventObject, 'metadata'> & { readonly metadata: { readonly name: string; readonly namespace: string } };

/** A reference to a whole object; `fieldPath` narrows it to a part. */
export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return { kind: object.kind, apiVersion: object.apiVersion, name, namespace, uid, resourceVersion, ...(fieldPath ? { fieldPath } : {}) };
}

const maxSimilar = 10;
const similarWithin = minutes(10);
const spamBurst = 25;
const spamRefillSeconds = 300;
const maxRemembered = 4096;
/** Upstream's broadcaster keeps this many events for a sink that is slow or away, and drops what comes on top. */
const maxWaiting = 1000;
/** Upstream: maxTriesPerEvent and defaultSleepDuration of client-go's recorder. */
const maxTries = 12;
const retryPause = seconds(10);
/** A series of the new API that was quiet for this long is over. */
const seriesOver = minutes(6);

interface Observed {
  readonly name: string;
  readonly count: number;
  readonly firstTimestamp: string | null;
  readonly last: Instant;
}

export interface EventRecorderOptions {
  readonly client: Client;
  /** `replicaset-controller`, `kubelet`. */
  readonly component: string;
  /** The node, for agents. */
  readonly host?: string;
  /** `events` writes what events.k8s.io/v1 clients write (eventTime, action, series), as the scheduler does. Default `core`. */
  readonly style?: 'core' | 'events';
}

/** Writes events in the background, one after another; callers never wait. */
export class EventRecorder {
  private readonly waiting = new Mailbox<{ draft: Draft; key: string; cause: number }>();
  private readonly similar = new Map<string, { messages: string[]; last: Instant }>();
  private readonly observed = new Map<string, Observed>();
  private readonly spam = new Map<string, { tokens: number; last: Instant }>();
  private readonly context: Context;
  private readonly events: ResourceClient<EventObject>;
  private readonly source: EventObject['source'];
  private lastInstant: Instant | undefined;
  private namesOfInstant = 0;

  constructor(private readonly options: EventRecorderOptions) {
    this.context = options.client.context;
    this.events = options.client.of<EventObject>(eventsResource);
    const { component, host } = options;
    this.source = host ? { component, host } : { component };
    this.context.spawn(this.write());
  }

  /**
   * Tells of `object`: `reason` is a CamelCase word, `message` a sentence. `action` is for the new API only.
   */
  event(object: KubeObject | ObjectReference, type: EventType, reason: string, message: string, action = ''): void {
    const about = 'metadata' in object ? referenceTo(object) : object;
    const draft = this.options.style === 'events' ? this.newStyle(about, type, reason, message, action) : this.coreStyle(about, type, reason, message);
    if (this.waiting.size >= maxWaiting) return;
    const correlated = this.options.style === 'events' ? { draft, key: keyOfSeries(draft) } : this.correlate(draft);
    if (correlated) this.waiting.send({ ...correlated, cause: this.context.cause });
  }

  private coreStyle(about: ObjectReference, type: EventType, reason: string, message: string): Draft {
    const { component, host } = this.options;
    const now = rfc3339(this.context.now);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: this.nameFor(about),
      involvedObject: about,
      reason,
      message,
      type,
      source: this.source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }

  private newStyle(about: ObjectReference, type: EventType, reason: string, message: string, action: string): Draft {
    const { component, host } = this.options;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: this.nameFor(about),
      involvedObject: about,
      reason,
      message: message.length > 1024 ? `${message.slice(0, 1021)}...` : message,
      type,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: rfc3339Micro(this.context.now),
      action,
      reportingComponent: component,
      reportingInstance: `${component}-${host ?? 'localhost'}`,
    };
  }

  /** Upstream names an event after its object and the nanosecond; two of one instant must differ. */
  private nameFor(about: ObjectReference): Draft['metadata'] {
    const { now } = this.context;
    this.namesOfInstant = this.lastInstant === now ? this.namesOfInstant + 1 : 0;
    this.lastInstant = now;
    const suffix = (BigInt(now) * 1000n + BigInt(this.namesOfInstant)).toString(16);
    return { name: `${about.name}.${suffix}`, namespace: about.namespace || 'default' };
  }

  /** Combines the tenth similar event within ten minutes and its followers into one, and drops floods about one object. */
  private correlate(draft: Draft): { draft: Draft; key: string } | undefined {
    const { involvedObject: about, source } = draft;
    const of = memoryKey(source.component, source.host, about.kind, about.namespace, about.name, about.uid, about.apiVersion);
    if (!this.takeToken(of)) return undefined;
    const group = memoryKey(of, draft.type, draft.reason, draft.reportingComponent, draft.reportingInstance);
    const now = this.context.now;
    let similar = this.similar.get(group);
    if (!similar || between(similar.last, now) > similarWithin) {
      similar = { messages: [draft.message], last: now };
      remember(this.similar, group, similar);
    }
    similar.last = now;
    if (!similar.messages.includes(draft.message)) similar.messages.push(draft.message);
    if (similar.messages.length < maxSimilar) return { draft, key: memoryKey(group, about.fieldPath, draft.message) };
    similar.messages.shift();
    const combined = { ...draft, message: `(combined from similar events): ${draft.message}`, reportingComponent: '', reportingInstance: '' };
    return { draft: combined, key: group };
  }

  private takeToken(of: string): boolean {
    const now = this.context.now;
    const bucket = this.spam.get(of) ?? { tokens: spamBurst, last: now };
    bucket.tokens = Math.min(spamBurst, bucket.tokens + inSeconds(between(bucket.last, now)) / spamRefillSeconds);
    bucket.last = now;
    remember(this.spam, of, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private *write(): Task<void> {
    for (;;) {
      const next = yield* this.waiting.receive();
      if (!next) return;
      this.context.cause = next.cause;
      for (let tries = 1; tries <= maxTries; tries++) {
        try {
          if (this.options.style === 'events') yield* this.writeSeries(next.draft, next.key);
          else yield* this.writeCounted(next.draft, next.key);
          break;
        } catch (error) {
          // A refusal is final (the namespace is going, the name is bad); only the network is tried again.
          if (error instanceof StatusError) break;
          if (!(error instanceof ConnectionError)) throw error;
          yield* this.context.sleep(retryPause);
        }
      }
    }
  }

  private *writeCounted(draft: Draft, key: string): Task<void> {
    const before = this.observed.get(key);
    const { namespace } = draft.metadata;
    if (before) {
      const count = before.count + 1;
      const patch = { count, lastTimestamp: draft.lastTimestamp, message: draft.message };
      try {
        yield* this.events.patch(namespace, before.name, 'strategic', patch);
        remember(this.observed, key, { ...before, count, last: this.context.now });
        return;
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) throw error;
      }
    }
    yield* this.events.create(namespace, draft as unknown as EventObject);
    remember(this.observed, key, { name: draft.metadata.name, count: 1, firstTimestamp: draft.firstTimestamp, last: this.context.now });
  }

  /** The second occurrence opens a series; further ones are counted here and written only when the series is refreshed. */
  private *writeSeries(draft: Draft, key: string): Task<void> {
    const before = this.observed.get(key);
    const { namespace } = draft.metadata;
    if (before && between(before.last, this.context.now) < seriesOver) {
      const count = before.count + 1;
      remember(this.observed, key, { ...before, count, last: this.context.now });
      if (count > 2) return;
      const series = { count, lastObservedTime: rfc3339Micro(this.context.now) };
      yield* this.events.patch(namespace, before.name, 'strategic', { series });
      return;
    }
    yield* this.events.create(namespace, draft as unknown as EventObject);
    remember(this.observed, key, { name: draft.metadata.name, count: 1, firstTimestamp: null, last: this.context.now });
  }
}

function keyOfSeries(draft: Draft): string {
  const { involvedObject: about } = draft;
  return memoryKey(draft.action, draft.reason, draft.reportingComponent, about.kind, about.namespace, about.name, about.uid, about.resourceVersion, draft.type);
}

/** A short key of many words: thousands of recorders remember thousands of them. */
function memoryKey(...words: readonly (string | undefined)[]): string {
  const hash = new RollingHash();
  hash.add(words.join('\0'));
  return hash.hex;
}

/** A bounded memory: what was not touched for longest goes first. */
function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.delete(key);
  memory.set(key, value);
  if (memory.size <= maxRemembered) return;
  for (const oldest of memory.keys()) {
    memory.delete(oldest);
    break;
  }
}
