// Emptying a namespace: everything in it of every kind, pods before all else. Upstream: pkg/controller/namespace/deletion.
import { resources } from '@/kubernetes/api/registry.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ResourceDescriptor } from '@/kubernetes/api/resource.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';

/** How long to wait for whoever keeps a finalizer, when nothing says better. */
const finalizerEstimateSeconds = 15;

/** What is left in a namespace after a round of deleting. */
export interface Remaining {
  /** Seconds until it is worth looking again; 0 when nothing is left. */
  readonly estimateSeconds: number;
  /** `configmaps.`, `deployments.apps` and how many. */
  readonly resources: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

function deletable(): readonly ResourceDescriptor[] {
  const seen = new Set<string>();
  return resources.filter((one) => {
    const isFirst = !seen.has(one.name);
    seen.add(one.name);
    return isFirst && one.scope === 'Namespaced' && one.verbs.includes('delete');
  });
}

/** One round over all kinds, or over pods alone while there are any. */
export function* emptyNamespace(client: Client, namespace: string, deletedAt: string, now: Instant): Task<Remaining> {
  const left = {
    estimateSeconds: 0,
    resources: new Map<string, number>(),
    finalizers: new Map<string, number>(),
    failures: [] as string[],
  };
  const kinds = deletable();
  const pods = kinds.find((one) => one.group === '' && one.plural === 'pods');
  if (pods) {
    const remaining = yield* emptyKind(client, namespace, pods, deletedAt, now, left);
    // Their number is not reported while the rest has not been looked at.
    if (remaining > 0) return { ...left, resources: new Map(), finalizers: new Map() };
  }
  for (const kind of kinds) {
    if (kind !== pods) yield* emptyKind(client, namespace, kind, deletedAt, now, left);
  }
  return left;
}

function* emptyKind(
  client: Client,
  namespace: string,
  kind: ResourceDescriptor,
  deletedAt: string,
  now: Instant,
  left: {
    estimateSeconds: number;
    resources: Map<string, number>;
    finalizers: Map<string, number>;
    failures: string[];
  },
): Task<number> {
  const resource = { group: kind.group, version: kind.version, resource: kind.plural };
  const access = client.of<KubeObject>(resource);
  try {
    const before = kind.kind === 'Pod' ? yield* access.list(namespace) : undefined;
    const estimate = before ? graceLeft(before.items as readonly Pod[], deletedAt, now) : 0;
    yield* access.deleteCollection(namespace, { propagationPolicy: 'Background' });
    const { items } = yield* access.list(namespace);
    if (items.length === 0) return 0;
    let withFinalizers = 0;
    for (const item of items) {
      for (const finalizer of item.metadata.finalizers ?? []) {
        left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1);
        withFinalizers++;
      }
    }
    left.resources.set(`${kind.plural}.${kind.group}`, items.length);
    left.estimateSeconds = Math.max(left.estimateSeconds, estimate || finalizerEstimateSeconds);
    if (withFinalizers === 0 && estimate === 0) {
      left.failures.push(
        `unexpected items still remain in namespace: ${namespace} for gvr: ${kind.group}/${kind.version}, Resource=${kind.plural}`,
      );
    }
    return items.length;
  } catch (error) {
    if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
    left.failures.push(error.message);
    return 0;
  }
}

/** Seconds until the slowest pod must have ended. */
function graceLeft(pods: readonly Pod[], deletedAt: string, now: Instant): number {
  let longest = 0;
  for (const pod of pods) {
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue;
    longest = Math.max(longest, pod.spec.terminationGracePeriodSeconds ?? 0);
  }
  const since = parseRfc3339(deletedAt);
  const elapsed = since === undefined ? 0 : Math.max(0, Math.floor((now - since) / 1e6));
  return longest === 0 ? 0 : Math.max(1, longest - elapsed);
}
