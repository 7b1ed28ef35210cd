// Lets a deleted volume go when no claim has it any more. Upstream: pkg/controller/volume/pvprotection.
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import { persistentVolumesResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { withFinalizer, withoutFinalizer } from '../lib/finalizers.ts';

const finalizer = 'kubernetes.io/pv-protection';

function start(context: Context, parts: ControllerParts): void {
  const volumes = parts.informers.informer<PersistentVolume>(persistentVolumesResource);
  const queue = new WorkQueue(context);
  const seen = (volume: PersistentVolume): void => queue.add(volume.metadata.name);
  volumes.onChange({ added: seen, updated: seen });

  function* sync(name: string): Task<void> {
    const volume = volumes.get(name);
    if (!volume) return;
    const isLeaving = volume.metadata.deletionTimestamp !== undefined;
    const isFree = isLeaving && volume.status.phase !== 'Bound';
    const next = isFree
      ? withoutFinalizer(volume, finalizer)
      : isLeaving
        ? volume
        : withFinalizer(volume, finalizer);
    if (next !== volume)
      yield* parts.client.of<PersistentVolume>(persistentVolumesResource).update(next);
  }

  context.spawn(
    (function* (): Task<void> {
      yield* volumes.waitForSync();
      runWorkers(context, queue, 1, sync);
    })(),
  );
}

export const controller: ControllerDescriptor = {
  name: 'persistentvolume-protection-controller',
  component: 'pv-protection-controller',
  explain: 'Keeps a deleted volume for as long as a claim has it.',
  watches: [persistentVolumesResource],
  rules: [
    { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get', 'list', 'update', 'watch'] },
  ],
  start,
};
