// Which volume is behind a claim that a pod mounts. Asked for once per pod: a volume that is mounted stays so while the API server is away.
// Upstream: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go.
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Pod, Volume } from '@/kubernetes/api/core/v1/pod/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { persistentVolumeClaimsResource, persistentVolumesResource } from '@/kubernetes/client/resources.ts';
import type { Task } from '@/simulation/process/task.ts';
import { VolumeError } from './payloads.ts';

/** A volume behind a claim, and whether the claim may only be read. */
export interface ClaimedVolume {
  readonly volume: PersistentVolume;
  readonly isReadOnly: boolean;
}

/** The claim that a volume of the pod names or brings with it. */
export function claimNameOf({ metadata }: Pod, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral ? `${metadata.name}-${volume.name}` : undefined;
}

/** See the file's head. */
export class ClaimedVolumes {
  private readonly known = new Map<string, Map<string, ClaimedVolume>>();

  constructor(private readonly client: Client) {}

  /** Throws VolumeError with upstream's words for a claim that is missing, not bound or somebody else's. */
  *of(pod: Pod, volume: Volume, claimName: string): Task<ClaimedVolume> {
    const { uid, namespace = '' } = pod.metadata;
    const before = this.known.get(uid)?.get(volume.name);
    if (before) return before;
    const key = `${namespace}/${claimName}`;
    const claim = yield* this.claim(namespace, claimName, key);
    const { volumeName = '' } = claim.spec;
    if (claim.metadata.deletionTimestamp) {
      throw new VolumeError(`error processing PVC ${key}: PVC is being deleted`);
    }
    if (claim.status.phase !== 'Bound' || volumeName === '') {
      throw new VolumeError(`error processing PVC ${key}: PVC is not bound`);
    }
    const found = yield* this.volume(volumeName, key);
    if (found.spec.claimRef?.uid !== claim.metadata.uid) {
      const detail = `PV ${volumeName} is not bound to PVC ${key}`;
      throw new VolumeError(`error processing PVC ${key}: ${detail}`);
    }
    const claimed = { volume: found, isReadOnly: volume.persistentVolumeClaim?.readOnly ?? false };
    let ofPod = this.known.get(uid);
    if (!ofPod) this.known.set(uid, (ofPod = new Map()));
    ofPod.set(volume.name, claimed);
    return claimed;
  }

  /** The pod is gone. */
  release(podUid: string): void {
    this.known.delete(podUid);
  }

  private *claim(namespace: string, name: string, key: string): Task<PersistentVolumeClaim> {
    try {
      return yield* this.client.of<PersistentVolumeClaim>(persistentVolumeClaimsResource).get(namespace, name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const detail = `failed to fetch PVC from API server: ${error.message}`;
      throw new VolumeError(`error processing PVC ${key}: ${detail}`);
    }
  }

  private *volume(name: string, key: string): Task<PersistentVolume> {
    try {
      return yield* this.client.of<PersistentVolume>(persistentVolumesResource).get('', name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const detail = `failed to fetch PV ${name} from API server: ${error.message}`;
      throw new VolumeError(`error processing PVC ${key}: ${detail}`);
    }
  }
}
