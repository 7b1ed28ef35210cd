// Which claims a pod mounts. Upstream: component-helpers/storage/ephemeral, pkg/controller/volume/common.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';

const none: readonly string[] = [];

/** Keys of the claims, those that the pod brings with it included. */
export function claimsOf({ metadata, spec }: Pod): readonly string[] {
  let keys: string[] | undefined;
  for (const volume of spec.volumes ?? []) {
    const name = volume.persistentVolumeClaim
      ? volume.persistentVolumeClaim.claimName
      : volume.ephemeral && `${metadata.name}-${volume.name}`;
    if (name) (keys ??= []).push(`${metadata.namespace ?? ''}/${name}`);
  }
  return keys ?? none;
}
