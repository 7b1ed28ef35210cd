// A cluster for one case: API server, controller manager, nodes without kubelets; and the script's actions on it.
import { completionIndexAnnotation } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { resources } from '@/kubernetes/api/registry.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError, type GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { startControllerManager } from '@/kubernetes/controllers/controller-manager.ts';
import type { ControllerFlags } from '@/kubernetes/controllers/controller.ts';
import { startScheduler } from '@/kubernetes/scheduler/scheduler.ts';
import { startTestCluster, type TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { between, milliseconds, plus, rfc3339, seconds, type Duration } from '@/simulation/clock/duration.ts';
import { Agents } from './agents.ts';
import type { Action, GoldenCase, Json, JsonObject, Manifest, PodChoice, PodWish } from './golden-case.ts';
import { GeneratedNames, homeNamespace } from './names.ts';
import { Observer } from './observer.ts';

/** Give up waiting for quiet after this long. */
const longest = seconds(120);
/** What one request took the recorder: things that it did one after another were seen one after another. */
const handling = milliseconds(10);
const defaultNodes = ['node-a', 'node-b', 'node-c', 'node-d'];

/** The resource that serves a kind, if any does; of Events the older unless the version says otherwise. */
export function resourceOfKind(
  kind: string,
  apiVersion = '',
): (GroupVersionResource & { readonly isNamespaced: boolean }) | undefined {
  const isNew = apiVersion.startsWith('events.k8s.io/');
  const found = resources.find((one) => one.kind === kind && (one.group === 'events.k8s.io') === isNew);
  return (
    found && {
      group: found.group,
      version: found.version,
      resource: found.plural,
      isNamespaced: found.scope === 'Namespaced',
    }
  );
}

/** How an area was recorded. */
export interface Habits {
  /** How long nothing must have happened before a step was taken for done, where the step does not say. */
  readonly quiet: Duration;
  /** Whether an event that happened again was noted again. */
  readonly countsRepeats?: boolean;
  /** Whether pods of StatefulSets kept their names. */
  readonly keepsOrdinals?: boolean;
}

export class Stage {
  readonly names: GeneratedNames;
  readonly observer: Observer;
  /** Answers to refused actions of the current step. */
  responses: Json[] = [];
  private readonly cluster: TestCluster;
  private readonly client: Client;
  private readonly agents: Agents;

  constructor(
    private readonly golden: GoldenCase,
    private readonly habits: Habits,
    /** Who binds pods: the recorder's hands, taking nodes in turn, or the real scheduler. */
    scheduler: 'hands' | 'real' = 'hands',
  ) {
    this.names = new GeneratedNames(habits.keepsOrdinals);
    this.cluster = startTestCluster({ seed: golden.name });
    this.client = this.cluster.client('recorder');
    const manager = this.cluster.client('kube-controller-manager/v1.36.2', {
      kind: 'certificate',
      user: 'system:kube-controller-manager',
      groups: [],
    });
    startControllerManager(this.cluster.process('kube-controller-manager'), {
      client: manager,
      rootCa: 'x',
      ...flagsOf(golden),
    });
    this.cluster.pass(seconds(1));
    this.observer = new Observer(this.cluster, this.client, this.names, habits.countsRepeats ?? false);
    this.create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: homeNamespace } }]);
    if (scheduler === 'real') {
      const client = this.cluster.client('kube-scheduler/v1.36.2', {
        kind: 'certificate',
        user: 'system:kube-scheduler',
        groups: [],
      });
      startScheduler(this.cluster.process('kube-scheduler'), { client });
    }
    this.agents = new Agents(
      this.cluster.process('agents'),
      this.client,
      golden.kubelet ?? { onDelete: 'remove at once' },
    );
    this.cluster.run(this.agents.start());
    this.cluster.pass(seconds(1));
    this.setUp(scheduler === 'hands');
    for (const key of Object.keys(this.observer.allEvents)) delete this.observer.allEvents[key];
  }

  private setUp(bindsByHand: boolean): void {
    const own = this.golden.setup ?? [];
    const ownNodes = own.filter((object) => object.kind === 'Node');
    const bringsNodes =
      ownNodes.length > 0 ||
      (this.golden.script ?? []).some((step) => step.objects?.some(({ kind }) => kind === 'Node'));
    const nodes = bringsNodes ? ownNodes : defaultNodes.map(defaultNode);
    this.create(nodes);
    for (const { metadata } of nodes) {
      this.cluster.run(this.agents.heartbeat(metadata.name, true));
      if (bindsByHand) this.agents.addNode(metadata.name);
    }
    this.cluster.pass(seconds(3));
    this.create(own.filter((object) => object.kind !== 'Node'));
    this.cluster.pass(seconds(3));
  }

  /** Lets time pass until nothing has changed for a while. */
  settle(quiet = this.habits.quiet): void {
    const { clock } = this.cluster;
    const start = clock.now;
    for (;;) {
      const until = plus(this.observer.lastChange > start ? this.observer.lastChange : start, quiet);
      if (until <= clock.now || between(start, clock.now) > longest) return;
      clock.runUntil(until);
    }
  }

  perform(action: Action): void {
    if (action.do === 'all') for (const part of action.actions ?? []) this.perform(part);
    else {
      try {
        this.act(action);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        this.refused(error);
      }
    }
  }

  private act(action: Action): void {
    switch (action.do) {
      case 'create':
      case 'apply':
        return this.create([...(action.object ? [action.object] : []), ...(action.objects ?? [])]);
      case 'patch':
      case 'status':
        return this.patch(action, this.objectOf(action));
      case 'patchFirst':
        return this.patch(action, this.first(action.kind ?? ''));
      case 'delete':
        return this.delete(action, this.objectOf(action));
      case 'deleteFirst':
        return this.delete(action, this.first(action.kind ?? ''));
      case 'evict':
        return this.evict(action);
      case 'bindAll':
        for (const pod of this.pods({}))
          if (!pod.spec.nodeName) this.cluster.run(this.agents.bind(pod, action.node ?? ''));
        return;
      case 'wait':
        return this.cluster.pass(seconds(action.seconds ?? 0));
      case 'toMinute': {
        const inMinute = (this.cluster.clock.now / 1e6) % 60;
        return this.cluster.pass(seconds(((action.at ?? 0) - inMinute + 60) % 60));
      }
      case 'heartbeat':
        for (const node of action.nodes ?? []) this.cluster.run(this.agents.heartbeat(node, action.on ?? true));
        return;
      case 'kubelet':
        for (const pod of this.choose(action.pods ?? {}, action.with ? undefined : action.set)) this.set(pod, action);
        return;
      case 'remove':
        for (const pod of this.pods(action.pods ?? {})) {
          const { namespace = '', name, deletionTimestamp } = pod.metadata;
          if (deletionTimestamp !== undefined) this.cluster.run(this.agents.remove(namespace, name));
        }
        return;
      default:
        throw new Error(`no action "${action.do}"`);
    }
  }

  /** The pods that a kubelet step means, oldest first. */
  choose(choice: PodChoice, set?: PodWish['state']): readonly Pod[] {
    const isReady = (pod: Pod): boolean =>
      pod.status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
    const fits = this.pods(choice).filter((pod) => {
      const isOver = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
      const isLeaving = pod.metadata.deletionTimestamp !== undefined;
      if (choice.terminating !== undefined && isLeaving !== choice.terminating) return false;
      if (choice.name === undefined && (isOver || (isLeaving && !choice.terminating))) return false;
      if (choice.index !== undefined && pod.metadata.annotations?.[completionIndexAnnotation] !== String(choice.index))
        return false;
      if (choice.ready !== undefined && isReady(pod) !== choice.ready) return false;
      return set !== 'ready' || choice.name !== undefined || !isReady(pod);
    });
    return choice.n === undefined ? fits : fits.slice(0, choice.n);
  }

  set(pod: Pod, action: Action): void {
    this.cluster.pass(handling);
    const { exitCode, restarts, ...reported } = action.with ?? {};
    this.cluster.run(this.agents.setPod(pod, { state: action.set ?? 'ready', exitCode, restarts }, reported));
  }

  /** In order of first sight, which is that of creation. */
  private pods(choice: PodChoice): readonly Pod[] {
    return [...this.observer.objects.values()]
      .filter((object): object is Pod => object.kind === 'Pod')
      .filter((pod) => pod.metadata.namespace === (choice.namespace ?? homeNamespace))
      .filter((pod) => choice.name === undefined || pod.metadata.name === choice.name);
  }

  /** From now on calls pods by the rank of their uids, unless it does already. */
  rankPods(): void {
    if (this.names.hasRanks) return;
    this.names.rankByUid(this.pods({}));
  }

  /** All objects of a resource. */
  list(group: string, version: string, resource: string): readonly KubeObject[] {
    return this.cluster.run(this.client.of<KubeObject>({ group, version, resource }).list('')).items;
  }

  private objectOf({ kind = '', name = '', namespace = homeNamespace }: Action): {
    kind: string;
    name: string;
    namespace: string;
  } {
    return { kind, name, namespace: resourceOfKind(kind)?.isNamespaced ? namespace : '' };
  }

  private first(kind: string): { kind: string; name: string; namespace: string } {
    const names = [...this.observer.objects.values()]
      .filter((object) => object.kind === kind && object.metadata.namespace === homeNamespace)
      .map((object) => object.metadata.name)
      .sort();
    return { kind, name: names[0] ?? '', namespace: homeNamespace };
  }

  private access(kind: string, apiVersion?: string): ResourceClient<KubeObject> {
    const resource = resourceOfKind(kind, apiVersion);
    if (!resource) throw new Error(`no resource for ${kind}`);
    return this.client.of<KubeObject>({
      group: resource.group,
      version: resource.version,
      resource: resource.resource,
    });
  }

  private create(manifests: readonly Manifest[]): void {
    for (const manifest of manifests) {
      const { status, ...object } = this.filled(manifest);
      const namespace = object.metadata.namespace ?? (resourceOfKind(manifest.kind)?.isNamespaced ? homeNamespace : '');
      try {
        this.cluster.pass(handling);
        const created = this.cluster.run(
          this.access(manifest.kind, manifest.apiVersion).create(namespace, object as unknown as KubeObject),
        );
        if (status) this.cluster.pass(handling);
        if (status?.kubelet) this.cluster.run(this.agents.setPod(created as Pod, status.kubelet));
        else if (status)
          this.cluster.run(
            this.access(manifest.kind).patch(
              namespace,
              created.metadata.name,
              'merge',
              { status },
              { subresource: 'status' },
            ),
          );
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        this.refused(error);
      }
    }
  }

  private patch(action: Action, { kind, name, namespace }: { kind: string; name: string; namespace: string }): void {
    const options = action.do === 'status' ? { subresource: 'status' } : {};
    this.cluster.run(
      this.access(kind).patch(namespace, name, action.type ?? 'merge', this.filled(action.patch), options),
    );
  }

  private evict({ name = '', namespace = homeNamespace, options }: Action): void {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: options };
    this.cluster.run(this.access('Pod').createSubresource(namespace, name, 'eviction', body));
    this.responses.push({ code: 201 });
  }

  private delete(action: Action, { kind, name, namespace }: { kind: string; name: string; namespace: string }): void {
    const options = { propagationPolicy: action.propagation, gracePeriodSeconds: action.grace };
    this.cluster.run(this.access(kind).delete(namespace, name, options));
  }

  /** Replaces `<uid:Kind/name>` and `<now-5s>`. */
  private filled<T>(value: T): T {
    const text = JSON.stringify(value)
      .replace(/<uid:([^>]+)>/g, (_, key: string) => this.uidOf(key))
      .replace(/<now([+-]\d+)s>/g, (_, offset: string) =>
        rfc3339(plus(this.cluster.clock.now, seconds(Number(offset)))),
      );
    return JSON.parse(text) as T;
  }

  private uidOf(key: string): string {
    for (const object of this.observer.objects.values())
      if (this.names.keyOf(object) === key) return object.metadata.uid;
    return '00000000-0000-4000-8000-000000000000';
  }

  private refused({ status }: StatusError): void {
    const { code = 0, reason, message = '', details } = status;
    const causes: JsonObject = details?.causes ? { causes: details.causes as unknown as Json } : {};
    const why: JsonObject = reason === undefined ? {} : { reason };
    this.responses.push({ code, ...why, message: this.names.plain(message), ...causes });
  }
}

function defaultNode(name: string, at: number): Manifest {
  const size = { cpu: '64', memory: '256Gi', pods: '1000' };
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': at % 2 === 0 ? 'zone-a' : 'zone-b' };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { capacity: size, allocatable: size } };
}

function flagsOf(golden: GoldenCase): Partial<ControllerFlags> {
  const flags: Record<string, Duration> = {};
  for (const flag of golden.flags?.['kube-controller-manager'] ?? []) {
    const found = /^--(node-monitor-grace-period|node-monitor-period)=(\d+)s$/.exec(flag);
    if (!found) continue;
    flags[found[1] === 'node-monitor-period' ? 'nodeMonitorPeriod' : 'nodeMonitorGracePeriod'] = seconds(
      Number(found[2]),
    );
  }
  return flags;
}
