// The volume binder: every claim gets a volume of its own, found or made, and every volume knows its claim.
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  persistentVolumeClaimsResource,
  persistentVolumesResource,
  podsResource,
  storageClassesResource,
} from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { claimKeys } from '@/kubernetes/api/core/v1/pod/claim-keys.ts';
import { Binder, type BinderView } from './binder.ts';

function start(context: Context, parts: ControllerParts): void {
  const view: BinderView = {
    volumes: parts.informers.informer<PersistentVolume>(persistentVolumesResource),
    claims: parts.informers.informer<PersistentVolumeClaim>(persistentVolumeClaimsResource),
    classes: parts.informers.informer<StorageClass>(storageClassesResource),
    pods: parts.informers.informer<Pod>(podsResource),
    claimQueue: new WorkQueue(context),
    volumeQueue: new WorkQueue(context),
  };
  const { volumes, claims, claimQueue, volumeQueue } = view;
  view.pods.addIndex('claim', claimKeys);
  const seen = (volume: PersistentVolume): void => volumeQueue.add(volume.metadata.name);
  volumes.onChange({
    added: seen,
    updated: seen,
    deleted: ({ spec }) => {
      if (spec.claimRef) claimQueue.add(`${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`);
    },
  });
  claims.onChange({
    added: (claim) => claimQueue.add(keyOf(claim)),
    updated: (claim) => claimQueue.add(keyOf(claim)),
    deleted: ({ spec }) => {
      if (spec.volumeName) volumeQueue.add(spec.volumeName);
    },
  });
  const binder = new Binder(context, parts, view);
  context.spawn(
    (function* (): Task<void> {
      for (const informer of [volumes, claims, view.classes, view.pods]) yield* informer.waitForSync();
      runWorkers(context, volumeQueue, 1, (name) => binder.syncVolume(name));
      runWorkers(context, claimQueue, 1, (key) => binder.syncClaim(key));
    })(),
  );
}

/** Upstream: pkg/controller/volume/persistentvolume. */
export const controller: ControllerDescriptor = {
  name: 'persistentvolume-binder-controller',
  component: 'persistentvolume-controller',
  explain:
    'Gives every claim a volume: the smallest that is all it asks for, or one that the class’s provisioner makes. A volume whose claim is gone is kept or deleted.',
  watches: [
    persistentVolumesResource,
    persistentVolumeClaimsResource,
    storageClassesResource,
    podsResource,
  ],
  rules: [
    {
      apiGroups: [''],
      resources: ['persistentvolumes'],
      verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'],
    },
    { apiGroups: [''], resources: ['persistentvolumes/status'], verbs: ['update'] },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'update', 'watch'] },
    { apiGroups: [''], resources: ['persistentvolumeclaims/status'], verbs: ['update'] },
    { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start,
};
