// PodDisruptionBudgets as preemption reads them.
import { selectorFromLabelSelector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { keyOf, type KubeObject, type LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';

/** The part of a PodDisruptionBudget that matters here. */
export interface DisruptionBudget extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

export class Budgets {
  private readonly byKey = new Map<string, DisruptionBudget>();

  get list(): readonly DisruptionBudget[] {
    return [...this.byKey.values()];
  }

  set(budget: DisruptionBudget): void {
    this.byKey.set(keyOf(budget), budget);
  }

  remove(budget: DisruptionBudget): void {
    this.byKey.delete(keyOf(budget));
  }
}

/** Whether a budget protects the pod. An empty selector protects none here; one that the disruption controller has counted already neither. */
export function protects({ metadata, spec, status }: DisruptionBudget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || !pod.metadata.labels) return false;
  const selector = selectorFromLabelSelector(spec.selector);
  return (
    !selector.isEverything &&
    selector.matches(pod.metadata.labels) &&
    status?.disruptedPods?.[pod.metadata.name] === undefined
  );
}
