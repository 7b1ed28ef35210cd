// VolumeRestrictions: a claim for one pod only is used by one pod only. Upstream: pkg/scheduler/framework/plugins/volumerestrictions.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { claimKeys } from '@/kubernetes/api/core/v1/pod/claim-keys.ts';
import { refuse, refuseForGood, type Cloneable, type SchedulerPlugin } from '../../framework/framework.ts';

const inUse = refuse(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
);
const stateKey = 'VolumeRestrictions';

/** How many placed pods use the claims that must not be shared. */
class Users implements Cloneable {
  constructor(
    readonly claims: ReadonlySet<string>,
    public count: number,
  ) {}

  clone(): Users {
    return new Users(this.claims, this.count);
  }

  change(pod: Pod, by: number): void {
    for (const key of claimKeys(pod)) if (this.claims.has(key)) this.count += by;
  }
}

/** Differs: volumes of clouds that only one pod may write (gcePersistentDisk and the like) are not told apart: no machine has them. */
export const plugin: SchedulerPlugin = {
  name: 'VolumeRestrictions',
  explain: 'A claim that is for one pod at a time keeps a second pod waiting.',
  weight: 0,
  preFilter(state, pod, { volumes, nodes }) {
    const claims = new Set<string>();
    for (const key of claimKeys(pod)) {
      const claim = volumes.claim(key);
      if (!claim) {
        const name = key.slice(key.indexOf('/') + 1);
        return { kind: 'refused', refusal: refuseForGood(`persistentvolumeclaim "${name}" not found`) };
      }
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) claims.add(key);
    }
    if (claims.size === 0) return { kind: 'skip' };
    const users = new Users(claims, 0);
    for (const node of nodes) for (const other of node.pods.values()) users.change(other, 1);
    state.write(stateKey, users);
    return { kind: 'ok' };
  },
  filter: (state) => ((state.read<Users>(stateKey)?.count ?? 0) > 0 ? inUse : undefined),
  addPod: (state, _pod, other) => state.read<Users>(stateKey)?.change(other, 1),
  removePod: (state, _pod, other) => state.read<Users>(stateKey)?.change(other, -1),
  events: ['AssignedPodDeleted', 'PersistentVolumeClaimAdded', 'PersistentVolumeClaimUpdated'],
};
