// What an API server sets up by itself in a new cluster, and looks after from then on: system namespaces, system priorities, and the Service
// `kubernetes` with its endpoints. Upstream: pkg/controlplane/controller/{systemnamespaces,kubernetesservice}, pkg/registry/scheduling/rest.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { ApiRequest, ApiResponse } from '../../apimachinery/rest/rest.ts';
import type { Server } from '../registry/server.ts';
import { ensureAccess } from './access/ensure-access.ts';

export interface BootstrapOptions {
  readonly address: string;
  readonly port: number;
  readonly serviceAddress: string;
}

type Handle = (request: ApiRequest) => Task<ApiResponse>;
type Body = Readonly<Record<string, unknown>>;
type Target = Pick<ApiRequest, 'group' | 'version' | 'resource' | 'namespace'>;

const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];
const reconcileInterval = seconds(10);

const namespaces: Target = { group: '', version: 'v1', resource: 'namespaces' };
const services: Target = { group: '', version: 'v1', resource: 'services', namespace: 'default' };
const endpoints: Target = { group: '', version: 'v1', resource: 'endpoints', namespace: 'default' };
const slices: Target = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices', namespace: 'default' };
const priorities: Target = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' };

/** Sets up once, then keeps what must be there. */
export class Bootstrap {
  isDone = false;

  constructor(
    private readonly server: Server,
    private readonly options: BootstrapOptions,
  ) {}

  *run(handle: Handle): Task<void> {
    const { context } = this.server;
    for (;;) {
      context.cause = 0;
      yield* this.ensure(handle);
      if (!this.isDone) yield* ensureAccess(this.server);
      this.isDone = true;
      yield* context.sleep(reconcileInterval);
    }
  }

  private *ensure(handle: Handle): Task<void> {
    for (const name of systemNamespaces)
      yield* this.ensureObject(handle, namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const body of systemPriorities) yield* this.ensureObject(handle, priorities, body);
    yield* this.ensureObject(handle, services, this.service());
    yield* this.ensureObject(handle, endpoints, this.endpoints());
    yield* this.ensureObject(handle, slices, this.slice());
  }

  private *ensureObject(handle: Handle, target: Target, body: Body): Task<void> {
    const { name } = body['metadata'] as { name: string };
    if (this.find(target, name)) return;
    yield* handle({
      ...target,
      verb: 'create',
      credential: { kind: 'certificate', user: 'system:apiserver', groups: ['system:masters'] },
      userAgent: 'kube-apiserver/v1.36.2',
      body,
    });
  }

  private find(target: Target, name: string): KubeObject | undefined {
    return this.server.served(target.group, target.resource)?.read(target.namespace, name);
  }

  private service(): Body {
    const clusterIP = this.options.serviceAddress;
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        sessionAffinity: 'None',
        ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: this.options.port }],
      },
    };
  }

  private endpoints(): Body {
    const { address, port } = this.options;
    return {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      },
      subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
    };
  }

  private slice(): Body {
    const { address, port } = this.options;
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    };
  }
}

const systemPriorities: readonly Body[] = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2000001000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-cluster-critical' },
    value: 2000000000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];
