// DaemonSet: one pod on every node that fits. Upstream: staging/src/k8s.io/api/apps/v1/types.go.
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import type { Condition, KubeObject, LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface DaemonSet extends KubeObject {
  readonly spec: DaemonSetSpec;
  readonly status: DaemonSetStatus;
}

export interface DaemonSetSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategy: DaemonSetUpdateStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit: number;
}

export interface DaemonSetUpdateStrategy {
  readonly type: 'RollingUpdate' | 'OnDelete';
  readonly rollingUpdate?: {
    readonly maxUnavailable: number | string;
    readonly maxSurge: number | string;
  };
}

export interface DaemonSetStatus {
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly desiredNumberScheduled: number;
  readonly numberReady: number;
  readonly observedGeneration?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly numberUnavailable?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
}

/** Counts the templates that a DaemonSet has had; kept by the server. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';
