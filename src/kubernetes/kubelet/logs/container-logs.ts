// The log of one container, as the API server asks a kubelet for it. Upstream: pkg/kubelet/kubelet.go (GetKubeletContainerLogs).
import type { LogLine, RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import type { PodWorker } from '../pod-workers/pod-worker.ts';
import { containersOf } from '../runtime/containers.ts';

/** There is no such log; the text is what a kubelet answers. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** What was written, and the way to hear what is written from now on. */
export interface ContainerLog {
  readonly lines: readonly LogLine[];
  /** Calls back for every new line, and once when the container has ended; answers the way to stop. */
  follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void;
}

/** Throws {@link LogUnavailable}. */
export function containerLog(runtime: RuntimeService, worker: PodWorker | undefined, podName: string, container: string, isPrevious: boolean): ContainerLog {
  if (worker === undefined) throw new LogUnavailable(`pod "${podName}" not found`);
  const name = container || (worker.pod.spec.containers[0]?.name ?? '');
  if (![...containersOf(worker.pod.spec)].some((one) => one.name === name)) {
    throw new LogUnavailable(`container ${name} is not valid for pod ${podName}`);
  }
  const record = worker.containers.all.find((one) => one.name === name);
  const current = record?.id ? runtime.containerStatus(record.id) : undefined;
  const isWaiting = record?.waiting !== undefined && current?.state === 'exited';
  // A container that waits to be started again has its last run as the previous one.
  const id = isPrevious ? (isWaiting ? record?.id : record?.previousId) : record?.id;
  if (!id || runtime.containerStatus(id) === undefined) {
    if (isPrevious) throw new LogUnavailable(`previous terminated container "${name}" in pod "${podName}" not found`);
    const statuses = [...(worker.status.containerStatuses ?? []), ...(worker.status.initContainerStatuses ?? [])];
    const reason = record?.waiting?.reason ?? statuses.find((one) => one.name === name)?.state.waiting?.reason ?? 'ContainerCreating';
    const why = ['ErrImagePull', 'ImagePullBackOff'].includes(reason) ? 'trying and failing to pull image' : reason;
    throw new LogUnavailable(`container "${name}" in pod "${podName}" is waiting to start: ${why}`);
  }
  return {
    lines: runtime.logs(id),
    follow: (onLine, onEnd) => follow(runtime, id, onLine, onEnd),
  };
}

function follow(runtime: RuntimeService, id: string, onLine: (line: LogLine) => void, onEnd: () => void): () => void {
  if (runtime.containerStatus(id)?.state === 'exited') {
    onEnd();
    return () => undefined;
  }
  const stopLines = runtime.followLogs(id, onLine);
  const stop = (): void => {
    stopLines();
    stopEvents();
  };
  const stopEvents = runtime.onEvent((event) => {
    if (event.containerId !== id || (event.kind !== 'stopped' && event.kind !== 'removed')) return;
    stop();
    onEnd();
  });
  return stop;
}
