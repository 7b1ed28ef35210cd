// PriorityClass: how much one pod matters against another.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy: 'Never' | 'PreemptLowerPriority';
}
