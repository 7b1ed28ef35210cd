// What is to be done to a pod, from what it should be and what the runtime has: decided at once, done afterwards.
// Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions, computeInitContainerActions).
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ContainerStatus as RuntimeContainer, PodSandboxStatus } from '@/kubernetes/cri-api/runtime.ts';
import { hasChanged, isSidecar, isToBeStarted, restartsAfter } from './containers.ts';

export type ProbeResult = 'unknown' | 'success' | 'failure';

/** What the decision is made from. */
export interface PodObservation {
  readonly pod: Pod;
  /** The pod's youngest sandbox. */
  readonly sandbox: PodSandboxStatus | undefined;
  readonly current: (container: Container) => RuntimeContainer | undefined;
  readonly liveness: (container: Container) => ProbeResult;
  readonly startup: (container: Container) => ProbeResult;
  /** Started and past its startup probe. */
  readonly isStarted: (container: Container) => boolean;
}

/** A container that is to be stopped while its pod lives on. */
export interface ContainerKill {
  readonly container: Container;
  readonly instance: RuntimeContainer;
  readonly message: string;
  /** The probe that asked for it may have its own grace period. */
  readonly probe?: 'liveness' | 'startup';
}

export interface PodActions {
  /** Stop all containers and the sandbox first. */
  readonly killPod: boolean;
  /** A sandbox is to be made, with this attempt number. */
  readonly createSandbox?: { readonly attempt: number };
  readonly initToStart: readonly Container[];
  readonly toStart: readonly Container[];
  readonly toKill: readonly ContainerKill[];
}

const nothing: PodActions = { killPod: false, initToStart: [], toStart: [], toKill: [] };

/** Whether a new sandbox is needed, and the attempt it would be. */
export function neededSandbox(pod: Pod, sandbox: PodSandboxStatus | undefined): { readonly attempt: number } | undefined {
  if (sandbox === undefined) return { attempt: 0 };
  if (sandbox.state !== 'ready') return { attempt: sandbox.metadata.attempt + 1 };
  if (!pod.spec.hostNetwork && sandbox.ips.length === 0) return { attempt: sandbox.metadata.attempt + 1 };
  return undefined;
}

/** See the file's head. Pure. */
export function podActions(seen: PodObservation): PodActions {
  const { pod, sandbox } = seen;
  const needed = neededSandbox(pod, sandbox);
  if (needed) return withNewSandbox(seen, needed);
  const init = initActions(seen);
  if (!init.isInitialized) {
    return { ...nothing, killPod: init.hasFailed, initToStart: init.toStart, toKill: init.toKill };
  }
  const toStart: Container[] = [];
  const toKill: ContainerKill[] = [...init.toKill];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const instance = seen.current(container);
    if (instance === undefined || instance.state !== 'running') {
      if (isToBeStarted(pod, container, instance)) toStart.push(container);
      continue;
    }
    const kill = killReason(seen, container, instance);
    if (kill === undefined) {
      kept++;
      continue;
    }
    const isRestarted = kill.isChange || restartsAfter(pod.spec, container, 137);
    toKill.push({ container, instance, message: isRestarted ? `${kill.message}, will be restarted` : kill.message, probe: kill.probe });
    if (isRestarted) toStart.push(container);
  }
  // Nothing to keep and nothing to start: the pod is over, and its sidecars with it.
  if (kept === 0 && toStart.length === 0) return { ...nothing, killPod: true };
  return { ...nothing, initToStart: init.toStart, toStart, toKill };
}

function withNewSandbox(seen: PodObservation, needed: { readonly attempt: number }): PodActions {
  const { pod } = seen;
  const { spec } = pod;
  const hasRun = [...(spec.initContainers ?? []), ...spec.containers].some((container) => seen.current(container) !== undefined);
  if (spec.restartPolicy === 'Never' && needed.attempt !== 0 && hasRun) return { ...nothing, killPod: true };
  const toStart = spec.containers.filter((container) => {
    const instance = seen.current(container);
    return !(instance?.state === 'exited' && instance.exitCode === 0 && spec.restartPolicy === 'OnFailure');
  });
  if (toStart.length === 0) return { ...nothing, killPod: true };
  const first = spec.initContainers?.[0];
  if (first) return { ...nothing, killPod: true, createSandbox: needed, initToStart: [first] };
  return { ...nothing, killPod: true, createSandbox: needed, toStart };
}

function killReason(seen: PodObservation, container: Container, instance: RuntimeContainer): { message: string; isChange: boolean; probe?: 'liveness' | 'startup' } | undefined {
  const { name } = container;
  if (hasChanged(container, instance)) return { message: `Container ${name} definition changed`, isChange: true };
  if (container.livenessProbe && seen.liveness(container) === 'failure') {
    return { message: `Container ${name} failed liveness probe`, isChange: false, probe: 'liveness' };
  }
  if (container.startupProbe && seen.startup(container) === 'failure') {
    return { message: `Container ${name} failed startup probe`, isChange: false, probe: 'startup' };
  }
  return undefined;
}

interface InitActions {
  readonly isInitialized: boolean;
  readonly hasFailed: boolean;
  readonly toStart: readonly Container[];
  readonly toKill: readonly ContainerKill[];
}

/** Init containers one after another; sidecars are kept running from their turn on. */
function initActions(seen: PodObservation): InitActions {
  const { pod } = seen;
  const inits = pod.spec.initContainers ?? [];
  const toStart: Container[] = [];
  const toKill: ContainerKill[] = [];
  const answer = (isInitialized: boolean, hasFailed = false): InitActions => ({ isInitialized, hasFailed, toStart, toKill });
  // What ran in an earlier sandbox (before a reboot, say) does not count: a new sandbox is initialized anew.
  const active = (container: Container): RuntimeContainer | undefined => {
    const instance = seen.current(container);
    return instance?.sandboxId === seen.sandbox?.id ? instance : undefined;
  };
  const isPast = pod.spec.containers.some((container) => active(container) !== undefined);
  for (const [index, container] of inits.entries()) {
    const instance = active(container);
    const isLaterReached = isPast || inits.slice(index + 1).some((later) => active(later) !== undefined);
    if (isSidecar(container)) {
      if (instance?.state === 'running') {
        const kill = killReason(seen, container, instance);
        if (kill) {
          toKill.push({ container, instance, message: `Init container ${kill.message.slice('Container '.length)}, will be restarted`, probe: kill.probe });
          toStart.push(container);
        } else if (seen.isStarted(container)) continue;
      } else toStart.push(container);
      if (isLaterReached) continue;
      return answer(false);
    }
    if (isPast) continue;
    if (instance === undefined || instance.state === 'created') {
      if (isLaterReached) continue;
      toStart.push(container);
      return answer(false);
    }
    if (instance.state === 'running') return answer(false);
    if (instance.exitCode === 0) continue;
    if (pod.spec.restartPolicy === 'Never') return answer(false, true);
    toStart.push(container);
    return answer(false);
  }
  return answer(true);
}
