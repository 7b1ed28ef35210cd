// The conditions of a pod that its kubelet owns. Upstream: pkg/kubelet/status/generate.go, pkg/kubelet/types/pod_status.go.
import type { ContainerStatus, Pod, PodCondition, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { hasRegularContainerStarted, isSidecar } from '../runtime/containers.ts';

type Phase = Pod['status']['phase'];

/** A condition without its times; the writer keeps or sets those. */
export type ConditionDraft = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

const ownTypes = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);

/** Whether the kubelet, and nobody else, writes conditions of this type. */
export function isKubeletCondition(type: string): boolean {
  return ownTypes.has(type);
}

/** Whether two say the same, their times of transition included. What the API server adds of its own (an empty probe time) does not count. */
export function isSameCondition(a: PodCondition | undefined, b: PodCondition): boolean {
  return (
    a?.type === b.type &&
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.lastTransitionTime === b.lastTransitionTime &&
    a.observedGeneration === b.observedGeneration
  );
}

const names = (list: readonly string[]): string => `[${list.join(' ')}]`;

/** True when all containers (and sidecars) are ready. */
export function containersReadyCondition(spec: PodSpec, statuses: readonly ContainerStatus[], phase: Phase): ConditionDraft {
  const type = 'ContainersReady';
  const unknown: string[] = [];
  const unready: string[] = [];
  const look = (name: string): void => {
    const status = statuses.find((one) => one.name === name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const container of spec.initContainers ?? []) if (isSidecar(container)) look(container.name);
  for (const container of spec.containers) look(container.name);
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: ${names(unknown)}`);
  if (unready.length > 0) messages.push(`containers with unready status: ${names(unready)}`);
  if (messages.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotReady', message: messages.join(', ') };
}

/** True when the containers are ready and every readiness gate's condition is True. */
export function readyCondition(spec: PodSpec, containersReady: ConditionDraft, existing: readonly PodCondition[]): ConditionDraft {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const messages: string[] = [];
  for (const gate of spec.readinessGates ?? []) {
    const condition = existing.find((one) => one.type === gate.conditionType);
    if (condition === undefined) messages.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (condition.status !== 'True') {
      messages.push(`the status of pod readiness gate "${gate.conditionType}" is not "True", but ${condition.status}`);
    }
  }
  if (messages.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

/** True when all init containers have done their part. */
export function initializedCondition(spec: PodSpec, all: readonly ContainerStatus[], phase: Phase): ConditionDraft {
  const type = 'Initialized';
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of spec.initContainers ?? []) {
    const status = all.find((one) => one.name === container.name);
    if (status === undefined) unknown.push(container.name);
    else if (isSidecar(container) ? status.started !== true : !status.ready) incomplete.push(container.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'True', reason: 'PodCompleted' };
  if (hasRegularContainerStarted(spec, all)) return { type, status: 'True' };
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: ${names(unknown)}`);
  if (incomplete.length > 0) messages.push(`containers with incomplete status: ${names(incomplete)}`);
  if (messages.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotInitialized', message: messages.join(', ') };
}
