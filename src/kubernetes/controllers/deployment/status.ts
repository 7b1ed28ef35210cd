// A Deployment's status: the counts of its sets, whether it is available, and whether it gets on.
// Upstream: pkg/controller/deployment/progress.go, sync.go (calculateStatus) and util/deployment_util.go. All pure.
import type { Deployment, DeploymentCondition, DeploymentStatus } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import { parseRfc3339, plus, rfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import { maxUnavailable, sum, wantedReplicas } from './replica-sets.ts';

/** A deadline of this means none. */
const noDeadline = 0x7fffffff;

type Conditions = readonly DeploymentCondition[];

export function hasProgressDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds } = deployment.spec;
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== noDeadline;
}

export function conditionOf(status: DeploymentStatus, type: string): DeploymentCondition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

export interface NewCondition {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The condition goes last; nothing changes while status and reason are the same. The transition time is that of the last change of status. */
export function withCondition(conditions: Conditions, next: NewCondition, now: Instant, since?: string): Conditions {
  const standing = conditions.find((condition) => condition.type === next.type);
  if (standing && standing.status === next.status && standing.reason === next.reason) return conditions;
  const time = rfc3339(now);
  const transition = standing?.status === next.status ? standing.lastTransitionTime : (since ?? time);
  const condition: DeploymentCondition = {
    type: next.type,
    status: next.status,
    lastUpdateTime: time,
    lastTransitionTime: transition,
    reason: next.reason,
    message: next.message,
  };
  return [...without(conditions, next.type), condition];
}

function without(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

/** Zero counts are left out, as the API server stores them. */
function counts(values: Readonly<Record<string, number | undefined>>): DeploymentStatus {
  const kept: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== 0) kept[name] = value;
  return kept;
}

function terminatingOf(sets: readonly ReplicaSet[]): number | undefined {
  if (sets.some((set) => set.status.terminatingReplicas === undefined)) return undefined;
  return sum(sets, (set) => set.status.terminatingReplicas);
}

/** The counts and the Available condition. `all` are all sets, the new one among them. */
export function statusOf(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: Instant,
): DeploymentStatus {
  const available = sum(all, (set) => set.status.availableReplicas);
  const terminatingReplicas = terminatingOf(all);
  const isAvailable = available >= deployment.spec.replicas - maxUnavailable(deployment);
  const condition: NewCondition = isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return {
    ...counts({
      observedGeneration: deployment.metadata.generation,
      replicas: sum(all, (set) => set.status.replicas),
      updatedReplicas: newSet?.status.replicas,
      readyReplicas: sum(all, (set) => set.status.readyReplicas),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sum(all, wantedReplicas) - available),
    }),
    ...(terminatingReplicas !== undefined ? { terminatingReplicas } : {}),
    conditions: withCondition(deployment.status.conditions ?? [], condition, now),
    ...(deployment.status.collisionCount !== undefined ? { collisionCount: deployment.status.collisionCount } : {}),
  };
}

/** Whether all pods are of the new template and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** When a rollout that does not get on is given up; undefined when there is nothing to wait for. */
export function progressDeadline(
  deployment: Deployment,
  condition: DeploymentCondition | undefined,
): Instant | undefined {
  if (!hasProgressDeadline(deployment) || !condition || condition.reason === 'NewReplicaSetAvailable') return undefined;
  const from = condition.lastUpdateTime === undefined ? undefined : parseRfc3339(condition.lastUpdateTime);
  return from === undefined ? undefined : plus(from, seconds(deployment.spec.progressDeadlineSeconds));
}

function isTimedOut(deployment: Deployment, condition: DeploymentCondition | undefined, now: Instant): boolean {
  if (condition?.reason === 'ProgressDeadlineExceeded') return true;
  const deadline = progressDeadline(deployment, condition);
  return deadline !== undefined && deadline < now;
}

/** The status of a rollout: {@link statusOf} with the Progressing and ReplicaFailure conditions. */
export function rolloutStatusOf(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: Instant,
): DeploymentStatus {
  const status = statusOf(deployment, all, newSet, now);
  let conditions = progressOf(deployment, status, newSet, now);
  const failure = failureOf(all, newSet);
  if (!failure) conditions = without(conditions, 'ReplicaFailure');
  else {
    const standing = conditions.find((condition) => condition.type === 'ReplicaFailure');
    if (!standing || standing.status !== failure.status || standing.reason !== failure.reason) {
      conditions = [...without(conditions, 'ReplicaFailure'), failure];
    }
  }
  return { ...status, conditions };
}

function progressOf(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  now: Instant,
): Conditions {
  const conditions = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) return without(conditions, 'Progressing');
  const current = conditionOf(deployment.status, 'Progressing');
  if ((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable')
    return conditions;
  const about = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${about} has successfully progressed.`;
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message },
      now,
    );
  }
  if (isProgressing(deployment.status, status)) {
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    const message = `${about} is progressing.`;
    const condition: NewCondition = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
    return withCondition(without(conditions, 'Progressing'), condition, now, since);
  }
  if (isTimedOut(deployment, current, now)) {
    const message = `${about} has timed out progressing.`;
    return withCondition(
      conditions,
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message },
      now,
    );
  }
  return conditions;
}

/** The failure of the new set, else of any. */
function failureOf(all: readonly ReplicaSet[], newSet: ReplicaSet | undefined): DeploymentCondition | undefined {
  for (const set of newSet ? [newSet, ...all] : all) {
    const failure = set.status.conditions?.find((condition) => condition.type === 'ReplicaFailure');
    if (failure) return { ...failure, lastUpdateTime: failure.lastTransitionTime };
  }
  return undefined;
}
