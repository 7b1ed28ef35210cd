// A recorded scheduling case of a real cluster, played against this scheduler on a real etcd and API server. Nodes and pods are as the case says;
// nobody runs the pods, and a deleted pod that has a node is gone a moment later.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { resourceForKind } from '@/kubernetes/api/registry.ts';
import type { KubeList, KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ApiTransport } from '@/kubernetes/apimachinery/rest/rest.ts';
import { Client } from '@/kubernetes/client/client.ts';
import { InformerFactory } from '@/kubernetes/client/informer.ts';
import {
  eventsResource,
  namespacesResource,
  podsResource,
  priorityClassesResource,
} from '@/kubernetes/client/resources.ts';
import { startTestCluster, type TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { NodeScore } from '../schedule.ts';
import { startScheduler } from '../scheduler.ts';

interface Given {
  readonly kind: string;
  readonly apiVersion?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly volumes?: readonly { readonly persistentVolumeClaim?: object }[] };
  readonly status?: object;
}

interface Step {
  readonly kind?: string;
  readonly name?: string;
  readonly patch?: object;
  readonly delete?: string;
  readonly create?: Given;
}

/** See the README of the recorded cases. */
export interface RecordedCase {
  readonly name: string;
  readonly nodes: readonly Given[];
  readonly objects?: readonly Given[];
  readonly existing?: readonly Given[];
  readonly pending: readonly Given[];
  readonly then?: readonly Step[];
  readonly holdVictims?: boolean;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** What became of one pod that was to be placed. */
export interface PodOutcome {
  readonly node: string | null;
  readonly condition: { readonly reason?: string; readonly message?: string } | undefined;
  readonly nominated: string | undefined;
  /** `Warning FailedScheduling …`, in order. */
  readonly events: readonly string[];
  /** Of each node that would have done. */
  readonly scores: readonly NodeScore[];
}

export interface CaseOutcome {
  readonly pods: ReadonlyMap<string, PodOutcome>;
  readonly victims: readonly string[];
  readonly preempted: readonly string[];
  readonly victimCondition: object | undefined;
}

const namespace = 'demo';
const callTime = milliseconds(1);
const goneAfter = milliseconds(150);
/** The recorder took what there was once nothing was due within a second. */
const quietTime = milliseconds(950);

/** What runs beside the scheduler: the controller that binds volumes, which this room may not import. */
export type Companion = (cluster: TestCluster) => void;

/** The kind of the case that is not served here, if there is one. */
export function unservedKind(
  { objects = [], pending }: RecordedCase,
  companion?: Companion,
): string | undefined {
  const claims = pending.some(({ spec }) =>
    spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim),
  )
    ? [{ kind: 'PersistentVolumeClaim', apiVersion: 'v1' }]
    : [];
  if (claims.length > 0 && !companion) return 'PersistentVolumeClaim bound by its controller';
  return [...objects, ...claims]
    .map(({ kind, apiVersion }) => ({ kind, of: groupVersion(kind, apiVersion) }))
    .find(({ kind, of }) => !resourceForKind(...of, kind))?.kind;
}

function groupVersion(kind: string, apiVersion: string | undefined): [group: string, version: string] {
  const text = apiVersion ?? (kind === 'PodDisruptionBudget' ? 'policy/v1' : 'v1');
  const at = text.indexOf('/');
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Calls take a moment, as over any network. */
function slow(context: Context, transport: ApiTransport): ApiTransport {
  return {
    *request(request) {
      yield* context.sleep(callTime);
      return yield* transport.request(request);
    },
    watch: (request, sink) => transport.watch(request, sink),
  };
}

class Playing {
  private readonly cluster: TestCluster;
  private readonly client: Client;
  private readonly scores = new Map<string, readonly NodeScore[]>();
  private readonly nominated = new Map<string, string>();
  private readonly pendingNames: ReadonlySet<string>;
  private readonly victims: Pod[] = [];

  constructor(
    private readonly recorded: RecordedCase,
    priorityClasses: readonly Given[],
    companion?: Companion,
  ) {
    this.cluster = startTestCluster({
      seed: recorded.name,
      disabledAdmission: ['ServiceAccount', 'TaintNodesByCondition'],
    });
    this.client = this.cluster.client();
    this.pendingNames = new Set(recorded.pending.map(({ metadata }) => metadata.name));
    const namespaces = this.client.of(namespacesResource);
    this.cluster.run(
      namespaces.create('', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      } as unknown as KubeObject),
    );
    companion?.(this.cluster);
    for (const one of priorityClasses)
      this.cluster.run(this.client.of(priorityClassesResource).create('', one as unknown as KubeObject));
    for (const one of [...(recorded.objects ?? []), ...recorded.nodes, ...(recorded.existing ?? [])]) {
      this.create(one);
      if (companion) this.cluster.pass(callTime);
    }
  }

  play(): CaseOutcome {
    this.startMachines();
    this.startScheduler();
    this.cluster.pass(milliseconds(200));
    for (const pod of this.recorded.pending) {
      this.create(pod);
      for (let tries = 0; tries < 20 && !this.isDecided(pod.metadata.name); tries++)
        this.cluster.pass(milliseconds(20));
    }
    if (this.recorded.then) this.cluster.pass(seconds(1));
    for (const step of this.recorded.then ?? []) this.take(step);
    this.cluster.pass(quietTime);
    return this.outcome();
  }

  private startScheduler(): void {
    const context = this.cluster.process('kube-scheduler');
    const credential = { kind: 'certificate', user: 'system:kube-scheduler', groups: [] } as const;
    const client = new Client({
      context,
      transport: slow(context, this.cluster.transport),
      credential,
      userAgent: 'kube-scheduler/v1.36.2',
    });
    startScheduler(context, {
      client,
      host: 'host',
      onPlaced: (pod, _node, scores) => this.scores.set(pod.metadata.name, scores),
    });
  }

  /** What kubelets would do with deleted pods; keeps an eye on nominations, too. */
  private startMachines(): void {
    const context = this.cluster.process('machines');
    const pods = new InformerFactory(context, this.client.withContext(context)).informer<Pod>(podsResource);
    pods.onChange({
      updated: (pod, previous) => {
        const { name } = pod.metadata;
        if (pod.status.nominatedNodeName) this.nominated.set(name, pod.status.nominatedNodeName);
        if (!pod.metadata.deletionTimestamp || previous.metadata.deletionTimestamp) return;
        this.victims.push(pod);
        if (!this.recorded.holdVictims) context.after(goneAfter, () => context.spawn(this.remove(pod)));
      },
    });
    pods.start();
  }

  private *remove({ metadata }: Pod): Task<void> {
    yield* this.client
      .of<Pod>(podsResource)
      .delete(metadata.namespace ?? '', metadata.name, { gracePeriodSeconds: 0 });
  }

  private create(given: Given): void {
    const [group, version] = groupVersion(given.kind, given.apiVersion);
    const resource = resourceForKind(group, version, given.kind);
    if (!resource) throw new Error(`${given.kind} is not served`);
    const place = resource.scope === 'Namespaced' ? (given.metadata.namespace ?? namespace) : '';
    const { status, ...rest } = given;
    const api = this.client.of<KubeObject & { status?: object }>({
      group,
      version,
      resource: resource.plural,
    });
    const object = { ...rest, apiVersion: group ? `${group}/${version}` : version } as unknown as KubeObject;
    const stored = this.cluster.run(api.create(place, object));
    if (status && (given.kind === 'Node' || given.kind === 'Pod'))
      this.cluster.run(api.updateStatus({ ...stored, status: { ...stored.status, ...status } }));
  }

  private take(step: Step): void {
    if (step.create) return this.create(step.create);
    const isPod = step.kind === 'Pod';
    const [group, version] = groupVersion(step.kind ?? '', undefined);
    const plural = resourceForKind(group, version, step.kind ?? '')?.plural ?? '';
    const api = this.client.of({ group, version, resource: plural });
    if (step.delete) this.cluster.run(api.delete(namespace, step.delete));
    else this.cluster.run(api.patch(isPod ? namespace : '', step.name ?? '', 'merge', step.patch));
  }

  private pod(name: string): Pod | undefined {
    const list: KubeList<Pod> = this.cluster.run(this.client.of<Pod>(podsResource).list(namespace));
    return list.items.find(({ metadata }) => metadata.name === name);
  }

  private isDecided(name: string): boolean {
    const pod = this.pod(name);
    return (
      pod === undefined ||
      pod.spec.nodeName !== undefined ||
      pod.status.conditions?.some(({ type }) => type === 'PodScheduled') === true
    );
  }

  private outcome(): CaseOutcome {
    interface Event extends KubeObject {
      readonly type: string;
      readonly reason: string;
      readonly message: string;
      readonly involvedObject: { readonly name: string };
    }
    const events: readonly Event[] = this.cluster.run(
      this.client.of<Event>(eventsResource).list(namespace),
    ).items;
    const failures = (name: string): readonly string[] =>
      events
        .filter(({ reason, involvedObject }) => reason === 'FailedScheduling' && involvedObject.name === name)
        .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
    const pods = [...this.pendingNames].map((name): [string, PodOutcome] => {
      const pod = this.pod(name);
      const condition = pod?.status.conditions?.find(({ type }) => type === 'PodScheduled');
      const node = pod?.spec.nodeName ?? null;
      return [
        name,
        {
          node,
          condition,
          nominated: this.nominated.get(name),
          events: failures(name),
          scores: this.scores.get(name) ?? [],
        },
      ];
    });
    const preempted = events
      .filter(({ reason }) => reason === 'Preempted')
      .map((one) => `${one.involvedObject.name}: ${one.message.replace(/pod \S+ on/, 'pod <uid> on')}`);
    const victimCondition = this.victims[0]?.status.conditions?.find(
      ({ type }) => type === 'DisruptionTarget',
    );
    return {
      pods: new Map(pods),
      victims: this.victims.map(({ metadata }) => metadata.name).sort(),
      preempted: preempted.sort(),
      victimCondition,
    };
  }
}

export function playRecordedCase(
  recorded: RecordedCase,
  priorityClasses: readonly Given[],
  companion?: Companion,
): CaseOutcome {
  return new Playing(recorded, priorityClasses, companion).play();
}
