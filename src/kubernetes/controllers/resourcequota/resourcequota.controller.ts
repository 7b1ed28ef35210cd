// The resource quota controller: counts anew what a namespace has, when something goes and from time to time. The API server books what comes.
// Upstream: pkg/controller/resourcequota/resource_quota_controller.go.
import { resources } from '@/kubernetes/api/registry.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { isInScope, scopeRequirements } from '@/kubernetes/api/core/v1/resourcequota/scopes.ts';
import type { ResourceQuota } from '@/kubernetes/api/core/v1/resourcequota/types.ts';
import { isCounted, limitsOf, usageOf } from '@/kubernetes/api/core/v1/resourcequota/usage.ts';
import { equalJson } from '@/base/json.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { equalQuantities, parseQuantity, type Quantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { resourceQuotasResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { microseconds, minutes, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';

const resyncPeriod = minutes(5);
/** About what it takes to count one object; a namespace full of them is not counted anew for each that goes. */
const countingTime = 20;
const freeCount = 100;
/** Never limited, and too many to follow. */
const ignored: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io', 'leases.coordination.k8s.io']);

/** A kind that quotas may limit. */
interface Limited {
  readonly group: string;
  readonly plural: string;
  readonly objects: Informer<KubeObject>;
}

class QuotaController {
  private readonly quotas: Informer<ResourceQuota>;
  private readonly kinds: readonly Limited[];
  private readonly queue: WorkQueue;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.queue = new WorkQueue(context);
    this.quotas = parts.informers.informer<ResourceQuota>(resourceQuotasResource);
    this.quotas.onChange({
      added: (quota) => this.queue.add(keyOf(quota)),
      // The status is written here and by the API server; only a new wish is news.
      updated: (next, previous) => {
        if (!equalJson(next.spec, previous.spec)) this.queue.add(keyOf(next));
      },
    });
    const seen = new Set<string>();
    this.kinds = resources
      .filter((one) => one.scope === 'Namespaced' && one.verbs.includes('watch') && !one.storedAs)
      .filter(({ name }) => !ignored.has(name) && !seen.has(name) && seen.add(name))
      .map(({ group, version, plural }) => {
        const objects = parts.informers.informer<KubeObject>({ group, version, resource: plural });
        const kind = { group, plural, objects };
        objects.onChange({
          deleted: (object) => this.replenish(kind, object),
          updated: (next, previous) => {
            if (this.hasLetGo(kind, next, previous)) this.replenish(kind, next);
          },
        });
        return kind;
      });
    context.spawn(this.run());
    context.spawn(this.resync());
  }

  private *run(): Task<void> {
    yield* this.quotas.waitForSync();
    for (const { objects } of this.kinds) yield* objects.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private *resync(): Task<void> {
    for (;;) {
      yield* this.context.sleep(resyncPeriod);
      this.context.cause = 0;
      for (const quota of this.quotas.list()) this.queue.add(keyOf(quota));
    }
  }

  /** Whether a change may have made room: a pod that ended, a service or a claim that became another. */
  private hasLetGo({ group, plural }: Limited, next: KubeObject, previous: KubeObject): boolean {
    if (group !== '') return false;
    if (plural === 'pods') {
      const { now } = this.context;
      return isCounted(previous as Pod, now) !== isCounted(next as Pod, now) || !haveSameSpec(next, previous);
    }
    return (plural === 'services' || plural === 'persistentvolumeclaims') && !haveSameSpec(next, previous);
  }

  private replenish(kind: Limited, { metadata }: KubeObject): void {
    const { namespace = '' } = metadata;
    for (const quota of this.quotas.listNamespace(namespace)) {
      const limits = limitsOf(kind.group, kind.plural, Object.keys(quota.spec.hard ?? {}));
      if (limits.length === 0) continue;
      const count = kind.objects.size;
      if (count <= freeCount) this.queue.add(keyOf(quota));
      else this.queue.addAfter(keyOf(quota), microseconds(countingTime * count) as Duration);
    }
  }

  private *sync(key: string): Task<void> {
    const quota = this.quotas.get(key);
    if (!quota) return;
    const hard = quota.spec.hard ?? {};
    const used = this.count(quota);
    const { status } = quota;
    const names = Object.keys(used);
    const isSame =
      status.hard !== undefined &&
      status.used !== undefined &&
      equalJson(status.hard, hard) &&
      names.length === Object.keys(status.used).length &&
      names.every((name) => status.used?.[name] !== undefined && equalQuantities(status.used[name], used[name] ?? '0'));
    if (isSame) return;
    const quotas = this.parts.client.of<ResourceQuota>(resourceQuotasResource);
    try {
      yield* quotas.updateStatus({ ...quota, status: { hard, used } });
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'NotFound') return;
      throw error;
    }
  }

  /** What the namespace has of all that the quota limits. What no kind here counts for keeps its last figure. */
  private count(quota: ResourceQuota): Record<string, string> {
    const limits = Object.keys(quota.spec.hard ?? {}).sort();
    const sums = new Map<string, Quantity>();
    const isScoped = scopeRequirements(quota).length > 0;
    for (const { group, plural, objects } of this.kinds) {
      const own = limitsOf(group, plural, limits);
      if (own.length === 0) continue;
      for (const name of own) if (!sums.has(name)) sums.set(name, parseQuantity('0'));
      for (const object of objects.listNamespace(quota.metadata.namespace ?? '')) {
        if (isScoped && !isInScope(quota, group, plural, object)) continue;
        const usage = usageOf(group, plural, object, this.context.now);
        for (const name of own) {
          const amount = usage[name];
          if (amount) sums.set(name, sums.get(name)?.add(amount) ?? amount);
        }
      }
    }
    const used: Record<string, string> = {};
    for (const name of limits) {
      const text = sums.get(name)?.toString() ?? quota.status.used?.[name];
      if (text !== undefined) used[name] = text;
    }
    return used;
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function haveSameSpec(a: KubeObject, b: KubeObject): boolean {
  return (a as { readonly spec?: unknown }).spec === (b as { readonly spec?: unknown }).spec;
}

/** Upstream: pkg/controller/resourcequota. */
export const controller: ControllerDescriptor = {
  name: 'resourcequota-controller',
  explain: 'Counts what a namespace has of what its quotas limit, so that room which has become free can be used again.',
  watches: [resourceQuotasResource],
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['resourcequotas/status'], verbs: ['update'] },
  ],
  start: (context, parts) => void new QuotaController(context, parts),
};
