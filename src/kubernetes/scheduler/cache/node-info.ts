// What the scheduler knows of one node: its pods and what they ask for, added up. Upstream: framework/types.go (NodeInfo, Resource).
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { podRequests } from '@/kubernetes/apimachinery/resources/resources.ts';
import { quantityToMilli, quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import type { ResourceList } from '@/kubernetes/apimachinery/resources/resources.ts';

/** Amounts of resources: CPU in millicores, the rest in their own units. */
export interface Amounts {
  cpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources and huge pages by name. */
  readonly scalars: Map<string, number>;
}

export const noAmounts = (): Amounts => ({ cpu: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() });

/** A resource list as numbers; `pods` is left out. */
export function amountsOf(list: ResourceList): Amounts {
  const amounts = noAmounts();
  for (const name of Object.keys(list)) {
    const text = list[name] ?? '0';
    if (name === 'cpu') amounts.cpu = quantityToMilli(text);
    else if (name === 'memory') amounts.memory = quantityToValue(text);
    else if (name === 'ephemeral-storage') amounts.ephemeralStorage = quantityToValue(text);
    else if (name !== 'pods') amounts.scalars.set(name, quantityToValue(text));
  }
  return amounts;
}

/** What a pod counts as: what it asks for, and what one that asks for nothing is taken to ask for when nodes are compared. */
export interface PodAmounts {
  readonly requested: Amounts;
  readonly nonZeroCpu: number;
  readonly nonZeroMemory: number;
  /** Host ports as `ip/protocol/port`. */
  readonly hostPorts: readonly HostPort[];
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const defaultRequests = { cpu: '100m', memory: '200Mi' };
const bySpec = new WeakMap<object, PodAmounts>();
const byContainers = new WeakMap<object, PodAmounts>();

/** Computed once per spec: ten thousand pods of one template share the answer. */
export function podAmounts(pod: Pod): PodAmounts {
  const { spec } = pod;
  let amounts = bySpec.get(spec);
  if (amounts) return amounts;
  const isPlain = !spec.initContainers?.length && !spec.overhead && !spec.resources && !pod.status?.containerStatuses;
  amounts = isPlain ? byContainers.get(spec.containers) : undefined;
  if (!amounts) {
    const nonZero = podRequests(pod, { nonMissing: defaultRequests });
    amounts = {
      requested: amountsOf(textOf(podRequests(pod, { useStatus: true }))),
      nonZeroCpu: quantityToMilli(String(nonZero.cpu ?? '0')),
      nonZeroMemory: quantityToValue(String(nonZero.memory ?? '0')),
      hostPorts: hostPortsOf(spec.containers, spec.initContainers ?? []),
    };
    if (isPlain) byContainers.set(spec.containers, amounts);
  }
  bySpec.set(spec, amounts);
  return amounts;
}

function textOf(amounts: Readonly<Record<string, { toString(): string }>>): ResourceList {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
}

function hostPortsOf(containers: readonly Container[], initContainers: readonly Container[]): readonly HostPort[] {
  const sidecars = initContainers.filter((container) => container.restartPolicy === 'Always');
  return [...sidecars, ...containers].flatMap((container) =>
    (container.ports ?? []).flatMap((port) => (port.hostPort ? [{ ip: port.hostIP || '0.0.0.0', protocol: port.protocol ?? 'TCP', port: port.hostPort }] : [])),
  );
}

/** Whether two pods' host ports want the same port of the same address; 0.0.0.0 is every address. */
export function portsConflict(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');
}

export class NodeInfo {
  readonly pods = new Map<string, Pod>();
  /** Pods with any pod affinity or anti-affinity, and those with required anti-affinity: most nodes have none. */
  readonly podsWithAffinity = new Map<string, Pod>();
  readonly podsWithRequiredAntiAffinity = new Map<string, Pod>();
  readonly requested = noAmounts();
  nonZeroCpu = 0;
  nonZeroMemory = 0;
  allocatable = noAmounts();
  allowedPods = 0;
  node: Node;

  constructor(node: Node) {
    this.node = node;
    this.setNode(node);
  }

  get name(): string {
    return this.node.metadata.name;
  }

  setNode(node: Node): void {
    this.node = node;
    const list = node.status?.allocatable ?? {};
    this.allocatable = amountsOf(list);
    this.allowedPods = quantityToValue(list.pods ?? '0');
  }

  add(pod: Pod): void {
    this.pods.set(pod.metadata.uid, pod);
    if (hasPodAffinity(pod)) this.podsWithAffinity.set(pod.metadata.uid, pod);
    if (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length) this.podsWithRequiredAntiAffinity.set(pod.metadata.uid, pod);
    this.count(podAmounts(pod), 1);
  }

  /** Takes it off; what it counted as when it was added is what is subtracted. */
  remove(uid: string): void {
    const pod = this.pods.get(uid);
    if (!pod) return;
    this.pods.delete(uid);
    this.podsWithAffinity.delete(uid);
    this.podsWithRequiredAntiAffinity.delete(uid);
    this.count(podAmounts(pod), -1);
  }

  /** A copy that can be changed freely, for what-if questions. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.node);
    for (const pod of this.pods.values()) copy.add(pod);
    return copy;
  }

  private count({ requested, nonZeroCpu, nonZeroMemory }: PodAmounts, sign: 1 | -1): void {
    const sum = this.requested;
    sum.cpu += sign * requested.cpu;
    sum.memory += sign * requested.memory;
    sum.ephemeralStorage += sign * requested.ephemeralStorage;
    for (const [name, amount] of requested.scalars) sum.scalars.set(name, (sum.scalars.get(name) ?? 0) + sign * amount);
    this.nonZeroCpu += sign * nonZeroCpu;
    this.nonZeroMemory += sign * nonZeroMemory;
  }
}

export function hasPodAffinity(pod: Pod): boolean {
  const affinity = pod.spec.affinity;
  return affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined;
}
