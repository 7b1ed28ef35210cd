// What the API is told of one container, from what the runtime says of it. Upstream: pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses).
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus, Pod, VolumeMountStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ContainerStatus as RuntimeContainer } from '@/kubernetes/cri-api/runtime.ts';
import { isSidecar, isToBeStarted } from '../runtime/containers.ts';

/** One container as its kubelet knows it. */
export interface ContainerView {
  /** The youngest instance at the runtime. */
  readonly current?: RuntimeContainer;
  /** The one before it, when it is still kept. */
  readonly previous?: RuntimeContainer;
  /** Why it could not be started the last time: `ErrImagePull`, `CrashLoopBackOff` … */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** By its readiness probe, if it has one. */
  readonly isReady: boolean;
  /** By its startup probe, if it has one. */
  readonly isStarted: boolean;
  /** What an ended instance left as its last words. */
  readonly terminationMessage?: (instance: RuntimeContainer) => string | undefined;
}

const mountStatuses = new WeakMap<Container, readonly VolumeMountStatus[]>();

function mountsOf(container: Container): readonly VolumeMountStatus[] | undefined {
  if (!container.volumeMounts?.length) return undefined;
  let statuses = mountStatuses.get(container);
  if (statuses === undefined) {
    statuses = container.volumeMounts.map(({ name, mountPath, readOnly }) =>
      readOnly ? { name, mountPath, readOnly, recursiveReadOnly: 'Disabled' } : { name, mountPath },
    );
    mountStatuses.set(container, statuses);
  }
  return statuses;
}

/** `containerd://ID` */
export function containerIdOf(instance: RuntimeContainer, runtimeName: string): string {
  return [runtimeName, instance.id].join('://');
}

function terminated(instance: RuntimeContainer, view: ContainerView, runtimeName: string): ContainerStateTerminated {
  const message = view.terminationMessage?.(instance) ?? instance.message;
  const startedAt = instance.startedAt ?? instance.createdAt;
  return {
    exitCode: instance.exitCode ?? 0,
    ...(instance.signal ? { signal: instance.signal } : {}),
    reason: instance.reason ?? (instance.exitCode === 0 ? 'Completed' : 'Error'),
    ...(message ? { message } : {}),
    startedAt: rfc3339(startedAt),
    finishedAt: rfc3339(instance.finishedAt ?? startedAt),
    containerID: containerIdOf(instance, runtimeName),
  };
}

/** What becomes of a container whose instances the runtime has lost. */
function withoutInstance(container: Container, view: ContainerView, context: ContainerStatusContext): Pick<ContainerStatus, 'state' | 'lastState' | 'restartCount'> {
  const { pod, old, waitingReason } = context;
  const restartCount = old?.restartCount ?? 0;
  if (old?.state.terminated) return { state: old.state, lastState: old.lastState, restartCount };
  const waiting: ContainerState = { waiting: view.waiting ?? { reason: waitingReason } };
  if (context.isInit && context.hasInitialized && !isSidecar(container)) {
    const message = 'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally';
    return { state: { terminated: { exitCode: 0, reason: 'Completed', message } }, lastState: {}, restartCount };
  }
  if (old?.state.running === undefined) return { state: waiting, lastState: old?.lastState ?? {}, restartCount };
  const message = pod.metadata.deletionTimestamp
    ? 'The container could not be located when the pod was deleted.  The container used to be Running'
    : 'The container could not be located when the pod was terminated';
  const lost: ContainerState = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message } };
  return { state: waiting, lastState: lost, restartCount: pod.metadata.deletionTimestamp ? restartCount : restartCount + 1 };
}

/** The circumstances under which a container's status is made. */
export interface ContainerStatusContext {
  readonly pod: Pod;
  /** What was reported before. */
  readonly old?: ContainerStatus;
  /** `ContainerCreating`, or `PodInitializing` in a pod with init containers. */
  readonly waitingReason: string;
  readonly isInit: boolean;
  readonly hasInitialized: boolean;
  readonly runtimeName: string;
}

/** The status of one container of a pod. */
export function containerStatus(container: Container, view: ContainerView, context: ContainerStatusContext): ContainerStatus {
  const { current, previous } = view;
  const volumeMounts = mountsOf(container);
  const fixed = { name: container.name, ...(volumeMounts ? { volumeMounts } : {}) };
  if (current === undefined) {
    return { ...fixed, ...withoutInstance(container, view, context), ready: false, started: false, image: container.image, imageID: '' };
  }
  const { runtimeName } = context;
  let state: ContainerState;
  let lastState: ContainerState = previous?.state === 'exited' ? { terminated: terminated(previous, view, runtimeName) } : {};
  if (current.state === 'running') state = { running: { startedAt: rfc3339(current.startedAt ?? current.createdAt) } };
  else if (current.state === 'exited') state = { terminated: terminated(current, view, runtimeName) };
  else state = { waiting: view.waiting ?? { reason: context.waitingReason } };
  if (view.waiting && current.state !== 'running' && isToBeStarted(context.pod, container, current)) {
    if (state.terminated) lastState = state;
    state = { waiting: view.waiting };
  }
  const isRunning = state.running !== undefined;
  const isDone = context.isInit && !isSidecar(container) && state.terminated?.exitCode === 0;
  const { requests } = container.resources ?? {};
  return {
    ...fixed,
    state,
    lastState,
    ready: isDone || (isRunning && view.isReady),
    started: isRunning && view.isStarted,
    restartCount: current.metadata.attempt,
    image: current.image,
    imageID: current.imageRef,
    containerID: containerIdOf(current, runtimeName),
    ...(requests ? { allocatedResources: requests } : {}),
    resources: container.resources ?? {},
  };
}
