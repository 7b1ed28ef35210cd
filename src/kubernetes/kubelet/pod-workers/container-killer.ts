// Stops containers as upstream does: preStop, the stop signal, the grace period, SIGKILL; sidecars after the rest.
// Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go (killContainer), kuberuntime_termination_order.go.
import { between, inSeconds, seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { RuntimeError } from '@/kubernetes/cri-api/runtime.ts';
import { runHook } from '../prober/hooks.ts';
import { isSidecar } from '../runtime/containers.ts';
import type { Machinery } from './machinery.ts';

/** Even a container without grace gets this long to hear its signal. */
const minimumGraceSeconds = 2;

/** One instance to be stopped. */
export interface Stop {
  readonly container: Container;
  readonly id: string;
  readonly graceSeconds: number;
  /** The Killing event's text; `Stopping container NAME` by default. */
  readonly message?: string;
  /** The hook has run already: the stop is a repeated one with less grace. */
  readonly isHookDone?: boolean;
}

/** Returns when it has ended. */
export function* stopInstance(machinery: Machinery, pod: Pod, stop: Stop): Task<void> {
  const { voice, runtime, context } = machinery;
  const { container, id } = stop;
  if (runtime.containerStatus(id)?.state !== 'running') return;
  if (!stop.isHookDone) voice.event(pod, container, 'Normal', 'Killing', stop.message ?? `Stopping container ${container.name}`);
  let grace = stop.graceSeconds;
  const hook = container.lifecycle?.preStop;
  if (hook && grace > 0 && !stop.isHookDone) {
    const before = context.now;
    const podIp = pod.status.podIP ?? '';
    const found = yield* context.within(seconds(grace), runHook(machinery.probing, hook, { container, containerId: id, podIp }));
    if (found === undefined || !found.isSuccess) {
      voice.event(pod, container, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      const why = found === undefined ? 'its grace period ended first' : found.output;
      voice.record(pod, 'FailedPreStopHook', `The preStop hook of container ${container.name} failed: ${why}`);
    }
    grace -= Math.floor(inSeconds(between(before, context.now)));
  }
  try {
    yield* runtime.stopContainer(id, Math.max(grace, minimumGraceSeconds));
  } catch (error) {
    // It is gone: what was wanted.
    if (!(error instanceof RuntimeError)) throw error;
  }
}

/** Stops all that runs of a pod: app and init containers at once, then the sidecars in reverse order, all within one grace period. */
export function* stopAll(machinery: Machinery, pod: Pod, running: readonly { container: Container; id: string }[], graceSeconds: number, isHookDone: boolean): Task<void> {
  const { context } = machinery;
  const begun = context.now;
  const remaining = (): number => Math.max(0, graceSeconds - Math.floor(inSeconds(between(begun, context.now))));
  const isInit = (name: string): boolean => pod.spec.initContainers?.some((container) => container.name === name) ?? false;
  const isLate = (one: { container: Container }): boolean => isInit(one.container.name) && isSidecar(one.container);
  const handles = running
    .filter((one) => !isLate(one))
    .map(({ container, id }) => context.spawn(stopInstance(machinery, pod, { container, id, graceSeconds, isHookDone })));
  try {
    for (const handle of handles) yield* handle.join();
  } finally {
    for (const handle of handles) handle.stop();
  }
  for (const { container, id } of running.filter(isLate).reverse()) {
    yield* stopInstance(machinery, pod, { container, id, graceSeconds: remaining(), isHookDone });
  }
}
