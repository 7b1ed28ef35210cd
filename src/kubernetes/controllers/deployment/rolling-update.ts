// From old sets to the new one, a few pods at a time. Upstream: pkg/controller/deployment/rolling.go.
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import { byCreation, isActive, maxUnavailable, newSetSize, sum, wantedReplicas } from './replica-sets.ts';
import { isComplete } from './status.ts';

/** One step: the new set up, else the old ones down, else nothing; and the status in any case. */
export function* rollingUpdate(sync: DeploymentSync): Task<void> {
  const newSet = yield* sync.newSet(true);
  const old = sync.oldSets();
  const grown = yield* growNewSet(sync, newSet, old);
  if (grown.spec.replicas !== newSet.spec.replicas) {
    yield* sync.reportRollout(grown, old);
    return;
  }
  const shrunk = yield* shrinkOldSets(sync, grown, old);
  if (shrunk !== old) {
    yield* sync.reportRollout(grown, shrunk);
    return;
  }
  if (isComplete(sync.deployment, sync.deployment.status)) yield* sync.cleanUp(old);
  yield* sync.reportRollout(grown, old);
}

function* growNewSet(sync: DeploymentSync, newSet: ReplicaSet, old: readonly ReplicaSet[]): Task<ReplicaSet> {
  const { replicas } = sync.deployment.spec;
  const current = newSet.spec.replicas;
  if (current === replicas) return newSet;
  const size = current > replicas ? replicas : newSetSize(sync.deployment, [...old, newSet], current);
  return size === current ? newSet : yield* sync.scale(newSet, size);
}

/** The same array when nothing could be taken away. Pods that are not available go first: they serve nobody. */
function* shrinkOldSets(
  sync: DeploymentSync,
  newSet: ReplicaSet,
  old: readonly ReplicaSet[],
): Task<readonly ReplicaSet[]> {
  const { replicas } = sync.deployment.spec;
  const minAvailable = replicas - maxUnavailable(sync.deployment);
  const active = old.filter(isActive);
  if (active.length === 0) return old;
  const newUnavailable = newSet.spec.replicas - (newSet.status.availableReplicas ?? 0);
  const spare = sum([...active, newSet], wantedReplicas) - minAvailable - newUnavailable;
  if (spare <= 0) return old;
  const sizes = new Map<string, ReplicaSet>();
  const latest = (set: ReplicaSet): ReplicaSet => sizes.get(set.metadata.uid) ?? set;
  const sorted = [...active].sort(byCreation);

  let unhealthy = 0;
  for (const set of sorted) {
    const broken = set.spec.replicas - (set.status.availableReplicas ?? 0);
    // More available than asked for: the set is still shrinking, and its counts are no ground to shrink any further.
    if (broken < 0) return old;
    const count = Math.min(spare - unhealthy, broken);
    if (count <= 0) continue;
    sizes.set(set.metadata.uid, yield* sync.scale(set, set.spec.replicas - count));
    unhealthy += count;
  }

  const available = sum([...active, newSet].map(latest), (set) => set.status.availableReplicas);
  let left = available - minAvailable;
  for (const set of sorted.map(latest)) {
    const count = Math.min(set.spec.replicas, left);
    if (count <= 0) continue;
    sizes.set(set.metadata.uid, yield* sync.scale(set, set.spec.replicas - count));
    left -= count;
  }
  return sizes.size > 0 ? old.map(latest) : old;
}
