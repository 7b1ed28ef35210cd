// The manifests that each machine's kubelet runs on its own: the control plane's components and, on every machine, kube-proxy.
// Upstream: kubeadm's /etc/kubernetes/manifests.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { NewObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { clusterCidrOf, type MachinePlan, type TopologyDescriptor } from '../topologies/topology.ts';

export const kubernetesVersion = 'v1.36.2';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly cpu: string;
  readonly memory?: string;
  /** Port of its health endpoint on the machine's address. */
  readonly healthPort?: number;
  readonly healthPath?: string;
}

const etcdImage = 'registry.k8s.io/etcd:3.6.8-0';
const kubernetesImage = (name: string): string => `registry.k8s.io/${name}:${kubernetesVersion}`;

const controlPlaneComponents = (clusterCidr: string): readonly Component[] => [
  { name: 'etcd', image: etcdImage, command: ['etcd', '--data-dir=/var/lib/etcd'], cpu: '100m', memory: '100Mi', healthPort: 2381, healthPath: '/readyz' },
  {
    name: 'kube-apiserver',
    image: kubernetesImage('kube-apiserver'),
    command: ['kube-apiserver', '--authorization-mode=Node,RBAC', '--service-cluster-ip-range=10.96.0.0/16', '--secure-port=6443'],
    cpu: '250m',
    healthPort: 6443,
    healthPath: '/readyz',
  },
  {
    name: 'kube-controller-manager',
    image: kubernetesImage('kube-controller-manager'),
    command: ['kube-controller-manager', '--allocate-node-cidrs=true', `--cluster-cidr=${clusterCidr}`, '--node-monitor-grace-period=50s'],
    cpu: '200m',
    healthPort: 10257,
  },
  { name: 'kube-scheduler', image: kubernetesImage('kube-scheduler'), command: ['kube-scheduler'], cpu: '100m', healthPort: 10259 },
];

const proxy: Component = { name: 'kube-proxy', image: kubernetesImage('kube-proxy'), command: ['kube-proxy', '--proxy-mode=iptables'], cpu: '0' };

/** What the kubelet of that machine finds in its manifest folder. */
export function staticPodsOf(machine: MachinePlan, topology: TopologyDescriptor): readonly NewObject<Pod>[] {
  return machine.role === 'control-plane' ? [...controlPlaneComponents(clusterCidrOf(topology)).map(manifest), manifest(proxy)] : [manifest(proxy)];
}

function manifest(component: Component): NewObject<Pod> {
  const { name, image, command, cpu, memory, healthPort, healthPath = '/healthz' } = component;
  const requests = { ...(cpu === '0' ? {} : { cpu }), ...(memory ? { memory } : {}) };
  const probe = (failureThreshold: number, periodSeconds: number): object => ({ httpGet: { host: '127.0.0.1', path: healthPath, port: healthPort, scheme: 'HTTP' }, failureThreshold, periodSeconds, timeoutSeconds: 15 });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: name === 'kube-proxy' ? { 'k8s-app': name, component: name } : { component: name, tier: 'control-plane' },
    },
    spec: {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          resources: Object.keys(requests).length > 0 ? { requests } : {},
          ...(healthPort ? { readinessProbe: probe(3, 1), livenessProbe: probe(8, 10), startupProbe: probe(24, 10) } : {}),
        },
      ],
    },
  } as unknown as NewObject<Pod>;
}
