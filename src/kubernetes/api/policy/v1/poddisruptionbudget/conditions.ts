// What a budget's conditions say of the disruptions it allows. Upstream: k8s.io/component-helpers/apps/poddisruptionbudget.
import type { Condition } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { PodDisruptionBudgetStatus } from './types.ts';

/** The status with its condition as the number of allowed disruptions has it. */
export function withDisruptionAllowed(
  status: PodDisruptionBudgetStatus,
  observedGeneration: number,
  now: string,
): PodDisruptionBudgetStatus {
  return status.disruptionsAllowed > 0
    ? withBudgetCondition(status, { status: 'True', reason: 'SufficientPods', message: '', observedGeneration }, now)
    : withBudgetCondition(status, { status: 'False', reason: 'InsufficientPods', message: '', observedGeneration }, now);
}

/** The status with this condition DisruptionAllowed; its time changes only with its status. */
export function withBudgetCondition(
  status: PodDisruptionBudgetStatus,
  condition: Omit<Condition, 'type' | 'lastTransitionTime'>,
  now: string,
): PodDisruptionBudgetStatus {
  const type = 'DisruptionAllowed';
  const standing = status.conditions?.find((one) => one.type === type);
  const lastTransitionTime = standing?.status === condition.status ? standing.lastTransitionTime : now;
  const next = { type, ...condition, lastTransitionTime } as Condition;
  return { ...status, conditions: [...(status.conditions ?? []).filter((one) => one !== standing), next] };
}
