// ReplicationController: the first form of keeping a number of pods.
import type { PodTemplateSpec } from '../podspec/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface ReplicationController extends KubeObject {
  readonly spec: ReplicationControllerSpec;
  readonly status: ReplicationControllerStatus;
}

export interface ReplicationControllerSpec {
  readonly replicas: number;
  readonly minReadySeconds?: number;
  readonly selector: Readonly<Record<string, string>>;
  readonly template: PodTemplateSpec;
}

export interface ReplicationControllerStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly ReplicationControllerCondition[];
}

export interface ReplicationControllerCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}
