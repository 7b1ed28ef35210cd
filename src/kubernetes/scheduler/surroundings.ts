// Keeps the cache's picture of what is around pods and nodes: namespaces, Services, workloads, disruption budgets. Of kinds that are not served
// there are none.
import { resourceFor } from '@/kubernetes/api/registry.ts';
import type { GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer, InformerFactory } from '@/kubernetes/client/informer.ts';
import {
  namespacesResource,
  replicaSetsResource,
  replicationControllersResource,
  servicesResource,
} from '@/kubernetes/client/resources.ts';
import type { DisruptionBudget } from './cache/budgets.ts';
import type { Cache } from './cache/cache.ts';
import type { Choosing, Owning } from './cache/workloads.ts';

const statefulSetsResource: GroupVersionResource = { group: 'apps', version: 'v1', resource: 'statefulsets' };
const budgetsResource: GroupVersionResource = {
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
};

/** Gives the informers to wait for before the first pod is placed. */
export function followSurroundings(
  informers: InformerFactory,
  cache: Cache,
): readonly Informer<KubeObject>[] {
  const followed: Informer<KubeObject>[] = [];
  const follow = <T extends KubeObject>(
    resource: GroupVersionResource,
    set: (object: T) => void,
    remove: (object: T) => void,
  ): void => {
    if (!resourceFor(resource.group, resource.version, resource.resource)) return;
    const informer = informers.informer<T>(resource);
    informer.onChange({ added: set, updated: set, deleted: remove });
    followed.push(informer as unknown as Informer<KubeObject>);
  };
  const { workloads, disruptionBudgets } = cache;
  follow<KubeObject>(
    namespacesResource,
    ({ metadata }) => cache.setNamespace(metadata.name, metadata.labels),
    ({ metadata }) => cache.removeNamespace(metadata.name),
  );
  follow<Choosing>(
    servicesResource,
    (service) => workloads.setService(service),
    (service) => workloads.setService(service, true),
  );
  follow<Choosing>(
    replicationControllersResource,
    (owner) => workloads.setOwner('ReplicationController', owner),
    (owner) => workloads.setOwner('ReplicationController', owner, true),
  );
  follow<Owning>(
    replicaSetsResource,
    (owner) => workloads.setOwner('ReplicaSet', owner),
    (owner) => workloads.setOwner('ReplicaSet', owner, true),
  );
  follow<Owning>(
    statefulSetsResource,
    (owner) => workloads.setOwner('StatefulSet', owner),
    (owner) => workloads.setOwner('StatefulSet', owner, true),
  );
  follow<DisruptionBudget>(
    budgetsResource,
    (budget) => disruptionBudgets.set(budget),
    (budget) => disruptionBudgets.remove(budget),
  );
  return followed;
}
