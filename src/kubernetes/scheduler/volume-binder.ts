// After the decision and before the pod is bound: writes which volumes its claims get, and waits until they have them.
// Upstream: pkg/scheduler/framework/plugins/volumebinding/binder.go (BindPodVolumes).
import { boundByController, selectedNode } from '@/kubernetes/api/core/v1/persistentvolume/annotations.ts';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { persistentVolumeClaimsResource, persistentVolumesResource } from '@/kubernetes/client/resources.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { isBound, type ClusterVolumes } from './cache/volumes.ts';
import type { VolumePlan } from './framework/volume-plan.ts';

/** Upstream: bindTimeoutSeconds. */
const patience = seconds(600);

/** The claims did not get their volumes. */
export class VolumeBindingError extends Error {
  override readonly name = 'VolumeBindingError';
}

export class VolumeBinder {
  constructor(
    private readonly context: Context,
    private readonly client: Client,
    private readonly volumes: ClusterVolumes,
  ) {}

  /** Other pods no longer count on these volumes. */
  reserve({ bindings }: VolumePlan): void {
    for (const { claim, volume } of bindings) this.volumes.promise(volume.metadata.name, keyOf(claim));
  }

  /** Throws {@link VolumeBindingError} when it takes too long or a claim goes away; what was promised is free again then. */
  *bind(plan: VolumePlan, node: string): Task<void> {
    try {
      for (const { claim, volume } of plan.bindings) yield* this.claimVolume(claim, volume);
      for (const claim of plan.provisions) yield* this.askFor(claim, node);
      const keys = [...plan.bindings.map(({ claim }) => claim), ...plan.provisions].map(keyOf);
      const isDone = yield* this.context.within(patience, this.allBound(keys));
      if (!isDone) throw new VolumeBindingError('timed out waiting for the condition');
    } catch (error) {
      for (const { volume } of plan.bindings) this.volumes.takeBack(volume.metadata.name);
      throw error;
    }
  }

  private *allBound(keys: readonly string[]): Task<true> {
    for (const key of keys) {
      for (;;) {
        const claim = this.volumes.claim(key);
        if (!claim) throw new VolumeBindingError(`failed to get PVC "${key}": not found`);
        if (isBound(claim)) break;
        yield* this.volumes.change(key);
      }
    }
    return true;
  }

  private *claimVolume(claim: PersistentVolumeClaim, volume: PersistentVolume): Task<void> {
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const { claimRef } = volume.spec;
    if (claimRef?.uid === uid) return;
    const given = volume.metadata.annotations;
    const annotations = claimRef ? given : { ...given, [boundByController]: 'yes' };
    yield* this.client.of<PersistentVolume>(persistentVolumesResource).update({
      ...volume,
      metadata: { ...volume.metadata, ...(annotations && { annotations }) },
      spec: {
        ...volume.spec,
        claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion },
      },
    });
  }

  private *askFor(claim: PersistentVolumeClaim, node: string): Task<void> {
    if (claim.metadata.annotations?.[selectedNode] === node) return;
    const annotations = { ...claim.metadata.annotations, [selectedNode]: node };
    yield* this.client
      .of<PersistentVolumeClaim>(persistentVolumeClaimsResource)
      .update({ ...claim, metadata: { ...claim.metadata, annotations } });
  }
}
