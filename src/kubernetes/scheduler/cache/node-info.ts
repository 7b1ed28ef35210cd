// What the scheduler knows of one node: its pods and what they ask for, added up. Upstream: framework/types.go (NodeInfo, Resource).
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Container, Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
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

interface KnownAmounts {
  readonly spec: PodSpec;
  readonly amounts: PodAmounts;
}

const known = new WeakMap<object, KnownAmounts>();

/** Computed once per template: ten thousand pods share their containers, and so the answer. A pod that is being resized counts for itself. */
export function podAmounts(pod: Pod): PodAmounts {
  const { spec } = pod;
  if (isResizing(pod)) return compute(pod);
  const before = known.get(spec.containers);
  if (before && asksTheSame(before.spec, spec)) return before.amounts;
  const amounts = compute(pod);
  known.set(spec.containers, { spec, amounts });
  return amounts;
}

function isResizing({ status }: Pod): boolean {
  for (const { type } of status?.conditions ?? [])
    if (type === 'PodResizePending' || type === 'PodResizeInProgress') return true;
  return false;
}

function asksTheSame(a: PodSpec, b: PodSpec): boolean {
  return (
    a === b ||
    (a.initContainers === b.initContainers && a.overhead === b.overhead && a.resources === b.resources)
  );
}

function compute(pod: Pod): PodAmounts {
  const { containers, initContainers = [] } = pod.spec;
  const nonZero = podRequests(pod, { nonMissing: defaultRequests });
  return {
    requested: amountsOf(textOf(podRequests(pod, { useStatus: true }))),
    nonZeroCpu: quantityToMilli(String(nonZero.cpu ?? '0')),
    nonZeroMemory: quantityToValue(String(nonZero.memory ?? '0')),
    hostPorts: hostPortsOf(containers, initContainers),
  };
}

function textOf(amounts: Readonly<Record<string, { toString(): string }>>): ResourceList {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
}

function hostPortsOf(
  containers: readonly Container[],
  initContainers: readonly Container[],
): readonly HostPort[] {
  const sidecars = initContainers.filter((container) => container.restartPolicy === 'Always');
  return [...sidecars, ...containers].flatMap((container) =>
    (container.ports ?? []).flatMap((port) =>
      port.hostPort
        ? [{ ip: port.hostIP || '0.0.0.0', protocol: port.protocol ?? 'TCP', port: port.hostPort }]
        : [],
    ),
  );
}

/** Whether two pods' host ports want the same port of the same address; 0.0.0.0 is every address. */
export function portsConflict(a: HostPort, b: HostPort): boolean {
  return (
    a.port === b.port &&
    a.protocol === b.protocol &&
    (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')
  );
}

export class NodeInfo {
  readonly pods = new Map<string, Pod>();
  readonly requested = noAmounts();
  nonZeroCpu = 0;
  nonZeroMemory = 0;
  allocatable = noAmounts();
  allowedPods = 0;
  node: Node;
  /** Grows with every change that a plugin could see here: answers worked out for an older one are stale. */
  generation = 0;
  /** What each pod counted as when it was added, which is what is taken off with it. */
  private readonly amounts = new Map<string, PodAmounts>();
  /** Of pods that want any: most want none. */
  private readonly ports = new Map<string, readonly HostPort[]>();

  private lowest = { generation: -1, priority: Infinity };

  constructor(node: Node) {
    this.node = node;
    this.setNode(node);
  }

  get name(): string {
    return this.node.metadata.name;
  }

  get labels(): Readonly<Record<string, string>> | undefined {
    return this.node.metadata.labels;
  }

  setNode(node: Node): void {
    const previous = this.node;
    this.node = node;
    const list = node.status?.allocatable;
    const isSame =
      previous.status?.allocatable === list &&
      previous.spec === node.spec &&
      previous.metadata.labels === node.metadata.labels;
    if (isSame && previous.status?.images === node.status?.images && this.generation > 0) return;
    this.generation++;
    this.allocatable = amountsOf(list ?? {});
    this.allowedPods = quantityToValue(list?.pods ?? '0');
  }

  add(pod: Pod): void {
    const { uid } = pod.metadata;
    const amounts = podAmounts(pod);
    this.pods.set(uid, pod);
    this.amounts.set(uid, amounts);
    if (amounts.hostPorts.length > 0) this.ports.set(uid, amounts.hostPorts);
    this.count(amounts, 1);
  }

  remove(uid: string): void {
    const amounts = this.amounts.get(uid);
    if (!amounts) return;
    this.pods.delete(uid);
    this.amounts.delete(uid);
    this.ports.delete(uid);
    this.count(amounts, -1);
  }

  /** Takes over a newer state of a pod that is here, when it counts as before; false when it does not. */
  replace(pod: Pod): boolean {
    const { uid } = pod.metadata;
    if (this.amounts.get(uid) !== podAmounts(pod)) return false;
    this.pods.set(uid, pod);
    return true;
  }

  /** Whether a pod here has one of these ports of the machine. */
  hasConflict(wanted: readonly HostPort[]): boolean {
    for (const taken of this.ports.values()) {
      for (const one of taken) if (wanted.some((port) => portsConflict(port, one))) return true;
    }
    return false;
  }

  /** The least priority of the pods here; infinite when there are none. */
  get lowestPriority(): number {
    if (this.lowest.generation !== this.generation) {
      let priority = Infinity;
      for (const { spec } of this.pods.values()) priority = Math.min(priority, spec.priority ?? 0);
      this.lowest = { generation: this.generation, priority };
    }
    return this.lowest.priority;
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
    for (const [name, amount] of requested.scalars)
      sum.scalars.set(name, (sum.scalars.get(name) ?? 0) + sign * amount);
    this.nonZeroCpu += sign * nonZeroCpu;
    this.nonZeroMemory += sign * nonZeroMemory;
    this.generation++;
  }
}
