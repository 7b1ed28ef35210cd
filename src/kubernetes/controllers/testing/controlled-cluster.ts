// An API server with a controller manager on it, and hands that do what kubelets and a scheduler would. Tests only.
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { resourceForKind } from '@/kubernetes/api/registry.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { leasesResource, nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { startTestCluster, type TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { rfc3339, rfc3339Micro, seconds } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { startControllerManager } from '../controller-manager.ts';
import type { ControllerFlags } from '../controller.ts';

type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** See the file's head. */
export class ControlledCluster {
  readonly cluster: TestCluster;
  readonly client: Client;
  private manager: Process | undefined;
  private readonly beating = new Set<string>();
  private nextIp = 1;

  constructor(
    seed = 'controllers',
    private readonly flags: Partial<ControllerFlags> = {},
  ) {
    this.cluster = startTestCluster({ seed });
    this.client = this.cluster.client();
    this.startManager();
    this.cluster.process('heartbeats').spawn(this.beat());
    this.pass(1);
  }

  startManager(only: readonly string[] = ['*']): void {
    const context = this.cluster.process('kube-controller-manager');
    this.manager = context;
    const client = this.cluster.client('kube-controller-manager').withContext(context);
    startControllerManager(context, { client, rootCa: 'the root', ...this.flags, controllers: only });
  }

  killManager(): void {
    this.manager?.kill();
  }

  pass(span: number): this {
    this.cluster.pass(seconds(span));
    return this;
  }

  /** Creates objects, in the namespace default unless they say another. */
  create(...objects: readonly object[]): this {
    for (const object of objects as readonly Manifest[]) {
      const namespace = this.isNamespaced(object) ? (object.metadata.namespace ?? 'default') : '';
      this.cluster.run(this.access(object).create(namespace, object as unknown as KubeObject));
    }
    return this;
  }

  /** Adds a node that gives signs of life until {@link silence}. */
  addNode(name: string, labels: Readonly<Record<string, string>> = {}): this {
    const size = { cpu: '8', memory: '16Gi', pods: '110' };
    this.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastHeartbeatTime: rfc3339(this.cluster.clock.now),
    };
    const status = { capacity: size, allocatable: size, conditions: [ready] };
    this.cluster.run(
      this.client.of<Node>(nodesResource).patch('', name, 'strategic', { status }, { subresource: 'status' }),
    );
    this.beating.add(name);
    return this.pass(2);
  }

  silence(node: string): this {
    this.beating.delete(node);
    return this;
  }

  patch(kind: string, name: string, patch: object): this {
    const [apiVersion, namespace] =
      kind === 'Deployment' || kind === 'ReplicaSet'
        ? ['apps/v1', 'default']
        : ['v1', kind === 'Node' ? '' : 'default'];
    this.cluster.run(this.access({ apiVersion, kind, metadata: { name } }).patch(namespace, name, 'merge', patch));
    return this;
  }

  /** Binds pods that wait, to the node given, and makes all bound ones ready. */
  runPods(node: string): this {
    const pods = this.client.of<Pod>(podsResource);
    for (const pod of this.pods()) {
      const { name, namespace = '', deletionTimestamp } = pod.metadata;
      if (
        deletionTimestamp !== undefined ||
        pod.status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')
      )
        continue;
      if (!pod.spec.nodeName) {
        const binding = {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace },
          target: { apiVersion: 'v1', kind: 'Node', name: node },
        };
        this.cluster.run(pods.createSubresource(namespace, name, 'binding', binding));
      }
      const ip = `10.244.0.${this.nextIp++}`;
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: rfc3339(this.cluster.clock.now) };
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [ready] };
      this.cluster.run(pods.patch(namespace, name, 'strategic', { status }, { subresource: 'status' }));
    }
    return this.pass(1);
  }

  pods(): readonly Pod[] {
    return this.list<Pod>('v1', 'Pod');
  }

  list<T extends KubeObject>(apiVersion: string, kind: string): readonly T[] {
    return this.cluster.run(this.access({ apiVersion, kind, metadata: { name: '' } }).list('')).items as readonly T[];
  }

  /** All objects as text, without what depends on chance, time and order of creation. */
  picture(...kinds: readonly (readonly [string, string])[]): readonly string[] {
    return kinds.flatMap(([apiVersion, kind]) => this.list(apiVersion, kind).map(plain)).sort();
  }

  private isNamespaced({ apiVersion, kind }: Manifest): boolean {
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
    return resourceForKind(group, version, kind)?.scope === 'Namespaced';
  }

  private access({ apiVersion, kind }: Manifest): ResourceClient<KubeObject> {
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
    const resource = resourceForKind(group, version, kind)?.plural ?? '';
    return this.client.of<KubeObject>({ group, version, resource });
  }

  private *beat(): Task<void> {
    const leases = this.client.of<Lease>(leasesResource);
    const { root, clock } = this.cluster;
    for (;;) {
      for (const name of this.beating) {
        const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(clock.now) };
        const metadata = { name, namespace: 'kube-node-lease' };
        try {
          yield* leases.patch('kube-node-lease', name, 'merge', { spec });
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          yield* leases.create('kube-node-lease', {
            apiVersion: 'coordination.k8s.io/v1',
            kind: 'Lease',
            metadata,
            spec,
          });
        }
      }
      yield* root.sleep(seconds(1));
    }
  }
}

const dropped: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'generation',
  'observedGeneration',
  'clusterIP',
  'clusterIPs',
  'podCIDR',
  'podCIDRs',
  'podIP',
  'podIPs',
  'nodeName',
]);

function plain(object: KubeObject): string {
  const suffix = object.metadata.generateName
    ? object.metadata.name.slice(object.metadata.generateName.length)
    : undefined;
  const text = JSON.stringify(object, (key, value: unknown) => {
    if (dropped.has(key) || /Time$|Timestamp$|trigger-time$/.test(key)) return undefined;
    if (Array.isArray(value) && key !== 'args' && key !== 'command') {
      return [...(value as unknown[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    return value;
  });
  const bare = suffix === undefined ? text : text.replaceAll(suffix, '*');
  return bare
    .replace(/10\.244\.\d+\.\d+/g, '<ip>')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')
    .replace(/-[a-z0-9]{5}"/g, '-*"');
}
