// The claims that a pod mounts, by key; most pods mount none, and all pods of a template the same.
import type { Pod } from './types.ts';

const none: readonly string[] = [];

/** Keys of the claims, those that the pod brings with it included. */
export function claimKeys({ metadata, spec }: Pod): readonly string[] {
  let keys: string[] | undefined;
  for (const volume of spec.volumes ?? []) {
    const name = volume.persistentVolumeClaim
      ? volume.persistentVolumeClaim.claimName
      : volume.ephemeral && `${metadata.name}-${volume.name}`;
    if (name) (keys ??= []).push(`${metadata.namespace ?? ''}/${name}`);
  }
  return keys ?? none;
}
