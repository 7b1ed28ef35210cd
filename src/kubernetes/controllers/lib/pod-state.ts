// What controllers ask about one pod: is it active, ready, available, on its way out.
// Upstream: pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Condition } from '@/kubernetes/apimachinery/meta/meta.ts';
import { parseRfc3339, plus, seconds, type Instant } from '@/simulation/clock/duration.ts';

export function podCondition(pod: Pod, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type) as Condition | undefined;
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Succeeded or Failed: its containers will never run again. */
export function isPodFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor being deleted: it counts as a replica. */
export function isPodActive(pod: Pod): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Being deleted, but its containers may still run. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** Since when the pod has been ready, undefined when it is not. */
export function readySince(pod: Pod): Instant | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  return ready.lastTransitionTime === undefined ? undefined : parseRfc3339(ready.lastTransitionTime);
}

/** When a ready pod is or becomes available; undefined for one that is not ready. */
export function availableFrom(pod: Pod, minReadySeconds: number): Instant | undefined {
  if (!isPodReady(pod)) return undefined;
  const since = readySince(pod);
  if (minReadySeconds === 0) return since ?? (0 as Instant);
  return since === undefined ? undefined : plus(since, seconds(minReadySeconds));
}

export function isPodAvailable(pod: Pod, minReadySeconds: number, now: Instant): boolean {
  if (minReadySeconds === 0) return isPodReady(pod);
  const from = availableFrom(pod, minReadySeconds);
  return from !== undefined && from <= now;
}

/** Most restarts of any container, of regular ones or of sidecars. */
export function maxRestarts(pod: Pod): { readonly regular: number; readonly sidecar: number } {
  let regular = 0;
  for (const container of pod.status?.containerStatuses ?? []) regular = Math.max(regular, container.restartCount);
  let sidecar = 0;
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy !== 'Always') continue;
    const status = pod.status?.initContainerStatuses?.find((one) => one.name === container.name);
    sidecar = Math.max(sidecar, status?.restartCount ?? 0);
  }
  return { regular, sidecar };
}
