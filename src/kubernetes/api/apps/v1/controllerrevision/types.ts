// ControllerRevision: one template that a DaemonSet or StatefulSet has had. Upstream: staging/src/k8s.io/api/apps/v1/types.go.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface ControllerRevision extends KubeObject {
  /** What of the owner this revision holds, as a patch of it; whatever the owner's controller wants. */
  readonly data: object;
  readonly revision: number;
}
