// Lets a deleted claim go when no pod on a node mounts it any more. Upstream: pkg/controller/volume/pvcprotection.
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { persistentVolumeClaimsResource, podsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { claimKeys } from '@/kubernetes/api/core/v1/pod/claim-keys.ts';
import { withFinalizer, withoutFinalizer } from '../lib/finalizers.ts';

const finalizer = 'kubernetes.io/pvc-protection';

function start(context: Context, parts: ControllerParts): void {
  const claims = parts.informers.informer<PersistentVolumeClaim>(persistentVolumeClaimsResource);
  const pods = parts.informers.informer<Pod>(podsResource);
  const queue = new WorkQueue(context);
  pods.addIndex('claim', claimKeys);
  const seen = (claim: PersistentVolumeClaim): void => queue.add(keyOf(claim));
  claims.onChange({ added: seen, updated: seen });
  pods.onChange({
    deleted: (pod) => {
      for (const key of claimKeys(pod)) queue.add(key);
    },
  });

  function* sync(key: string): Task<void> {
    const claim = claims.get(key);
    if (!claim) return;
    const isLeaving = claim.metadata.deletionTimestamp !== undefined;
    const isFree = isLeaving && !pods.byIndex('claim', key).some((pod) => pod.spec.nodeName);
    const next = isFree
      ? withoutFinalizer(claim, finalizer)
      : isLeaving
        ? claim
        : withFinalizer(claim, finalizer);
    if (next !== claim)
      yield* parts.client.of<PersistentVolumeClaim>(persistentVolumeClaimsResource).update(next);
  }

  context.spawn(
    (function* (): Task<void> {
      yield* claims.waitForSync();
      yield* pods.waitForSync();
      runWorkers(context, queue, 1, sync);
    })(),
  );
}

export const controller: ControllerDescriptor = {
  name: 'persistentvolumeclaim-protection-controller',
  component: 'pvc-protection-controller',
  explain: 'Keeps a deleted claim for as long as a pod on some node mounts it, finished pods included.',
  watches: [persistentVolumeClaimsResource, podsResource],
  rules: [
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'update', 'watch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  ],
  start,
};
