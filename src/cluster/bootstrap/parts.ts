// What the components of one cluster share: etcd's data on disk, the API servers that run, and the way to become a client.
import type { Credential } from '@/kubernetes/apimachinery/rest/rest.ts';
import { stampRevision } from '@/kubernetes/apiserver/storage/stamp.ts';
import { Client } from '@/kubernetes/client/client.ts';
import { Etcd, type EtcdState } from '@/kubernetes/etcd/etcd.ts';
import type { Kubelet } from '@/kubernetes/kubelet/kubelet.ts';
import type { Scheduler } from '@/kubernetes/scheduler/scheduler.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { World } from '@/world/world.ts';
import type { TopologyDescriptor } from '../topologies/topology.ts';
import { ApiConnection, type ApiAddress, type ApiEndpoint } from './api-connection.ts';
import { kubernetesVersion } from './static-pods.ts';

/** History that a burst of writes leaves behind before the API server's compaction comes; watches reach back through the watch caches. */
const retainedRevisions = 5000;

export class ClusterParts {
  /** etcd's data: on the control plane's disk, so it outlives the process that serves it. */
  readonly etcd: Etcd;
  isEtcdRunning = false;
  readonly apiServers = new Map<string, ApiEndpoint>();
  readonly kubelets = new Map<string, Kubelet>();
  scheduler: Scheduler | undefined;
  readonly controlPlane: string;

  constructor(
    readonly world: World,
    readonly topology: TopologyDescriptor,
    kept?: EtcdState,
  ) {
    const first = topology.machines.find((machine) => machine.role === 'control-plane');
    if (!first) throw new Error(`The topology ${topology.name} has no control-plane machine.`);
    this.controlPlane = first.name;
    this.etcd = new Etcd({ context: world.process.child('etcd data'), stamp: stampRevision, retainedRevisions, ...(kept && { kept }) });
  }

  /** The API server that answers now, if one does. */
  get apiServer(): ApiEndpoint | undefined {
    return this.isEtcdRunning ? this.apiServers.get(this.controlPlane) : undefined;
  }

  get address(): ApiAddress {
    const { controlPlane, world } = this;
    const machine = world.machine(controlPlane);
    return {
      machine: controlPlane,
      ip: machine?.ip ?? '',
      isMachineUp: () => machine?.isBooted ?? false,
      endpoint: () => this.apiServer,
    };
  }

  /** A client for software on a machine, with a certificate in that name. */
  client(context: Context, machine: string, component: string, user: string, groups: readonly string[] = []): Client {
    const credential: Credential = { kind: 'certificate', user, groups };
    const transport = new ApiConnection(context, this.world.transport, machine, this.address);
    return new Client({ context, transport, credential, userAgent: `${component}/${kubernetesVersion}` });
  }
}
