// Keeps the cache's picture of what is around pods and nodes: namespaces, Services, workloads, disruption budgets. Of kinds that are not served
// there are none.
import { resourceFor } from '@/kubernetes/api/registry.ts';
import type { GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer, InformerFactory } from '@/kubernetes/client/informer.ts';
import {
  namespacesResource,
  persistentVolumeClaimsResource,
  persistentVolumesResource,
  replicaSetsResource,
  replicationControllersResource,
  servicesResource,
  storageClassesResource,
} from '@/kubernetes/client/resources.ts';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import type { DisruptionBudget } from './cache/budgets.ts';
import type { Cache } from './cache/cache.ts';
import type { Choosing, Owning } from './cache/workloads.ts';
import type { ClusterEvent, ClusterEventKind } from './framework/framework.ts';

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
  notice: (event: ClusterEvent) => void,
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
  const tell = (kind: ClusterEventKind): void => notice({ kind });
  const { volumes } = cache;
  const watch = <T extends KubeObject>(
    resource: GroupVersionResource,
    name: 'PersistentVolume' | 'PersistentVolumeClaim' | 'StorageClass',
    set: (object: T, isGone?: boolean) => void,
  ): void => {
    const informer = informers.informer<T>(resource);
    const isClaim = name === 'PersistentVolumeClaim';
    const seen = (kind: ClusterEventKind, object: T): void => {
      set(object);
      if (isClaim) notice({ kind, claim: object });
      else tell(kind);
    };
    informer.onChange({
      added: (object) => seen(`${name}Added`, object),
      updated: (object) => seen(`${name}Updated`, object),
      deleted: (object) => set(object, true),
    });
    followed.push(informer as unknown as Informer<KubeObject>);
  };
  watch<PersistentVolume>(persistentVolumesResource, 'PersistentVolume', (volume, isGone) =>
    isGone ? volumes.removeVolume(volume) : volumes.setVolume(volume),
  );
  watch<PersistentVolumeClaim>(persistentVolumeClaimsResource, 'PersistentVolumeClaim', (claim, isGone) =>
    volumes.setClaim(claim, isGone),
  );
  watch<StorageClass>(storageClassesResource, 'StorageClass', (one, isGone) => volumes.setClass(one, isGone));
  return followed;
}
