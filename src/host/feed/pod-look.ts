// How a pod looks on the bench: kubectl's STATUS word, one of nine looks, and the sentence that says what it waits for.
import type { PodLook, PodState } from '@/contract/feed/feed.ts';
import type { ContainerStatus, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { podStatusText } from '@/kubernetes/api/core/v1/pod/status-text.ts';

const failingReasons = new Set(['CrashLoopBackOff', 'ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function waitingOf(statuses: readonly ContainerStatus[]): { reason: string; message: string } | undefined {
  for (const status of statuses) {
    const waiting = status.state?.waiting;
    if (waiting) return { reason: waiting.reason ?? '', message: waiting.message ?? '' };
  }
  return undefined;
}

function lookOf(pod: Pod, statuses: readonly ContainerStatus[], isReady: boolean): PodLook {
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded') return 'done';
  if (phase === 'Failed') return 'failed';
  if (pod.metadata.deletionTimestamp) return 'leaving';
  if (!pod.spec.nodeName) return 'pending';
  const waiting = waitingOf(statuses);
  if (waiting && failingReasons.has(waiting.reason)) return 'failing';
  if (phase === 'Running') {
    if (isReady) return 'ready';
    return statuses.some((status) => status.state?.terminated || status.restartCount > 0) ? 'failing' : 'notready';
  }
  return 'starting';
}

/** The API's side of a pod, told to humans. `isGhost` says that the object is gone while `running` containers still run. */
export function describePod(pod: Pod, isGhost: boolean, running: number): Omit<PodState, 'slot' | 'running'> {
  const statuses = pod.status?.containerStatuses ?? [];
  const conditions = pod.status?.conditions ?? [];
  const isReady = conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  const scheduled = conditions.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
  const waiting = waitingOf([...(pod.status?.initContainerStatuses ?? []), ...statuses]);
  return {
    look: isGhost ? 'ghost' : lookOf(pod, statuses, isReady),
    status: isGhost ? 'Ghost' : podStatusText(pod),
    readyContainers: statuses.filter((status) => status.ready).length,
    containers: pod.spec.containers.length,
    restarts: statuses.reduce((sum, status) => sum + status.restartCount, 0),
    ip: pod.status?.podIP ?? '',
    message: isGhost ? `${running} of its containers still run, but the API no longer knows this pod.` : (scheduled?.message ?? waiting?.message ?? ''),
  };
}
