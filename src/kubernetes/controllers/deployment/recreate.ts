// All old pods away before the first new one comes. Upstream: pkg/controller/deployment/recreate.go.
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Task } from '@/simulation/process/task.ts';
import { isPodFinished } from '../lib/pod-state.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import { isActive } from './replica-sets.ts';
import { isComplete } from './status.ts';

/** One step. `podsOf` gives all pods of a set, those on their way out as well. */
export function* recreate(sync: DeploymentSync, podsOf: (set: ReplicaSet) => readonly Pod[]): Task<void> {
  let newSet = yield* sync.newSet(false);
  const old = sync.oldSets();
  const active = old.filter(isActive);
  if (active.length > 0) {
    const emptied = new Map<string, ReplicaSet>();
    for (const set of active) emptied.set(set.metadata.uid, yield* sync.scale(set, 0));
    yield* sync.reportRollout(
      newSet,
      old.map((set) => emptied.get(set.metadata.uid) ?? set),
    );
    return;
  }
  const isOldRunning = old.some((set) => set.status.replicas > 0 || podsOf(set).some((pod) => !isPodFinished(pod)));
  if (isOldRunning) {
    yield* sync.reportRollout(newSet, old);
    return;
  }
  newSet ??= yield* sync.newSet(true);
  newSet = yield* sync.scale(newSet, sync.deployment.spec.replicas);
  if (isComplete(sync.deployment, sync.deployment.status)) yield* sync.cleanUp(old);
  yield* sync.reportRollout(newSet, old);
}
