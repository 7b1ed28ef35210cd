// Puts the software on the world: machines with kubelets, a control plane of static pods, and what an administrator applies once.
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { keyOf, type KubeObject, type Status } from '@/kubernetes/apimachinery/meta/meta.ts';
import { serviceUnavailable } from '@/kubernetes/apimachinery/status/status.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import { resourceForKind, resources } from '@/kubernetes/api/registry.ts';
import type { ApiServer } from '@/kubernetes/apiserver/apiserver.ts';
import { keyPrefix, objectKey } from '@/kubernetes/apiserver/storage/keys.ts';
import { startKubelet } from '@/kubernetes/kubelet/kubelet.ts';
import { Clock } from '@/simulation/clock/clock.ts';
import { milliseconds } from '@/simulation/clock/duration.ts';
import { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Random } from '@/simulation/random/random.ts';
import { keptDisk, restoreDisk } from '@/world/machines/kept-disk.ts';
import type { Machine } from '@/world/machines/machine.ts';
import { World } from '@/world/world.ts';
import { addons, clusterDnsIp } from './bootstrap/addons.ts';
import { components } from './bootstrap/components/registry.ts';
import { imageOf } from './bootstrap/component.ts';
import { ClusterParts } from './bootstrap/parts.ts';
import { kubernetesVersion, staticPodsOf } from './bootstrap/static-pods.ts';
import type { Cluster, ClusterDeadline, ClusterOptions } from './cluster.ts';
import { Connections } from './connections.ts';
import { ObjectDeadlines } from './deadlines.ts';
import { readLogs } from './bootstrap/pod-logs.ts';
import { Readiness } from './readiness.ts';
import { topologyOf } from './topologies/registry.ts';
import type { MachinePlan, TopologyDescriptor } from './topologies/topology.ts';
import { previewOf } from './preview.ts';

/** Throws a sentence when there is no such topology. Nothing happens until the clock is run. */
export function createCluster(options: ClusterOptions): Cluster {
  const topology = topologyOf(options.topology);
  if (!topology) throw new Error(`There is no topology "${options.topology}".`);
  return new AssembledCluster(options, topology);
}

class AssembledCluster implements Cluster {
  readonly clock: Clock;
  readonly occurrences: Occurrences;
  readonly world: World;
  private readonly parts: ClusterParts;
  private readonly readiness: Readiness;
  private readonly objectDeadlines = new ObjectDeadlines();

  constructor(
    readonly options: ClusterOptions,
    topology: TopologyDescriptor,
  ) {
    this.clock = new Clock(options.start);
    this.occurrences = new Occurrences(this.clock);
    const { kept } = options;
    // A run that goes on from another must not give its objects the same names again.
    const random = new Random(kept ? `seed ${options.seed} from revision ${kept.etcd.revision}` : `seed ${options.seed}`);
    this.world = new World({ clock: this.clock, random, occurrences: this.occurrences });
    this.parts = new ClusterParts(this.world, topology, kept?.etcd);
    this.readiness = new Readiness(topology.machines.map(({ name }) => name));
    for (const component of components) this.world.registry.addBehaviour(imageOf(component, this.parts));
    this.onWrite(({ resource, type, object }) => {
      this.readiness.wrote(resource, type === 'delete', object);
      this.objectDeadlines.wrote(resource, type === 'delete', object);
    });
    for (const plan of topology.machines) this.addMachine(plan);
    const administrator = this.world.process.child('kubeadm');
    administrator.spawn(this.applyAddons(administrator));
  }

  readonly connections = new Connections(this);

  get isReady(): boolean {
    return this.readiness.isReady;
  }

  readonly api: Cluster['api'] = {
    request: (request, respond) => this.atApiServer((server) => server.handle(request), respond, (status) => ({ code: status.code ?? 503, body: status })),
    watch: (request, sink, respond) => this.atApiServer((server) => server.watch(request, sink), respond, (status) => status),
    http: (request, respond) =>
      this.atApiServer((server) => server.http(request), respond, (status) => ({
        status: status.code ?? 503,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(status),
      })),
    connect: (request, respond) =>
      this.atApiServer((server) => server.connect(request), respond, (status) => ({
        refused: { status: status.code ?? 503, headers: { 'content-type': 'application/json' }, body: JSON.stringify(status) },
      })),
  };

  peek<T extends KubeObject>(group: string, resource: string): readonly T[] {
    return this.parts.etcd.range(keyPrefix(group, resource)).entries.map(({ value }) => value as T);
  }

  peekOne<T extends KubeObject>(group: string, resource: string, namespace: string, name: string): T | undefined {
    return this.parts.etcd.get(objectKey(keyPrefix(group, resource), namespace, name))?.value as T | undefined;
  }

  onWrite(listener: Parameters<Cluster['onWrite']>[0]): () => void {
    const watcher = this.parts.etcd.watch('/registry/', this.parts.etcd.revision + 1, (event) => {
      const place = placeOf(event.key);
      const object = (event.type === 'put' ? event.next.value : event.previous?.value) as KubeObject | undefined;
      if (place && object?.kind) listener({ ...place, type: event.type, object });
    });
    return () => watcher.stop();
  }

  onCommit(listener: Parameters<Cluster['onCommit']>[0]): () => void {
    const watcher = this.parts.etcd.watch('', this.parts.etcd.revision + 1, listener);
    return () => watcher.stop();
  }

  keep(): ReturnType<Cluster['keep']> {
    return { etcd: this.parts.etcd.state(), disks: this.keptDisks() };
  }

  keptDisks(): ReturnType<Cluster['keptDisks']> {
    return Object.fromEntries(this.world.machines.map((machine) => [machine.name, keptDisk(machine)]));
  }

  runtime(machine: string): ReturnType<Cluster['runtime']> {
    return this.world.machine(machine)?.runtime;
  }

  logs(namespace: string, pod: string, container: string, previous: boolean): ReturnType<Cluster['logs']> {
    return readLogs(this.parts, namespace, pod, container, previous);
  }

  startTraffic({ namespace, service, port, path, ratePerSecond }: Parameters<Cluster['startTraffic']>[0]): void {
    const found = this.peekOne<Service>('', 'services', namespace, service);
    if (!found) throw new Error(`There is no Service ${namespace}/${service}.`);
    const ports = found.spec.ports ?? [];
    const wanted = port === undefined ? ports[0] : ports.find((one) => one.port === port);
    if (!wanted) throw new Error(`Service ${namespace}/${service} has no port${port === undefined ? '' : ` ${port}`}.`);
    const clusterIp = found.spec.clusterIP ?? '';
    if (clusterIp === '' || clusterIp === 'None') throw new Error(`Service ${namespace}/${service} has no cluster address; traffic needs one.`);
    this.world.traffic.start({ namespace, service, ip: clusterIp, port: wanted.port, nodePort: wanted.nodePort, path, ratePerSecond });
  }

  stopTraffic(namespace: string, service: string): void {
    this.world.traffic.stop(namespace, service);
  }

  preview(fault: string, target: string): ReturnType<Cluster['preview']> {
    return previewOf(this, fault, target);
  }

  deadlines(): readonly ClusterDeadline[] {
    const found = this.objectDeadlines.list(this.clock.now);
    for (const kubelet of this.parts.kubelets.values()) found.push(...kubelet.deadlines());
    return found;
  }

  etcdHash(): string {
    return this.parts.etcd.hash();
  }

  /** Runs `ask` in the API server's process; with one etcd member it answers before this returns. */
  private atApiServer<R>(ask: (server: ApiServer) => Task<R>, respond: (answer: R) => void, refusal: (status: Status) => R): void {
    const machine = this.world.machine(this.parts.controlPlane);
    const endpoint = this.parts.apiServer;
    if (!endpoint || !machine?.isReachable) {
      const why = !machine?.isPowered ? 'has no power' : !machine.isConnected ? 'is not connected to the network' : 'runs no API server that answers at the moment';
      respond(refusal(serviceUnavailable(`the server is currently unable to handle the request: ${this.parts.controlPlane} ${why}`)));
      return;
    }
    const { context, server } = endpoint;
    context.spawn(
      (function* (): Task<void> {
        respond(yield* ask(server));
      })(),
    );
  }

  private addMachine(plan: MachinePlan): void {
    const { name, zone, role, cpuMillicores, memoryBytes } = plan;
    let disk = this.options.kept?.disks[name];
    this.world.addMachine({
      name,
      zone,
      role,
      cpuMillicores,
      memoryBytes,
      onBoot: (machine) => {
        if (disk) restoreDisk(machine, disk);
        disk = undefined;
        machine.runAgent('kubelet', (process) => this.startKubelet(process, machine, plan));
      },
    });
  }

  private startKubelet(process: Process, machine: Machine, plan: MachinePlan): void {
    const { parts } = this;
    const client = parts.client(process, machine.name, 'kubelet', `system:node:${machine.name}`, ['system:nodes']);
    const isControlPlane = plan.role === 'control-plane';
    const kubelet = startKubelet(process, {
      nodeName: machine.name,
      client,
      runtime: machine.runtime,
      images: machine.images,
      files: machine.files,
      network: machine.network,
      machine: {
        cpuMillicores: plan.cpuMillicores,
        memoryBytes: plan.memoryBytes,
        ephemeralStorageBytes: machine.diskBytes,
        maxPods: plan.maxPods,
        ip: machine.ip,
        labels: { 'topology.kubernetes.io/zone': plan.zone, ...(isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}) },
        taints: isControlPlane ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : [],
      },
      staticPods: staticPodsOf(plan, parts.topology),
      clusterDns: clusterDnsIp,
      kubernetesVersion,
    });
    parts.kubelets.set(machine.name, kubelet);
    process.onEnd(() => {
      if (parts.kubelets.get(machine.name) === kubelet) parts.kubelets.delete(machine.name);
    });
  }

  /** Tries until the API server takes them, as an administrator's script would. */
  private *applyAddons(administrator: Process): Task<void> {
    const client = this.parts.client(administrator, this.parts.controlPlane, 'kubeadm', 'kubernetes-admin', ['system:masters']);
    for (const object of addons) {
      const [group, version] = object.apiVersion.includes('/') ? (object.apiVersion.split('/') as [string, string]) : ['', object.apiVersion];
      const plural = resourceForKind(group, version, object.kind)?.plural ?? '';
      const resource = client.of<KubeObject>({ group, version, resource: plural });
      for (;;) {
        try {
          yield* resource.create(object.metadata.namespace ?? '', object);
          administrator.record({ kind: 'input', reason: 'AddonApplied', subjects: [`${object.kind}/${keyOf(object)}`], message: `${object.kind} ${keyOf(object)} is applied` });
          break;
        } catch (error) {
          if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
          if (error instanceof StatusError && error.code === 409) break;
          yield* administrator.sleep(milliseconds(500));
        }
      }
    }
  }
}

/** Stored resources by the prefix of their keys. */
const places: readonly { readonly prefix: string; readonly group: string; readonly resource: string }[] = resources.filter((resource) => !resource.storedAs).map(({ group, plural }) => ({
  prefix: keyPrefix(group, plural),
  group,
  resource: plural,
}));

const placeOfPrefix = new Map(places.map((place) => [place.prefix, place]));

/** Which resource a key of etcd belongs to; undefined for what is no object. */
function placeOf(key: string): { group: string; resource: string } | undefined {
  const parts = key.split('/');
  const two = placeOfPrefix.get(`/${parts[1]}/${parts[2]}/${parts[3]}/`);
  return two ?? placeOfPrefix.get(`/${parts[1]}/${parts[2]}/`);
}
