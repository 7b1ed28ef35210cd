// The whole status of a pod, from its containers and its sandbox. Upstream: pkg/kubelet/kubelet_pods.go (generateAPIPodStatus).
import { equalJson } from '@/base/json.ts';
import { rfc3339, type Instant } from '@/simulation/clock/duration.ts';
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import { hasRegularContainerStarted, isSidecar } from '../runtime/containers.ts';
import { containersReadyCondition, initializedCondition, isKubeletCondition, isSameCondition, readyCondition, type ConditionDraft } from './conditions.ts';
import { containerStatus, type ContainerView } from './container-status.ts';
import { phaseOf } from './phase.ts';

/** What a status is made from. */
export interface PodStatusFacts {
  readonly pod: Pod;
  /** The status last written or seen. */
  readonly previous: PodStatus;
  readonly view: (container: Container) => ContainerView;
  /** Addresses of the pod's sandbox, when it has one. */
  readonly ips: readonly string[];
  readonly isSandboxReady: boolean;
  readonly hostIp: string;
  readonly runtimeName: string;
  readonly now: Instant;
  /** The pod is over: it was deleted, evicted, or its deadline passed, and nothing of it runs any more. */
  readonly isTerminal: boolean;
  /** Why the kubelet ended it, if it did: goes into reason and message, and makes the phase Failed. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

/** What is unchanged keeps its reference, so that a writer sees at a glance what to write. */
function kept<T>(next: T, previous: T | undefined): T {
  return previous !== undefined && equalJson(next, previous) ? previous : next;
}

function statusesOf(facts: PodStatusFacts, containers: readonly Container[], old: readonly ContainerStatus[] | undefined, isInit: boolean): readonly ContainerStatus[] {
  const { pod, previous } = facts;
  const waitingReason = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const hasInitialized = hasRegularContainerStarted(pod.spec, previous.containerStatuses ?? []);
  const statuses = containers.map((container) =>
    containerStatus(container, facts.view(container), {
      pod,
      old: old?.find((one) => one.name === container.name),
      waitingReason,
      isInit,
      hasInitialized,
      runtimeName: facts.runtimeName,
    }),
  );
  // Upstream lists app containers by name, init containers in their order.
  if (!isInit && statuses.length > 1) statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
  return statuses;
}

/** An ended pod has no container that still waits: whatever the runtime lost counts as failed. */
function settled(statuses: readonly ContainerStatus[], isLost: (status: ContainerStatus) => boolean): readonly ContainerStatus[] {
  const message = 'The container could not be located when the pod was terminated';
  return statuses.map((status) => {
    if (status.state.terminated || !isLost(status)) return status;
    return { ...status, ready: false, started: false, state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message } } };
  });
}

function conditionsOf(facts: PodStatusFacts, containers: readonly ContainerStatus[], inits: readonly ContainerStatus[], phase: PodStatus['phase']): readonly PodCondition[] {
  const { pod, previous } = facts;
  const all = [...inits, ...containers];
  const old = previous.conditions ?? [];
  const containersReady = containersReadyCondition(pod.spec, all, phase);
  const drafts: ConditionDraft[] = [
    { type: 'PodReadyToStartContainers', status: facts.isSandboxReady ? 'True' : 'False' },
    initializedCondition(pod.spec, all, phase),
    readyCondition(pod.spec, containersReady, pod.status.conditions ?? []),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
  const generation = pod.metadata.generation;
  return [
    ...(pod.status.conditions ?? []).filter((condition) => !isKubeletCondition(condition.type)),
    ...drafts.map((draft) => stamped(draft, old, generation, facts.now)),
  ];
}

function stamped(draft: ConditionDraft, old: readonly PodCondition[], generation: number | undefined, now: Instant): PodCondition {
  const before = old.find((one) => one.type === draft.type);
  const lastTransitionTime = before?.status === draft.status && before.lastTransitionTime ? before.lastTransitionTime : rfc3339(now);
  const next: PodCondition = { ...draft, ...(generation ? { observedGeneration: generation } : {}), lastTransitionTime };
  return before !== undefined && isSameCondition(before, next) ? before : next;
}

/** What is reported, and what is known beside it. */
export interface PodStatusResult {
  readonly status: PodStatus;
  /** Its containers have ended for good: what still runs of the pod (sidecars) is to be stopped. */
  readonly isOver: boolean;
}

const isEnd = (phase: PodStatus['phase']): boolean => phase === 'Succeeded' || phase === 'Failed';

/** The status to be reported now. Parts that did not change are those of `previous` by reference. */
export function podStatus(facts: PodStatusFacts): PodStatusResult {
  const { pod, previous, failure } = facts;
  let containers = statusesOf(facts, pod.spec.containers, previous.containerStatuses, false);
  let inits = pod.spec.initContainers ? statusesOf(facts, pod.spec.initContainers, previous.initContainerStatuses, true) : [];
  if (facts.isTerminal) {
    const hasInitialized = hasRegularContainerStarted(pod.spec, containers);
    if (hasInitialized) containers = settled(containers, () => true);
    inits = settled(inits, (status) => {
      const container = pod.spec.initContainers?.find((one) => one.name === status.name);
      return hasInitialized && container !== undefined && isSidecar(container) && status.containerID !== undefined;
    });
  }
  let phase = failure ? 'Failed' : phaseOf(pod.spec, [...inits, ...containers], facts.isTerminal);
  // A pod never comes back from its end; and one that was ended by force is not left half way.
  if (isEnd(previous.phase)) phase = previous.phase;
  else if (facts.isTerminal && phase !== 'Succeeded') phase = 'Failed';
  // The end is not told before the last container has ended.
  const isRunning = [...inits, ...containers].some(({ state }) => state.running !== undefined);
  const isHeldBack = isEnd(phase) && isRunning;
  const podIps = pod.spec.hostNetwork ? [facts.hostIp] : facts.ips;
  const ips = podIps.length > 0 ? podIps.map((ip) => ({ ip })) : previous.podIPs;
  const status: PodStatus = {
    ...previous,
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    phase: isHeldBack ? previous.phase : phase,
    ...(isHeldBack ? {} : failure),
    conditions: kept(conditionsOf(facts, containers, inits, phase), previous.conditions),
    hostIP: facts.hostIp,
    hostIPs: kept([{ ip: facts.hostIp }], previous.hostIPs as { ip: string }[] | undefined),
    ...(ips ? { podIP: ips[0]?.ip, podIPs: kept(ips, previous.podIPs) } : {}),
    startTime: previous.startTime ?? rfc3339(facts.now),
    ...(inits.length > 0 ? { initContainerStatuses: kept(inits, previous.initContainerStatuses) } : {}),
    containerStatuses: kept(containers, previous.containerStatuses),
  };
  return { status, isOver: isEnd(phase) };
}
