// The writes that tie a volume to a claim, each left out when it is so already. Upstream: pkg/controller/volume/persistentvolume/pv_controller.go.
import { equalJson } from '@/base/json.ts';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
} from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import {
  persistentVolumeClaimsResource,
  persistentVolumesResource,
} from '@/kubernetes/client/resources.ts';
import type { Task } from '@/simulation/process/task.ts';
import { bindCompleted, boundByController } from '@/kubernetes/api/core/v1/persistentvolume/annotations.ts';

type Phase = PersistentVolume['status']['phase'];

/** See the file's head. All give the object as it is afterwards. */
export class VolumeWrites {
  constructor(private readonly client: Client) {}

  *claimRef(volume: PersistentVolume, claim: PersistentVolumeClaim): Task<PersistentVolume> {
    const { claimRef } = volume.spec;
    if (claimRef?.uid === claim.metadata.uid) return volume;
    const annotations = claimRef
      ? volume.metadata.annotations
      : { ...volume.metadata.annotations, [boundByController]: 'yes' };
    return yield* this.volumes.update({
      ...volume,
      metadata: { ...volume.metadata, ...(annotations && { annotations }) },
      spec: {
        ...volume.spec,
        claimRef: {
          kind: 'PersistentVolumeClaim',
          namespace: claim.metadata.namespace,
          name: claim.metadata.name,
          uid: claim.metadata.uid,
          apiVersion: 'v1',
          resourceVersion: claim.metadata.resourceVersion,
        },
      },
    });
  }

  /** Takes the claim off a volume; one that its author meant for the claim keeps the name. */
  *unbind(volume: PersistentVolume): Task<void> {
    const { [boundByController]: isOurs, ...annotations } = volume.metadata.annotations ?? {};
    const { claimRef, ...spec } = volume.spec;
    const { uid: _uid, resourceVersion: _version, ...kept } = claimRef ?? {};
    const next = yield* this.volumes.update({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: isOurs ? spec : { ...spec, claimRef: kept },
    });
    yield* this.phase(next, 'Available');
  }

  *phase(volume: PersistentVolume, phase: Phase, message?: string): Task<PersistentVolume> {
    const { message: _message, ...status } = volume.status;
    if (status.phase === phase && volume.status.message === message) return volume;
    const next = { ...status, phase, ...(message === undefined ? {} : { message }) };
    return yield* this.volumes.updateStatus({ ...volume, status: next });
  }

  *volumeName(claim: PersistentVolumeClaim, volume: PersistentVolume): Task<PersistentVolumeClaim> {
    const given = claim.metadata.annotations ?? {};
    const isNamed = claim.spec.volumeName === volume.metadata.name;
    if (isNamed && given[bindCompleted]) return claim;
    const annotations = {
      ...given,
      [bindCompleted]: 'yes',
      ...(isNamed ? {} : { [boundByController]: 'yes' }),
    };
    return yield* this.claims.update({
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
    });
  }

  /** The status of a claim that has this volume, or none. */
  *claimStatus(
    claim: PersistentVolumeClaim,
    phase: PersistentVolumeClaimStatus['phase'],
    volume?: PersistentVolume,
  ): Task<void> {
    const { accessModes: _modes, capacity, ...rest } = claim.status;
    const status: PersistentVolumeClaimStatus = {
      ...rest,
      phase,
      ...(volume && {
        accessModes: volume.spec.accessModes,
        capacity: claim.status.phase === 'Bound' && capacity ? capacity : volume.spec.capacity,
      }),
    };
    if (!equalJson(status, claim.status)) yield* this.claims.updateStatus({ ...claim, status });
  }

  *annotate(claim: PersistentVolumeClaim, more: Readonly<Record<string, string>>): Task<void> {
    const given = claim.metadata.annotations ?? {};
    if (Object.entries(more).every(([name, value]) => given[name] === value)) return;
    const annotations = { ...given, ...more };
    yield* this.claims.update({ ...claim, metadata: { ...claim.metadata, annotations } });
  }

  private get volumes() {
    return this.client.of<PersistentVolume>(persistentVolumesResource);
  }

  private get claims() {
    return this.client.of<PersistentVolumeClaim>(persistentVolumeClaimsResource);
  }
}
