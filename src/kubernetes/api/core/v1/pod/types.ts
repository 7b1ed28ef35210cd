// Pod: one or more containers that share a machine, an address and volumes. Upstream: staging/src/k8s.io/api/core/v1/types.go.
import type { PodSpec } from '../podspec/types.ts';
import type { PodStatus } from './status-types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export type * from '../podspec/types.ts';
export type * from './status-types.ts';

export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}
