// How many pods a budget's controllers want, by which shares are counted. Upstream: pkg/controller/disruption/disruption.go (getExpectedPodCount).
import type { PodDisruptionBudget } from '@/kubernetes/api/policy/v1/poddisruptionbudget/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { scaledValue } from '@/kubernetes/apimachinery/int-or-string/int-or-string.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';

/** A budget cannot be worked out; the message is what its condition says. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** An owner that says how many pods it wants. */
export interface Scaled extends KubeObject {
  readonly spec: { readonly replicas?: number };
}

/** Informers of owners with a number of replicas, by `kind.group`. */
export type Owners = Readonly<Record<string, Informer<Scaled>>>;

export interface Expected {
  readonly count: number;
  readonly healthy: number;
  /** Pods without a controller, which shares cannot be counted of. */
  readonly unmanaged: number;
}

/** Kinds whose pods are not a number that anybody asked for. */
const unscaled: Readonly<Record<string, string>> = {
  'DaemonSet.apps': 'daemonsets.apps',
  'Job.batch': 'jobs.batch',
  'Node.': 'nodes',
};

export function expectedOf({ spec }: PodDisruptionBudget, pods: readonly Pod[], owners: Owners): Expected {
  if (spec.maxUnavailable !== undefined) {
    const { count, unmanaged } = scaleOf(pods, owners);
    const unavailable = scaledValue(spec.maxUnavailable, count, { roundUp: true });
    return { count, unmanaged, healthy: Math.max(0, count - unavailable) };
  }
  if (typeof spec.minAvailable === 'number') return { count: pods.length, healthy: spec.minAvailable, unmanaged: 0 };
  if (spec.minAvailable === undefined) return { count: 0, healthy: 0, unmanaged: 0 };
  const { count, unmanaged } = scaleOf(pods, owners);
  return { count, unmanaged, healthy: scaledValue(spec.minAvailable, count, { roundUp: true }) };
}

function scaleOf(pods: readonly Pod[], owners: Owners): { readonly count: number; readonly unmanaged: number } {
  const counted = new Set<string>();
  let count = 0;
  let unmanaged = 0;
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (!reference) unmanaged++;
    else if (!counted.has(reference.uid)) {
      const { uid, replicas } = wishOf(pod, reference, owners);
      counted.add(reference.uid);
      if (!counted.has(uid) || uid === reference.uid) count += replicas;
      counted.add(uid);
    }
  }
  return { count, unmanaged };
}

/** What the pod's controller wants, or that one's own controller where it is a Deployment. */
function wishOf(pod: Pod, reference: OwnerReference, owners: Owners): { readonly uid: string; readonly replicas: number } {
  const owner = ownerOf(pod, reference, owners);
  const above = controllerOf(owner);
  const top = above?.kind === 'Deployment' ? ownerOf(owner, above, owners) : owner;
  return { uid: top.metadata.uid, replicas: top.spec.replicas ?? 0 };
}

function ownerOf(object: KubeObject, { apiVersion, kind, name, uid }: OwnerReference, owners: Owners): Scaled {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const key = `${kind}.${group}`;
  const plural = unscaled[key];
  if (plural) throw new ExpectationError(`${plural} does not implement the scale subresource`);
  const informer = owners[key];
  if (!informer) throw new ExpectationError(`no matches for kind "${kind}" in version "${apiVersion}"`);
  const owner = informer.get(`${object.metadata.namespace}/${name}`);
  if (owner?.metadata.uid !== uid) throw new ExpectationError(`found no controllers for pod "${object.metadata.name}"`);
  return owner;
}
