// Watches a cluster as the recorder did: what was created, scaled and deleted, which conditions and events came, and when.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import { resources } from '@/kubernetes/api/registry.ts';
import type { KubeObject, WatchEvent } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import type { TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { inSeconds, between, type Instant } from '@/simulation/clock/duration.ts';
import type { Json, JsonObject, Observation, RecordedEvent } from './golden-case.ts';
import { homeNamespace, type GeneratedNames } from './names.ts';
import { stateOf, taintText } from './states.ts';

interface EventObject extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Seen {
  readonly revision: number;
  readonly change: JsonObject;
}

/** Signs of life: they come whether anything happens or not. */
const quietKinds: ReadonlySet<string> = new Set(['Lease', 'Event']);

/** Everything since the last `take`. */
export class Observer {
  readonly objects = new Map<string, KubeObject>();
  private changes: Seen[] = [];
  private conditions: Record<string, Json[]> = {};
  private events: Record<string, RecordedEvent[]> = {};
  private timeline: Record<string, JsonObject[]> = {};
  readonly allEvents: Record<string, RecordedEvent[]> = {};
  private readonly messages = new Map<string, string>();
  private readonly lastConditions = new Map<string, string>();
  private since: Instant;
  lastChange: Instant;

  constructor(
    private readonly cluster: TestCluster,
    client: Client,
    private readonly names: GeneratedNames,
    /** Whether an event that only counts up is told of again; recordings differ in that. */
    private readonly countsRepeats: boolean,
  ) {
    this.since = this.lastChange = cluster.clock.now;
    const seen = new Set<string>();
    for (const { group, version, plural: resource, kind, name } of resources) {
      if (seen.has(name) || group === 'events.k8s.io') continue;
      seen.add(name);
      cluster.run(
        client.of({ group, version, resource }).watch(
          '',
          { resourceVersion: '0' },
          {
            event: (event) => this.observe(kind, event),
            end: () => undefined,
          },
        ),
      );
    }
  }

  /** What was seen since the last call, with the state of now. */
  take(): Observation {
    const changes = this.changes.sort((a, b) => a.revision - b.revision).map((one) => one.change);
    const observation = {
      changes,
      conditions: this.conditions,
      events: this.events,
      timeline: this.timeline,
      state: this.state(),
    };
    this.changes = [];
    this.conditions = {};
    this.events = {};
    this.timeline = {};
    this.since = this.cluster.clock.now;
    return observation;
  }

  /** A step begins now: moments are counted from here. */
  begin(): void {
    this.since = this.cluster.clock.now;
    this.timeline = {};
  }

  private observe(kind: string, event: WatchEvent): void {
    const { object } = event;
    if (kind === 'Event') {
      this.noteEvent(event.type, object as EventObject);
      return;
    }
    const key = `${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const previous = this.objects.get(key);
    if (event.type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, object);
    if (quietKinds.has(kind)) return;
    this.lastChange = this.cluster.clock.now;
    const name = this.names.keyOf(object);
    this.noteChange(name, object, previous, event.type === 'DELETED');
    if (kind !== 'Pod' && kind !== 'Node') this.noteConditions(name, object);
    else if (event.type === 'DELETED') this.at(name, { deleted: true });
    else this.noteTimeline(name, object, previous);
  }

  private noteEvent(type: string, event: EventObject): void {
    const known = this.messages.get(event.metadata.uid);
    this.messages.set(event.metadata.uid, event.message);
    if (type !== 'DELETED' && (this.countsRepeats || known !== event.message)) this.note(event);
  }

  private note(event: EventObject): void {
    const { kind, name, namespace } = event.involvedObject;
    const about = [...this.objects.values()].find((one) => one.kind === kind && one.metadata.name === name);
    const prefix = namespace && namespace !== homeNamespace ? `${kind}/${namespace}` : kind;
    const key = `${prefix}/${about ? this.names.nameOf(about) : this.names.plain(name)}`;
    const entry = { type: event.type, reason: event.reason, message: this.names.plain(event.message) };
    const list = (this.events[key] ??= []);
    const same = list.findIndex((one) => one.message === entry.message && one.reason === entry.reason);
    if (same < 0) list.push(entry);
    else list[same] = { ...entry, times: (list[same]?.times ?? 1) + 1 };
    const all = (this.allEvents[key] ??= []);
    const last = all.at(-1);
    if (last && last.message === entry.message && last.reason === entry.reason)
      all[all.length - 1] = { ...last, times: (last.times ?? 1) + 1 };
    else all.push(entry);
  }

  private noteChange(obj: string, object: KubeObject, previous: KubeObject | undefined, isDeleted: boolean): void {
    const revision = Number(object.metadata.resourceVersion);
    const add = (change: JsonObject): void => void this.changes.push({ revision, change: { obj, ...change } });
    const replicas = replicasOf(object);
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (isDeleted) add({ deleted: true });
    else if (!previous) add({ created: replicas === undefined ? true : { replicas } });
    else {
      const before = replicasOf(previous);
      if (before !== undefined && replicas !== undefined && before !== replicas) add({ replicas: [before, replicas] });
      if (deletionTimestamp !== undefined && previous.metadata.deletionTimestamp === undefined) {
        add({ deleting: true, ...(finalizers.length > 0 ? { finalizers } : {}) });
      }
    }
  }

  /** Only what differs from the last of that name, be it another object. */
  private noteConditions(name: string, object: KubeObject): void {
    for (const condition of conditionsOf(object)) {
      const key = `${name} ${condition.type}`;
      const value = valueOf(condition).map((text) => this.names.plain(text));
      if (this.lastConditions.get(key) === JSON.stringify(value)) continue;
      this.lastConditions.set(key, JSON.stringify(value));
      (this.conditions[key] ??= []).push(value);
    }
  }

  private noteTimeline(name: string, object: KubeObject, previous: KubeObject | undefined): void {
    const before = new Map(conditionsOf(previous).map((one) => [one.type, JSON.stringify(valueOf(one))]));
    const taints = taintsOf(object);
    if (!previous) {
      this.at(name, { created: true, ...(taints.length > 0 ? { taints } : {}) });
    } else {
      const { deletionTimestamp, deletionGracePeriodSeconds: grace = 0 } = object.metadata;
      if (deletionTimestamp !== undefined && previous.metadata.deletionTimestamp === undefined)
        this.at(name, { deleting: true, grace });
    }
    for (const condition of conditionsOf(object)) {
      if (before.get(condition.type) !== JSON.stringify(valueOf(condition)))
        this.at(name, { condition: [condition.type, ...valueOf(condition)] });
    }
    if (!previous) return;
    const phase = (object as Pod).status.phase;
    if (object.kind === 'Pod' && phase !== (previous as Pod).status.phase) this.at(name, { phase });
    if (JSON.stringify(taints) !== JSON.stringify(taintsOf(previous))) this.at(name, { taints });
    const labels = object.metadata.labels ?? {};
    if (object.kind === 'Node' && JSON.stringify(labels) !== JSON.stringify(previous.metadata.labels ?? {}))
      this.at(name, { labels });
  }

  private at(name: string, what: JsonObject): void {
    (this.timeline[name] ??= []).push({ at: inSeconds(between(this.since, this.cluster.clock.now)), ...what });
  }

  /** All objects; those with generated names by their form, with how many there are of it. */
  private state(): JsonObject {
    const state: Record<string, Json> = {};
    for (const object of this.objects.values()) {
      if (quietKinds.has(object.kind)) continue;
      const key = this.names.keyOf(object);
      const form = JSON.parse(this.names.plain(JSON.stringify(stateOf(object)))) as Json;
      if (!key.endsWith('*')) {
        state[key] = form;
        continue;
      }
      const group = (state[key] ??= []) as { count: number; each: Json }[];
      const text = JSON.stringify(form);
      const same = group.find((one) => JSON.stringify(one.each) === text);
      if (same) same.count++;
      else group.push({ count: 1, each: form });
    }
    return state;
  }
}

function replicasOf(object: KubeObject): number | undefined {
  return (object as { spec?: { replicas?: number } }).spec?.replicas;
}

function conditionsOf(object: KubeObject | undefined): readonly Condition[] {
  return (object as { status?: { conditions?: readonly Condition[] } } | undefined)?.status?.conditions ?? [];
}

function valueOf(condition: Condition): string[] {
  return [condition.status, condition.reason ?? '', condition.message ?? ''];
}

function taintsOf(object: KubeObject): string[] {
  return ((object as Node).spec?.taints ?? []).map(taintText).sort();
}
