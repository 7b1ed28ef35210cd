// What a cycle found out about volumes: what is to be bound and made for a pod on each node that would do.
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { CycleState } from './framework.ts';

export interface VolumePlan {
  /** Volumes that are there, for claims that have none. */
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** Claims whose volumes are to be made. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

const stateKey = 'VolumePlans';

/** The plans of a cycle, by node. */
export function volumePlans(state: CycleState): Map<string, VolumePlan> {
  let plans = state.read<Map<string, VolumePlan>>(stateKey);
  if (!plans) state.write(stateKey, (plans = new Map()));
  return plans;
}

/** The plan for one node, when there is anything to do. */
export function planFor(state: CycleState, node: string): VolumePlan | undefined {
  return state.read<ReadonlyMap<string, VolumePlan>>(stateKey)?.get(node);
}
