// One or more real machines with kubelets, on a real API server: what the kubelet's tests run on. Binding is done by the test itself.
import { between, inSeconds, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Random } from '@/simulation/random/random.ts';
import type { Event } from '@/kubernetes/api/core/v1/event/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ServiceAccount } from '@/kubernetes/api/core/v1/serviceaccount/types.ts';
import { ConnectionError, StatusError, type ApiRequest, type ApiTransport, type WatchSink } from '@/kubernetes/apimachinery/rest/rest.ts';
import { Client, type ResourceClient } from '@/kubernetes/client/client.ts';
import { eventsResource, nodesResource, podsResource, serviceAccountsResource } from '@/kubernetes/client/resources.ts';
import { startTestCluster, type TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import type { Machine } from '@/world/machines/machine.ts';
import { World } from '@/world/world.ts';
import type { StaticPod } from '../config/mirror-pods.ts';
import { startKubelet, type Kubelet } from '../kubelet.ts';

/** A transport that a test can cut. */
class Cuttable implements ApiTransport {
  isCut = false;

  constructor(
    private readonly inner: ApiTransport,
    private readonly process: Process,
  ) {}

  *request(request: ApiRequest): ReturnType<ApiTransport['request']> {
    if (this.isCut) yield* this.timeout();
    return yield* this.inner.request(request);
  }

  *watch(request: ApiRequest, sink: WatchSink): ReturnType<ApiTransport['watch']> {
    if (this.isCut) yield* this.timeout();
    return yield* this.inner.watch(request, {
      event: (event, cause) => {
        if (!this.isCut) sink.event(event, cause);
        else sink.end();
      },
      end: () => sink.end(),
    });
  }

  private *timeout(): Task<void> {
    yield* this.process.sleep(seconds(5));
    throw new ConnectionError('timeout', 'dial tcp 172.18.0.2:6443: i/o timeout');
  }
}

/** See the file's head. */
export class TestNode {
  readonly cluster: TestCluster;
  readonly world: World;
  readonly machine: Machine;
  readonly pods: ResourceClient<Pod>;
  readonly nodes: ResourceClient<Node>;
  readonly client: Client;
  readonly link: Cuttable;
  kubelet!: Kubelet;

  constructor(
    readonly name: string,
    staticPods: readonly StaticPod[],
  ) {
    this.cluster = startTestCluster();
    const { clock, occurrences, root } = this.cluster;
    this.world = new World({ clock, occurrences, random: new Random('world') });
    this.client = this.cluster.client();
    this.pods = this.client.of<Pod>(podsResource);
    this.nodes = this.client.of<Node>(nodesResource);
    this.link = new Cuttable(this.cluster.transport, root);
    this.machine = this.world.addMachine({
      name,
      role: 'worker',
      onBoot: (machine) =>
        machine.runAgent('kubelet', (context) => {
          this.kubelet = startKubelet(context, {
            nodeName: name,
            client: new Client({ context, transport: this.link, credential: { kind: 'certificate', user: `system:node:${name}`, groups: ['system:nodes'] }, userAgent: 'kubelet/v1.36.2' }),
            runtime: machine.runtime,
            images: machine.images,
            files: machine.files,
            network: machine.network,
            machine: { cpuMillicores: 4000, memoryBytes: 8 * 2 ** 30, ephemeralStorageBytes: 100 * 2 ** 30, maxPods: 110, ip: machine.ip },
            staticPods,
            clusterDns: '10.96.0.10',
          });
        }),
    });
  }

  pass(span: Duration): this {
    this.cluster.pass(span);
    return this;
  }

  /** Gives the node its address range, as the controller manager would, and waits until it is Ready. */
  becomeReady(): this {
    this.pass(seconds(1));
    this.cluster.run(this.nodes.patch('', this.name, 'merge', { spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } }));
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } };
    this.cluster.run(this.client.of<ServiceAccount>(serviceAccountsResource).create('default', account));
    return this.pass(seconds(2));
  }

  /** Creates a pod that is bound to this node already. */
  run(name: string, spec: object, metadata: object = {}): this {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', ...metadata }, spec: { automountServiceAccountToken: false, nodeName: this.name, ...spec } };
    this.cluster.run(this.pods.create('default', pod as unknown as Pod));
    return this;
  }

  delete(name: string, gracePeriodSeconds?: number): this {
    this.cluster.run(this.pods.delete('default', name, { gracePeriodSeconds }));
    return this;
  }

  /** The pod as the API has it; undefined when it has none. */
  pod(name: string, namespace = 'default'): Pod | undefined {
    try {
      return this.cluster.run(this.pods.get(namespace, name));
    } catch (error) {
      if (error instanceof StatusError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** `Ready=True ContainersReady=False/ContainersNotReady …` */
  conditions(name: string): string {
    const conditions = this.pod(name)?.status.conditions ?? [];
    return conditions.map(({ type, status, reason }) => `${type}=${status}${reason ? `/${reason}` : ''}`).join(' ');
  }

  /** `Reason: message (xN)` of a pod's events, in order of their first time. */
  events(name: string): string[] {
    const { items } = this.cluster.run(this.client.of<Event>(eventsResource).list('default'));
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message, count }) => `${reason}: ${message}${(count ?? 1) > 1 ? ` (x${count})` : ''}`);
  }

  /** State of a pod's container in one word: `Running`, `CrashLoopBackOff`, `Error` …, with its restarts. */
  container(name: string, container = 'c'): string {
    const { containerStatuses = [], initContainerStatuses = [] } = this.pod(name)?.status ?? {};
    const status = [...containerStatuses, ...initContainerStatuses].find((one) => one.name === container);
    const { running, waiting, terminated } = status?.state ?? {};
    const word = running ? 'Running' : (waiting?.reason ?? terminated?.reason ?? 'none');
    return status?.restartCount ? `${word} ${status.restartCount}` : word;
  }

  /** What the kubelet did, as `seconds reason`, from the call of `since` on. */
  deeds(since: Instant): string[] {
    return this.cluster.occurrences
      .since(1)
      .filter(({ kind, time }) => (kind === 'kubelet' || kind === 'heartbeat') && time >= since)
      .filter(({ actor }) => actor === `kubelet ${this.name}`)
      .map(({ time, reason }) => `${Math.floor(inSeconds(between(since, time)))} ${reason}`);
  }

  get now(): Instant {
    return this.cluster.clock.now;
  }

  /** What the machine really runs: `name/container`. */
  get running(): string[] {
    return this.machine.runtime.running.map((container) => `${container.sandbox.config.metadata.name}/${container.name}`);
  }
}

/** A machine with a kubelet, registered but without a pod address range. */
export function startTestNode(options: { readonly name?: string; readonly staticPods?: readonly StaticPod[] } = {}): TestNode {
  return new TestNode(options.name ?? 'worker-1', options.staticPods ?? []);
}
