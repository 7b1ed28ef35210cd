// The phase of a pod, from what its containers do. Upstream: pkg/kubelet/kubelet_pods.go (getPhase).
import type { ContainerStatus, Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { hasRegularContainerStarted, isSidecar, restartsAfter } from '../runtime/containers.ts';

/** How far the init containers are. */
function initProgress(spec: PodSpec, statuses: readonly ContainerStatus[]): { isPending: boolean; hasFailed: boolean } {
  const isInitialized = hasRegularContainerStarted(spec, statuses);
  let isPending = false;
  let hasFailed = false;
  for (const container of spec.initContainers ?? []) {
    const status = statuses.find((one) => one.name === container.name);
    const { state, lastState } = status ?? { state: {}, lastState: {} };
    if (isSidecar(container)) {
      if (isInitialized) continue;
      if (state.running === undefined ? state.terminated === undefined && lastState.terminated === undefined : status?.started !== true) isPending = true;
    } else if (state.running) isPending = true;
    else if (state.terminated) hasFailed ||= state.terminated.exitCode !== 0;
    else if (lastState.terminated) hasFailed ||= lastState.terminated.exitCode !== 0;
    else isPending = true;
  }
  return { isPending, hasFailed };
}

/**
 * `statuses` are those of all containers, init containers included. A pod that `isTerminal` will not be started again whatever its restart
 * policy says.
 */
export function phaseOf(spec: PodSpec, statuses: readonly ContainerStatus[], isTerminal: boolean): Pod['status']['phase'] {
  const init = initProgress(spec, statuses);
  let unknown = 0;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  let willRestart = 0;
  for (const container of spec.containers) {
    const status = statuses.find((one) => one.name === container.name);
    if (status === undefined) unknown++;
    else if (status.state.running) running++;
    else if (status.state.terminated) {
      stopped++;
      if (status.state.terminated.exitCode === 0) succeeded++;
      if (restartsAfter(spec, container, status.state.terminated.exitCode)) willRestart++;
    } else if (status.state.waiting) {
      if (status.lastState.terminated) {
        stopped++;
        willRestart++;
      } else waiting++;
    } else unknown++;
  }
  if (init.hasFailed && (spec.restartPolicy === 'Never' || isTerminal)) return 'Failed';
  if (init.isPending || (init.hasFailed && stopped + running === 0)) return 'Pending';
  if (waiting > 0) return isTerminal && stopped + running > 0 ? 'Failed' : 'Pending';
  if (unknown > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (!isTerminal && willRestart > 0) return 'Running';
  return succeeded === stopped ? 'Succeeded' : 'Failed';
}
