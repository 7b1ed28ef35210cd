// What an object counts for in a quota: one of its kind, and what it asks for. Used when it is admitted and when all is counted anew.
// Upstream: pkg/quota/v1/evaluator/core.
import { parseRfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { parseQuantity, type Quantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  podLimits,
  podRequests,
  type ResourceAmounts,
  type ResourceList,
} from '@/kubernetes/apimachinery/resources/resources.ts';
import type { Pod } from '../pod/types.ts';
import type { Container } from '../podspec/types.ts';
import type { Service } from '../service/types.ts';
import { isExtendedResource } from '../podspec/validation/resources.ts';

type Amounts = Record<string, Quantity>;

const one = parseQuantity('1');
const zero = parseQuantity('0');

/** Kinds of the core group that have a short name of their own beside `count/…`. */
const counted = new Set([
  'pods',
  'services',
  'secrets',
  'configmaps',
  'resourcequotas',
  'replicationcontrollers',
  'persistentvolumeclaims',
]);

/** `count/deployments.apps`. */
export function countName(group: string, plural: string): string {
  return `count/${group === '' ? plural : `${plural}.${group}`}`;
}

/** Which of these limits objects of the resource can count for. */
export function limitsOf(group: string, plural: string, limits: readonly string[]): readonly string[] {
  const count = countName(group, plural);
  return limits.filter((name) => {
    if (name === count) return true;
    if (group !== '') return false;
    if (counted.has(plural) && name === plural) return true;
    if (plural === 'pods') return isOfPods(name);
    if (plural === 'services') return name === 'services.nodeports' || name === 'services.loadbalancers';
    if (plural === 'persistentvolumeclaims') return name === 'requests.storage' || name.includes(storageClassMark);
    return false;
  });
}

const storageClassMark = '.storageclass.storage.k8s.io/';

function isOfPods(name: string): boolean {
  const bare = name.replace(/^(requests|limits)\./, '');
  if (bare === 'cpu' || bare === 'memory' || bare === 'ephemeral-storage') return true;
  if (bare.startsWith('hugepages-')) return !name.startsWith('limits.');
  return name.startsWith('requests.') && isExtendedResource(bare);
}

/** What the object counts for. */
export function usageOf(group: string, plural: string, object: KubeObject, now: Instant): ResourceAmounts {
  const usage: Amounts = { [countName(group, plural)]: one };
  if (group !== '') return usage;
  if (plural === 'pods') {
    if (isCounted(object as Pod, now)) Object.assign(usage, { pods: one }, podUsage(object as Pod));
  } else if (counted.has(plural)) {
    usage[plural] = one;
    if (plural === 'services') Object.assign(usage, serviceUsage(object as Service));
    if (plural === 'persistentvolumeclaims') Object.assign(usage, claimUsage(object as Claim));
  }
  return usage;
}

/** A pod that has ended, or should have by now, holds nothing any more. Upstream: QuotaV1Pod. */
export function isCounted({ metadata, status }: Pod, now: Instant): boolean {
  if (status.phase === 'Failed' || status.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  const end = parseRfc3339(deletionTimestamp);
  return end === undefined || now <= end + seconds(deletionGracePeriodSeconds);
}

const usages = new WeakMap<readonly Container[], { readonly spec: Pod['spec']; readonly usage: ResourceAmounts }>();

/** Pods of one template share their spec, and so what was found for it. */
function podUsage(pod: Pod): ResourceAmounts {
  const { spec } = pod;
  const known = usages.get(spec.containers);
  if (known?.spec === spec) return known.usage;
  const usage = computeUsage(podRequests(pod), podLimits(pod));
  usages.set(spec.containers, { spec, usage });
  return usage;
}

function computeUsage(requests: ResourceAmounts, limits: ResourceAmounts): ResourceAmounts {
  const usage: Amounts = {};
  for (const [name, amount] of Object.entries(requests)) {
    if (isOfPods(name)) usage[name] = amount;
    if (isOfPods(`requests.${name}`)) usage[`requests.${name}`] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) if (isOfPods(`limits.${name}`)) usage[`limits.${name}`] = amount;
  return usage;
}

function serviceUsage({ spec }: Service): ResourceAmounts {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = spec;
  let nodePorts = 0;
  if (type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts)) nodePorts = ports.length;
  else if (type === 'LoadBalancer') nodePorts = ports.filter(({ nodePort }) => nodePort).length;
  return {
    'services.nodeports': parseQuantity(String(nodePorts)),
    'services.loadbalancers': type === 'LoadBalancer' ? one : zero,
  };
}

interface Claim extends KubeObject {
  readonly spec: { readonly storageClassName?: string; readonly resources?: { readonly requests?: ResourceList } };
}

function claimUsage({ metadata, spec }: Claim): ResourceAmounts {
  const usage: Amounts = {};
  const storage = spec.resources?.requests?.['storage'];
  const className = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName;
  if (storage !== undefined) usage['requests.storage'] = parseQuantity(storage);
  if (className) {
    usage[`${className}${storageClassMark}persistentvolumeclaims`] = one;
    if (storage !== undefined) usage[`${className}${storageClassMark}requests.storage`] = parseQuantity(storage);
  }
  return usage;
}

const requiredNames = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** What containers must say, since a quota limits its sum, and do not: `limits.memory for: web; requests.cpu for: web`. */
export function unspecified({ spec }: Pod, limits: readonly string[]): string | undefined {
  const needed = limits.filter((name) => requiredNames.has(name));
  const missing = new Map<string, string[]>();
  for (const { name: container, resources } of [...spec.containers, ...(spec.initContainers ?? [])])
    for (const name of needed) {
      const resource = name.replace(/^(requests|limits)\./, '');
      const list = name.startsWith('limits.') ? 'limits' : 'requests';
      if (resources?.[list]?.[resource] !== undefined || podLevel(spec, list, resource)) continue;
      const known = missing.get(name);
      if (known) known.push(container);
      else missing.set(name, [container]);
    }
  if (missing.size === 0) return undefined;
  return [...missing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, containers]) => `${name} for: ${containers.join(',')}`)
    .join('; ');
}

function podLevel(spec: Pod['spec'], list: 'requests' | 'limits', resource: string): boolean {
  return spec.resources?.[list]?.[resource] !== undefined;
}
