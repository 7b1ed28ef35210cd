// What a pod asks of a machine: requests and limits over all its containers, and its quality of service. Upstream: component-helpers/resource.
import type { Quantity } from '../quantity/quantity.ts';
import { parseQuantity } from '../quantity/quantity.ts';

/** Quantities as an object has them, by resource name. */
export type ResourceList = Readonly<Record<string, string>>;
/** The same, ready to count with. */
export type ResourceAmounts = Readonly<Record<string, Quantity>>;

interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

/** What the functions here need of a container. */
export interface ContainerResources {
  readonly name: string;
  readonly resources?: Resources;
  readonly restartPolicy?: string;
}

interface StatusResources {
  readonly name: string;
  readonly resources?: Resources;
  readonly allocatedResources?: ResourceList;
}

/** What the functions here need of a pod. */
export interface PodResources {
  readonly spec: {
    readonly containers: readonly ContainerResources[];
    readonly initContainers?: readonly ContainerResources[];
    readonly overhead?: ResourceList;
    readonly resources?: Resources;
  };
  readonly status?: {
    readonly containerStatuses?: readonly StatusResources[];
    readonly initContainerStatuses?: readonly StatusResources[];
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  };
}

export interface RequestOptions {
  /** Counts what a resize in place has allocated. */
  readonly useStatus?: boolean;
  readonly excludeOverhead?: boolean;
  readonly skipPodLevel?: boolean;
  /** What containers that ask for nothing are taken to ask for, as the scheduler scores. */
  readonly nonMissing?: ResourceList;
}

type Amounts = Record<string, Quantity>;

function addTo(sum: Amounts, list: ResourceList | undefined): void {
  for (const name in list) {
    const amount = parseQuantity(list[name] ?? '0');
    sum[name] = sum[name]?.add(amount) ?? amount;
  }
}

function addAmounts(sum: Amounts, list: ResourceAmounts): void {
  for (const name in list) {
    const amount = list[name];
    if (amount !== undefined) sum[name] = sum[name]?.add(amount) ?? amount;
  }
}

function raiseTo(highest: Amounts, list: ResourceAmounts): void {
  for (const name in list) {
    const amount = list[name];
    const known = highest[name];
    if (amount !== undefined && (known === undefined || amount.cmp(known) > 0)) highest[name] = amount;
  }
}

/** Containers side by side are added up; init containers run one by one, each beside the sidecars started before it. */
function aggregate(pod: PodResources, listOf: (container: ContainerResources) => ResourceList | undefined): Amounts {
  const total: Amounts = {};
  for (const container of pod.spec.containers) addTo(total, listOf(container));
  const sidecars: Amounts = {};
  const highest: Amounts = {};
  for (const container of pod.spec.initContainers ?? []) {
    const list = listOf(container);
    if (container.restartPolicy === 'Always') {
      addTo(total, list);
      addTo(sidecars, list);
      raiseTo(highest, sidecars);
    } else {
      const during: Amounts = {};
      addTo(during, list);
      addAmounts(during, sidecars);
      raiseTo(highest, during);
    }
  }
  raiseTo(total, highest);
  return total;
}

/** Whether a pod's own `resources` may name this resource. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

function overrideWithPodLevel(total: Amounts, list: ResourceList | undefined): void {
  for (const name in list) if (isPodLevelResource(name)) total[name] = parseQuantity(list[name] ?? '0');
}

function higher(...lists: readonly (ResourceList | undefined)[]): ResourceList {
  const found: Record<string, string> = {};
  for (const list of lists) {
    for (const name in list) {
      const text = list[name] ?? '0';
      if (found[name] === undefined || parseQuantity(text).cmp(parseQuantity(found[name])) > 0) found[name] = text;
    }
  }
  return found;
}

function statusOf(pod: PodResources, container: ContainerResources): StatusResources | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  if (pod.spec.containers.includes(container)) return containerStatuses.find(({ name }) => name === container.name);
  return container.restartPolicy === 'Always' ? initContainerStatuses.find(({ name }) => name === container.name) : undefined;
}

function requestsOf(
  pod: PodResources,
  container: ContainerResources,
  { useStatus, nonMissing }: RequestOptions,
): ResourceList | undefined {
  let requests = container.resources?.requests;
  const status = useStatus === true ? statusOf(pod, container) : undefined;
  if (status?.resources !== undefined) {
    const isInfeasible =
      pod.status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') ?? false;
    requests = higher(isInfeasible ? undefined : requests, status.resources.requests, status.allocatedResources);
  }
  return nonMissing === undefined ? requests : { ...nonMissing, ...requests };
}

interface Remembered {
  readonly initContainers: unknown;
  readonly overhead: unknown;
  readonly resources: unknown;
  readonly requests: ResourceAmounts;
}

const plain: RequestOptions = {};
const remembered = new WeakMap<readonly ContainerResources[], Remembered>();

/** What a pod asks for in all. Without options the answer is remembered for all pods that share their containers. */
export function podRequests(pod: PodResources, options: RequestOptions = plain): ResourceAmounts {
  if (options !== plain) return computeRequests(pod, options);
  const { containers, initContainers, overhead, resources } = pod.spec;
  const known = remembered.get(containers);
  if (
    known !== undefined &&
    known.initContainers === initContainers &&
    known.overhead === overhead &&
    known.resources === resources
  ) {
    return known.requests;
  }
  const requests = computeRequests(pod, options);
  remembered.set(containers, { initContainers, overhead, resources, requests });
  return requests;
}

function computeRequests(pod: PodResources, options: RequestOptions): ResourceAmounts {
  const total = aggregate(pod, (container) => requestsOf(pod, container, options));
  if (options.skipPodLevel !== true) overrideWithPodLevel(total, pod.spec.resources?.requests);
  if (options.excludeOverhead !== true) addTo(total, pod.spec.overhead);
  return total;
}

/** What a pod may use at most; a resource that some container leaves unlimited counts only what the others say. */
export function podLimits(pod: PodResources): ResourceAmounts {
  const total = aggregate(pod, (container) => container.resources?.limits);
  overrideWithPodLevel(total, pod.spec.resources?.limits);
  for (const [name, text] of Object.entries(pod.spec.overhead ?? {})) {
    const limit = total[name];
    if (limit !== undefined && limit.sign !== 0) total[name] = limit.add(parseQuantity(text));
  }
  return total;
}

/** Amounts as texts, for objects and messages. */
export function resourceTexts(amounts: ResourceAmounts): ResourceList {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const countsForQos = (name: string): boolean => name === 'cpu' || name === 'memory';

/** Positive amounts of CPU and memory. */
function qosAmounts(list: ResourceList | undefined): ResourceAmounts {
  const found: Amounts = {};
  for (const name in list) {
    const amount = parseQuantity(list[name] ?? '0');
    if (countsForQos(name) && amount.sign > 0) found[name] = amount;
  }
  return found;
}

/** Who suffers first when a machine runs short. Upstream: ComputePodQOS. */
export function podQosClass(pod: PodResources): QosClass {
  const requests: Amounts = {};
  const limits: Amounts = {};
  const { containers, initContainers = [], resources } = pod.spec;
  let isGuaranteed = true;
  for (const each of resources === undefined ? [...containers, ...initContainers] : [{ resources }]) {
    const limited = qosAmounts(each.resources?.limits);
    addAmounts(requests, qosAmounts(each.resources?.requests));
    addAmounts(limits, limited);
    if (limited.cpu === undefined || limited.memory === undefined) isGuaranteed = false;
  }
  const names = Object.keys(requests);
  if (names.length === 0 && Object.keys(limits).length === 0) return 'BestEffort';
  if (!isGuaranteed || names.length !== Object.keys(limits).length) return 'Burstable';
  return names.every((name) => limits[name] !== undefined && requests[name]?.cmp(limits[name]) === 0)
    ? 'Guaranteed'
    : 'Burstable';
}
