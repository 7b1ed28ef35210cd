// Does what was decided for a pod: sandbox, volumes, init containers, app containers; what cannot be done comes back as refusals.
// Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod).
import { microseconds, milliseconds, plus, seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Container } from '@/kubernetes/api/core/v1/pod/types.ts';
import { RuntimeError } from '@/kubernetes/cri-api/runtime.ts';
import { goDuration } from '../images/go-duration.ts';
import { StartRefusal } from '../images/start-refusal.ts';
import { formatPod } from '../runtime/containers.ts';
import { networkProblem } from '../runtime/network-problem.ts';
import type { PodActions } from '../runtime/pod-actions.ts';
import { rpcError } from '../runtime/rpc-error.ts';
import { sandboxConfig } from '../runtime/sandbox-config.ts';
import type { PayloadSources } from '../volumes/payloads.ts';
import { MountFailure, type MountedVolume } from '../volumes/volume-mounter.ts';
import { stopAll, stopInstance } from './container-killer.ts';
import type { ContainerRecord } from './container-records.ts';
import { startContainer } from './container-starter.ts';
import type { Machinery } from './machinery.ts';
import type { PodRecord } from './pod-record.ts';

type Volumes = ReadonlyMap<string, MountedVolume>;

/** How it went. */
export interface Outcome {
  readonly refusals: readonly StartRefusal[];
  /** An init container was started: the next step may be due at once. */
  readonly isNextDue: boolean;
}

const firstMountRetry = milliseconds(500);
const maxMountRetry = seconds(122);

/** Carries out the actions in upstream's order. */
export function* act(machinery: Machinery, record: PodRecord, actions: PodActions, isStatic: boolean): Task<Outcome> {
  const { pod } = record;
  if (actions.killPod) yield* killForSandbox(machinery, record, actions);
  for (const { container, instance, message, probe } of actions.toKill) {
    const own = probe === 'liveness' ? container.livenessProbe : probe === 'startup' ? container.startupProbe : undefined;
    const graceSeconds = own?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    machinery.voice.record(pod, 'Killing', message);
    yield* stopInstance(machinery, pod, { container, id: instance.id, graceSeconds, message });
  }
  const refused = (...refusals: StartRefusal[]): Outcome => ({ refusals, isNextDue: false });
  if (actions.createSandbox === undefined && actions.initToStart.length + actions.toStart.length === 0) return refused();
  let volumes: Volumes;
  try {
    // Whether it finds the API server by environment depends on the Services having been read.
    if (!isStatic) yield* machinery.services.waitForSync();
    volumes = yield* machinery.volumes.mountAll(pod, payloadSources(machinery, record));
    record.mountFailures = 0;
  } catch (error) {
    if (!(error instanceof MountFailure)) throw error;
    return refused(mountFailed(machinery, record, error));
  }
  if (actions.createSandbox) {
    const refusal = yield* createSandbox(machinery, record, actions.createSandbox.attempt);
    if (refusal) return refused(refusal);
  }
  for (const container of actions.initToStart) {
    const refusal = yield* start(machinery, record, container, volumes);
    if (refusal) return refused(refusal);
  }
  const refusals: StartRefusal[] = [];
  for (const container of actions.toStart) {
    const refusal = yield* start(machinery, record, container, volumes);
    if (refusal) refusals.push(refusal);
  }
  return { refusals, isNextDue: actions.initToStart.length > 0 };
}

/** What volumes and environments of this pod are made from. */
export function payloadSources(machinery: Machinery, record: PodRecord): PayloadSources {
  const { configMaps, secrets, tokens, hostIp, allocatable } = machinery;
  return { configMaps, secrets, tokens, facts: { podIps: record.ips, hostIp, allocatable } };
}

/** A younger instance took its place twice over: it need not be kept. */
export function dropInstance(machinery: Machinery, id: string | undefined): void {
  if (id && machinery.runtime.containerStatus(id)) machinery.context.spawn(machinery.runtime.removeContainer(id));
}

function* killForSandbox(machinery: Machinery, record: PodRecord, actions: PodActions): Task<void> {
  const { pod, sandbox } = record;
  if (sandbox === undefined) return;
  if (actions.createSandbox) {
    machinery.voice.event(pod, undefined, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    machinery.voice.record(pod, 'SandboxChanged', `The sandbox of pod ${pod.metadata.name} is gone: a new one is made`);
  }
  yield* stopAll(machinery, pod, record.containers.running(pod), pod.spec.terminationGracePeriodSeconds ?? 30, false);
  yield* machinery.runtime.stopPodSandbox(sandbox.id);
}

function* createSandbox(machinery: Machinery, record: PodRecord, attempt: number): Task<StartRefusal | undefined> {
  const { runtime, voice, nodeName, dns } = machinery;
  const { pod } = record;
  const network = runtime.status();
  if (!network.isNetworkReady && !pod.spec.hostNetwork) {
    const why = networkProblem(network.networkMessage);
    voice.event(pod, undefined, 'Warning', 'NetworkNotReady', `network is not ready: ${why}`);
    return new StartRefusal('NetworkNotReady', why);
  }
  const old = record.sandbox;
  try {
    record.sandboxId = yield* runtime.runPodSandbox(sandboxConfig(pod, attempt, nodeName, dns));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const message = `Failed to create pod sandbox: ${rpcError(error.message)}`;
    voice.event(pod, undefined, 'Warning', 'FailedCreatePodSandBox', message);
    voice.record(pod, 'FailedCreatePodSandBox', message);
    return new StartRefusal('FailedCreatePodSandBox', message);
  }
  // What ended in the old sandbox is kept for the status, and the sandbox with it.
  const isKept = record.containers.all.some(({ id, previousId }) => [id, previousId].some((one) => one !== '' && runtime.containerStatus(one)?.sandboxId === old?.id));
  if (old && !isKept) yield* runtime.removePodSandbox(old.id);
  return undefined;
}

function* start(machinery: Machinery, record: PodRecord, container: Container, volumes: Volumes): Task<StartRefusal | undefined> {
  const own = record.containers.of(container.name);
  const refused = crashBackoff(machinery, record, container, own);
  const current = record.containers.current(container.name);
  try {
    if (refused) throw refused;
    yield* startContainer(machinery, record.pod, container, {
      sandboxId: record.sandboxId,
      attempt: current ? current.metadata.attempt + 1 : lostAttempts(record, container),
      volumes,
      podIps: record.ips,
      created: (id) => {
        dropInstance(machinery, record.containers.noteInstance(container.name, id));
        own.waiting = undefined;
        if (container.lifecycle?.postStart) own.isInHook = true;
      },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    own.waiting = { reason: error.reason, message: error.message };
    return error;
  } finally {
    own.isInHook = undefined;
  }
}

/** The attempt to begin with when the runtime has lost all earlier instances. */
function lostAttempts({ status }: PodRecord, container: Container): number {
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const old = statuses.find(({ name }) => name === container.name);
  return old?.containerID ? old.restartCount + 1 : (old?.restartCount ?? 0);
}

/** The key under which a container's crashes are counted: a new image starts anew. */
export function crashKey(record: PodRecord, container: Container): string {
  return `${record.pod.metadata.uid} ${container.name} ${container.image}`;
}

/** The id of the deadline of a container in back-off. */
export function crashDeadline(record: PodRecord, container: Container): string {
  return `crash ${record.pod.metadata.uid} ${container.name}`;
}

function crashBackoff(machinery: Machinery, record: PodRecord, container: Container, own: ContainerRecord): StartRefusal | undefined {
  const { crashBackoff: backoff, context, deadlines, voice } = machinery;
  const { pod } = record;
  const current = record.containers.current(container.name);
  if (current?.state !== 'exited' || current.finishedAt === undefined) return undefined;
  const key = crashKey(record, container);
  const deadline = crashDeadline(record, container);
  const { now } = context;
  if (!backoff.isInBackoffSince(key, current.finishedAt, now)) {
    backoff.next(key, now, current.finishedAt);
    deadlines.clear(deadline);
    return undefined;
  }
  const delay = microseconds(backoff.get(key));
  const due = plus(current.finishedAt, delay);
  const after = goDuration(delay);
  const { name, namespace } = pod.metadata;
  voice.event(pod, container, 'Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`);
  if (own.waiting?.reason !== 'CrashLoopBackOff') {
    voice.record(pod, 'BackOff', `Container ${container.name} of pod ${namespace}/${name} ended again: it is restarted ${after} after that`);
    deadlines.set({ id: deadline, kind: 'backoff', subject: record.subject, start: current.finishedAt, due, rule: `CrashLoopBackOff ${after}` });
  }
  return new StartRefusal('CrashLoopBackOff', `back-off ${after} restarting failed container=${container.name} pod=${formatPod(pod)}`, due);
}

function mountFailed(machinery: Machinery, record: PodRecord, error: MountFailure): StartRefusal {
  const { voice, context } = machinery;
  voice.event(record.pod, undefined, 'Warning', 'FailedMount', error.message);
  if (record.mountFailures === 0) voice.record(record.pod, 'FailedMount', error.message);
  const delay = Math.min(firstMountRetry * 2 ** Math.min(record.mountFailures, 20), maxMountRetry);
  record.mountFailures++;
  return new StartRefusal('FailedMount', error.message, plus(context.now, microseconds(delay)));
}
