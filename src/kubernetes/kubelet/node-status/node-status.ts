// What a node says of itself. Upstream: pkg/kubelet/kubelet_node_status.go (initialNode), pkg/kubelet/nodestatus/setters.go.
import { rfc3339, type Instant } from '@/simulation/clock/duration.ts';
import type { ContainerImage, NodeCondition, NodeStatus, NodeSystemInfo, Taint } from '@/kubernetes/api/core/v1/node/types.ts';
import type { ImageService } from '@/kubernetes/cri-api/images.ts';
import type { RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import { networkProblem } from '../runtime/network-problem.ts';

/** The computer under the node. */
export interface MachineFacts {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly maxPods?: number;
  readonly ip: string;
  /** Labels beside upstream's own: zone, role … */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the node registers with. */
  readonly taints?: readonly Taint[];
}

const hardEvictionMemoryBytes = 100 * 1024 * 1024;

function kibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}Ki`;
}

/** All that the machine has. */
export function capacityOf(machine: MachineFacts): Readonly<Record<string, string>> {
  return {
    cpu: machine.cpuMillicores % 1000 === 0 ? String(machine.cpuMillicores / 1000) : `${machine.cpuMillicores}m`,
    'ephemeral-storage': kibibytes(machine.ephemeralStorageBytes),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: kibibytes(machine.memoryBytes),
    pods: String(machine.maxPods ?? 110),
  };
}

/** What pods may have of it: the hard eviction thresholds (100Mi of memory, 10 % of the disk) are kept back. */
export function allocatableOf(machine: MachineFacts): Readonly<Record<string, string>> {
  return {
    ...capacityOf(machine),
    'ephemeral-storage': String(Math.floor(machine.ephemeralStorageBytes * 0.9)),
    memory: kibibytes(machine.memoryBytes - hardEvictionMemoryBytes),
  };
}

/** The labels that every kubelet sets, and the machine's own. */
export function labelsOf(nodeName: string, machine: MachineFacts): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
    ...machine.labels,
  };
}

function nodeInfo({ nodeName, runtime, bootId, kubernetesVersion }: NodeStatusFacts): NodeSystemInfo {
  const { runtimeName, runtimeVersion } = runtime.version();
  const machineId = Array.from(nodeName, (character) => character.charCodeAt(0).toString(16)).join('').padEnd(32, '0').slice(0, 32);
  return {
    machineID: machineId,
    systemUUID: machineId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    bootID: bootId,
    kernelVersion: '6.12.48-kubarium',
    osImage: 'Kubarium Linux',
    containerRuntimeVersion: `${runtimeName}://${runtimeVersion}`,
    kubeletVersion: kubernetesVersion,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
}

const maxImages = 50;

function imagesOf(images: ImageService): readonly ContainerImage[] {
  return [...images.listImages()]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.id < b.id ? -1 : 1))
    .slice(0, maxImages)
    .map(({ repoDigests, repoTags, sizeBytes }) => ({ names: [...repoDigests, ...repoTags], sizeBytes }));
}

type ConditionDraft = Required<Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>>;

function readiness(runtime: RuntimeService): ConditionDraft {
  const { isRuntimeReady, isNetworkReady, networkMessage } = runtime.status();
  const problems: string[] = [];
  if (!isRuntimeReady) problems.push('container runtime is down');
  if (!isNetworkReady) problems.push(networkProblem(networkMessage));
  if (problems.length === 0) return { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const message = problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
  return { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message };
}

/** What the status is made from. */
export interface NodeStatusFacts {
  readonly nodeName: string;
  readonly machine: MachineFacts;
  readonly runtime: RuntimeService;
  readonly images: ImageService;
  /** Changes with every boot of the machine. */
  readonly bootId: string;
  /** `v1.36.2` */
  readonly kubernetesVersion: string;
}

/** The conditions now; times of transition are kept from `previous`. */
export function nodeConditions(facts: NodeStatusFacts, previous: readonly NodeCondition[], now: Instant): readonly NodeCondition[] {
  const drafts: ConditionDraft[] = [
    { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
    { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
    { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
    readiness(facts.runtime),
  ];
  const time = rfc3339(now);
  return drafts.map((draft) => {
    const before = previous.find(({ type }) => type === draft.type);
    const lastTransitionTime = before?.status === draft.status && before.lastTransitionTime ? before.lastTransitionTime : time;
    return { ...draft, lastHeartbeatTime: time, lastTransitionTime };
  });
}

/** The whole status now. */
export function nodeStatus(facts: NodeStatusFacts, previous: NodeStatus, now: Instant): NodeStatus {
  const { nodeName, machine } = facts;
  return {
    addresses: [
      { type: 'InternalIP', address: machine.ip },
      { type: 'Hostname', address: nodeName },
    ],
    allocatable: allocatableOf(machine),
    capacity: capacityOf(machine),
    conditions: nodeConditions(facts, previous.conditions ?? [], now),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: imagesOf(facts.images),
    nodeInfo: nodeInfo(facts),
    features: { supplementalGroupsPolicy: true },
    runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: true, userNamespaces: true } }],
  };
}
