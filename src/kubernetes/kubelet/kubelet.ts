// The node's agent: registers its machine, keeps its lease, runs the pods that are bound to it and says how they are.
// Upstream: pkg/kubelet/kubelet.go.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import { minutes, seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Backoff } from '@/kubernetes/apimachinery/backoff/backoff.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Secret } from '@/kubernetes/api/core/v1/secret/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { EventRecorder } from '@/kubernetes/client/event-recorder.ts';
import { Informer } from '@/kubernetes/client/informer.ts';
import { configMapsResource, nodesResource, podsResource, secretsResource, servicesResource } from '@/kubernetes/client/resources.ts';
import type { MachineFiles } from '@/kubernetes/cri-api/files.ts';
import type { ImageService } from '@/kubernetes/cri-api/images.ts';
import type { HostNetwork } from '@/kubernetes/cri-api/network.ts';
import type { LogLine, RuntimeEvent, RuntimeService, TerminalRequest } from '@/kubernetes/cri-api/runtime.ts';
import { admit } from './admission/admission.ts';
import { isMirror, MirrorPods, staticPod, type StaticPod } from './config/mirror-pods.ts';
import { ServiceVariables } from './containers/service-variables.ts';
import { DeadlineBoard, type Deadline } from './deadlines/deadlines.ts';
import { ImagePuller } from './images/image-puller.ts';
import { containerLog, type ContainerLog } from './logs/container-logs.ts';
import { NodeLease } from './node-lease/node-lease.ts';
import { NodeReporter } from './node-status/node-reporter.ts';
import { allocatableOf, labelsOf, type MachineFacts, type NodeStatusFacts } from './node-status/node-status.ts';
import type { Machinery } from './pod-workers/machinery.ts';
import { OrphanKeeper } from './pod-workers/orphans.ts';
import { PodVoice } from './pod-workers/pod-voice.ts';
import { PodWorker } from './pod-workers/pod-worker.ts';
import { DnsConfigurer } from './runtime/dns-config.ts';
import { StatusWriter } from './status/status-writer.ts';
import { PodStreams } from './streaming/pod-streams.ts';
import { ServiceAccountTokens } from './volumes/service-account-tokens.ts';
import { ClaimedVolumes } from './volumes/claimed-volumes.ts';
import { VolumeMounter } from './volumes/volume-mounter.ts';
import { WatchedObjects } from './volumes/watched-objects.ts';

export interface KubeletOptions {
  readonly nodeName: string;
  readonly client: Client;
  readonly runtime: RuntimeService;
  readonly images: ImageService;
  readonly files: MachineFiles;
  /** The machine's own network stack, for probes. */
  readonly network: HostNetwork;
  readonly machine: MachineFacts;
  /** Pods that it runs without being told by the API server. */
  readonly staticPods?: readonly StaticPod[];
  /** Address of the cluster's name server; pods have the machine's when there is none. */
  readonly clusterDns?: string;
  readonly clusterDomain?: string;
  /** `v1.36.2` */
  readonly kubernetesVersion?: string;
}

const firstCrashDelay = seconds(10);
const maxCrashDelay = minutes(5);

/** A running kubelet; it ends with its process, and what it started runs on. */
export class Kubelet {
  readonly nodeName: string;
  private readonly workers = new Map<string, PodWorker>();
  /** Static pods by `namespace/name` of their mirrors. */
  private readonly staticByName = new Map<string, PodWorker>();
  private readonly pods: Informer<Pod>;
  private readonly node: Informer<Node>;
  private readonly machinery: Machinery;
  private readonly reporter: NodeReporter;
  private readonly orphans: OrphanKeeper;
  private readonly streams: PodStreams;
  private podCidr = '';

  constructor(
    private readonly context: Context,
    private readonly options: KubeletOptions,
  ) {
    const { client, nodeName } = options;
    this.nodeName = nodeName;
    this.pods = new Informer<Pod>(context, client, podsResource, { fieldSelector: `spec.nodeName=${nodeName}` });
    this.node = new Informer<Node>(context, client, nodesResource, { fieldSelector: `metadata.name=${nodeName}` });
    const recorder = new EventRecorder({ client, component: 'kubelet', host: nodeName });
    const facts: NodeStatusFacts = {
      nodeName,
      machine: options.machine,
      runtime: options.runtime,
      images: options.images,
      bootId: context.random.fork('boot').uuid(),
      kubernetesVersion: options.kubernetesVersion ?? 'v1.36.2',
    };
    this.reporter = new NodeReporter(context, client, facts, this.node, recorder);
    this.machinery = this.makeMachinery(recorder);
    this.orphans = new OrphanKeeper(this.machinery);
    this.streams = new PodStreams(context, options.runtime);
  }

  /** Begins all that it does. */
  start(): void {
    const { context, node, pods } = this;
    this.orphans.takeStock();
    for (const manifest of this.options.staticPods ?? []) this.runStatic(staticPod(manifest, this.nodeName, context));
    context.onEnd(this.options.runtime.onEvent((event) => this.runtimeChanged(event)));
    node.onChange({ added: (seen) => this.nodeAdded(seen), updated: (seen) => this.nodeSeen(seen) });
    pods.onChange({ added: (pod) => this.podAdded(pod), updated: (pod) => this.podUpdated(pod), deleted: (pod) => this.podGone(pod) });
    for (const informer of [node, this.machinery.services, pods]) informer.start();
    context.spawn(this.reporter.run());
    context.spawn(new NodeLease(context, this.options.client, this.nodeName).run());
    context.spawn(this.removeOrphans());
  }

  /** What it waits for: back-offs, grace periods, probes. */
  deadlines(): readonly Deadline[] {
    const found = [...this.machinery.deadlines.list()];
    for (const worker of this.workers.values()) found.push(...worker.deadlines);
    return found;
  }

  /** The kept lines of a container's log. Throws LogUnavailable with the kubelet's answer when there is none. */
  logs(namespace: string, pod: string, container: string, { previous = false }: { readonly previous?: boolean } = {}): readonly LogLine[] {
    return this.log(namespace, pod, container, previous).lines;
  }

  /** Calls back for every line from now on, and once when the container has ended; answers the way to stop. Throws LogUnavailable. */
  followLogs(namespace: string, pod: string, container: string, onLine: (line: LogLine) => void, onEnd: () => void): () => void {
    return this.log(namespace, pod, container, false).follow(onLine, onEnd);
  }

  /** Runs a command in a container for a client. Throws StreamRefused when the pod or its container is not there; so do the next two. */
  exec(namespace: string, pod: string, container: string, command: readonly string[], request: TerminalRequest, sink: StreamSink): StreamInput {
    return this.streams.exec(this.workerNamed(namespace, pod), container, command, request, sink);
  }

  /** Lets a client hear a container and speak to it. */
  attach(namespace: string, pod: string, container: string, request: TerminalRequest, sink: StreamSink): StreamInput {
    return this.streams.attach(this.workerNamed(namespace, pod), container, request, sink);
  }

  /** Connects a client to a port of a pod's loopback. */
  portForward(namespace: string, pod: string, port: number, sink: StreamSink): StreamInput {
    return this.streams.portForward(this.workerNamed(namespace, pod), port, sink);
  }

  /** The pods of this node as its own API lists them. */
  get ownPods(): readonly Pod[] {
    return [...this.workers.values()].map(({ pod }) => pod);
  }

  private log(namespace: string, pod: string, container: string, isPrevious: boolean): ContainerLog {
    return containerLog(this.options.runtime, this.workerNamed(namespace, pod), pod, container, isPrevious);
  }

  private makeMachinery(recorder: EventRecorder): Machinery {
    const { context, nodeName } = this;
    const { client, runtime, images, files, network, machine, clusterDns, clusterDomain = 'cluster.local' } = this.options;
    const deadlines = new DeadlineBoard();
    const voice = new PodVoice(context, recorder);
    const services = new Informer<Service>(context, client, servicesResource, {});
    const changed = (uids: Iterable<string>): void => {
      for (const uid of uids) this.workers.get(uid)?.objectsChanged();
    };
    return {
      context,
      nodeName,
      hostIp: machine.ip,
      runtimeName: runtime.version().runtimeName,
      runtime,
      images: new ImagePuller({ context, images, voice, deadlines, pulled: () => this.reporter.changed() }),
      volumes: new VolumeMounter(files, new ClaimedVolumes(client)),
      configMaps: new WatchedObjects<ConfigMap>(context, client, configMapsResource, 'configmap', changed),
      secrets: new WatchedObjects<Secret>(context, client, secretsResource, 'secret', changed),
      tokens: new ServiceAccountTokens(context, client),
      services,
      serviceVariables: new ServiceVariables(services),
      statuses: new StatusWriter(context, client),
      mirrors: new MirrorPods(context, client, this.node, (pod) => this.workers.get(pod.metadata.uid)?.wakeIn(seconds(10))),
      crashBackoff: new Backoff(firstCrashDelay, maxCrashDelay),
      deadlines,
      voice,
      probing: { context, runtime, network },
      dns: new DnsConfigurer(clusterDns ? [clusterDns] : [], clusterDomain),
      allocatable: allocatableOf(machine),
      forget: (uid) => this.workers.delete(uid),
    };
  }

  private workerNamed(namespace: string, name: string): PodWorker | undefined {
    const key = `${namespace}/${name}`;
    const pod = this.pods.get(key);
    return this.staticByName.get(key) ?? (pod && this.workers.get(pod.metadata.uid));
  }

  private runStatic(pod: Pod): void {
    const worker = new PodWorker(this.machinery, pod, true);
    this.workers.set(pod.metadata.uid, worker);
    this.staticByName.set(keyOf(pod), worker);
    this.orphans.handOver(worker);
    worker.wake();
  }

  private podAdded(pod: Pod): void {
    if (isMirror(pod)) {
      this.staticByName.get(keyOf(pod))?.update(pod);
      return;
    }
    const { uid } = pod.metadata;
    if (this.workers.has(uid)) {
      this.workers.get(uid)?.update(pod);
      return;
    }
    const active = this.activePods();
    const worker = new PodWorker(this.machinery, pod, false);
    this.workers.set(uid, worker);
    const isAdopted = this.orphans.handOver(worker);
    if (!isAdopted && !worker.isFinished && pod.metadata.deletionTimestamp === undefined) {
      const refusal = admit(pod, this.node.get(this.nodeName) ?? this.ownNode(), active);
      if (refusal) {
        worker.reject(refusal);
        return;
      }
    }
    worker.wake();
  }

  private podUpdated(pod: Pod): void {
    if (isMirror(pod)) this.staticByName.get(keyOf(pod))?.update(pod);
    else this.workers.get(pod.metadata.uid)?.update(pod);
  }

  private podGone(pod: Pod): void {
    if (isMirror(pod)) this.staticByName.get(keyOf(pod))?.mirrorChanged(undefined);
    else this.workers.get(pod.metadata.uid)?.objectGone();
  }

  private activePods(): Pod[] {
    const active: Pod[] = [];
    for (const worker of this.workers.values()) if (!worker.isFinished) active.push(worker.pod);
    return active;
  }

  private nodeAdded(node: Node): void {
    this.nodeSeen(node);
    // Mirrors of static pods are owned by the node and wait for it.
    for (const worker of this.staticByName.values()) worker.wake();
  }

  private nodeSeen(node: Node): void {
    const { podCIDR = '' } = node.spec;
    if (podCIDR === '' || podCIDR === this.podCidr) return;
    this.podCidr = podCIDR;
    this.options.runtime.updateRuntimeConfig({ podCidr: podCIDR });
    this.reporter.changed();
    for (const worker of this.workers.values()) if (!worker.isFinished) worker.wake();
  }

  /** The node as this kubelet would register it, until the API server's is seen. */
  private ownNode(): Pick<Node, 'metadata' | 'spec' | 'status'> {
    const { machine } = this.options;
    const metadata = { name: this.nodeName, uid: '', resourceVersion: '', creationTimestamp: '', labels: labelsOf(this.nodeName, machine) };
    return { metadata, spec: { taints: machine.taints }, status: { allocatable: this.machinery.allocatable } };
  }

  private runtimeChanged(event: RuntimeEvent): void {
    const worker = this.workers.get(event.podUid);
    if (worker === undefined) return;
    if (event.containerId === undefined) worker.sandboxChanged(event.sandboxId, event.kind);
    else if (event.kind !== 'removed') worker.instanceChanged(event.containerId, event.kind === 'stopped');
  }

  private *removeOrphans(): Task<void> {
    yield* this.pods.waitForSync();
    yield* this.orphans.removeAll();
  }
}

/** Starts a kubelet in a process of its own. It goes on until that is killed; containers it started go on without it. */
export function startKubelet(context: Context, options: KubeletOptions): Kubelet {
  const kubelet = new Kubelet(context, options);
  kubelet.start();
  return kubelet;
}
