// The life of one pod on its node: what it should be against what the runtime has, step by step, until nothing of it is left.
// Upstream: pkg/kubelet/pod_workers.go, kubelet.go (SyncPod).
import { equalJson } from '@/base/json.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import { between, microseconds, parseRfc3339, plus, rfc3339, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Pod, PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { PodSandboxStatus, RuntimeEvent } from '@/kubernetes/cri-api/runtime.ts';
import type { Deadline } from '../deadlines/deadlines.ts';
import type { StartRefusal } from '../images/start-refusal.ts';
import type { Finding } from '../prober/handlers.ts';
import type { ProbeListener, ProbeWorker } from '../prober/probe-worker.ts';
import { podActions } from '../runtime/pod-actions.ts';
import { podStatus } from '../status/pod-status.ts';
import { statusPatch } from '../status/status-patch.ts';
import type { StatusSubject } from '../status/status-writer.ts';
import type { ContainerRecords } from './container-records.ts';
import type { Machinery } from './machinery.ts';
import { act, dropInstance, payloadSources } from './pod-actor.ts';
import { probeDeadlines, sayUnhealthy, stopProbes, superviseProbes } from './pod-probes.ts';
import { PodRecord, type PodFailure } from './pod-record.ts';
import { PodStopper, release, removeAll } from './pod-stopper.ts';

type Stage = 'syncing' | 'terminating' | 'terminated';

/** How long a crash is shown as such before the back-off is: upstream reports that with its next look. */
const showBackoffAfter = seconds(1);
const retryAfterPull = seconds(1);
const retryAfterError = seconds(10);
/** A pod that waits for long is looked at this often, and says again that it waits. */
const maxWait = seconds(60);
/** An object that changed reaches mounted volumes with upstream's next periodic look at the pod. */
const refreshWithin = seconds(60);

/** See the file's head. While nothing happens to its pod a worker is a handful of fields, without a task and without a timer. */
export class PodWorker implements StatusSubject, ProbeListener {
  private readonly record: PodRecord;
  private stage: Stage = 'syncing';
  private isRunning = false;
  private isAgain = false;
  private cause = 0;
  /** The next look at a pod that waits for a back-off. */
  private retry: Timer | undefined;
  private activeDeadline: Timer | undefined;
  private stopper: PodStopper | undefined;
  /** It is to end, whatever its containers do. */
  private isUnwanted = false;
  /** Its containers have ended for good. */
  private isOver = false;
  private isObjectGone = false;
  private mirror: Pod | undefined;

  constructor(
    private readonly machinery: Machinery,
    pod: Pod,
    /** A static pod's status is written to its mirror. */
    readonly isStatic: boolean,
  ) {
    this.record = new PodRecord(machinery, pod);
    // Over before this kubelet saw it: there is nothing to run, only to delete when that is wanted.
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') this.stage = 'terminated';
  }

  get pod(): Pod {
    return this.record.pod;
  }

  get apiPod(): Pod | undefined {
    return this.isStatic ? this.mirror : this.isObjectGone ? undefined : this.pod;
  }

  get status(): PodStatus {
    return this.record.status;
  }

  get isFinished(): boolean {
    return this.stage === 'terminated';
  }

  /** Its sandbox at the runtime, once there is one. */
  get sandbox(): PodSandboxStatus | undefined {
    return this.record.sandbox;
  }

  get containers(): ContainerRecords {
    return this.record.containers;
  }

  get deadlines(): Iterable<Deadline> {
    return probeDeadlines(this.record);
  }

  acknowledge(pod: Pod): void {
    if (this.isStatic) this.mirrorChanged(pod);
    else if (!this.isObjectGone && Number(pod.metadata.resourceVersion) > Number(this.pod.metadata.resourceVersion)) this.update(pod);
  }

  /** What the runtime had of it before this kubelet was started. */
  adopt(sandbox: PodSandboxStatus): void {
    // A pod that is over by its status but not at the runtime is ended once more.
    if (this.stage === 'terminated') this.stage = 'terminating';
    const known = this.record.sandbox;
    if (known === undefined || sandbox.metadata.attempt >= known.metadata.attempt) this.record.sandboxId = sandbox.id;
  }

  adoptInstance(name: string, id: string): void {
    this.containers.noteInstance(name, id);
  }

  /** The API's object changed, or the mirror of a static pod did. */
  update(next: Pod): void {
    if (this.isStatic) {
      this.mirrorChanged(next);
      return;
    }
    const before = this.pod;
    // An answer to an own write may have come before the watch.
    if (Number(next.metadata.resourceVersion) < Number(before.metadata.resourceVersion)) return;
    this.record.pod = next;
    this.compare(next);
    const isDeleted = next.metadata.deletionTimestamp !== undefined;
    if (isDeleted) this.stopper?.shorten(next.metadata.deletionGracePeriodSeconds);
    if (isDeleted !== (before.metadata.deletionTimestamp !== undefined) || !equalJson(next.spec, before.spec)) this.wake();
    const { labels, annotations } = before.metadata;
    if (!equalJson(next.metadata.labels, labels) || !equalJson(next.metadata.annotations, annotations)) this.objectsChanged();
  }

  /** The mirror of a static pod appeared, changed or went (undefined). */
  mirrorChanged(mirror: Pod | undefined): void {
    this.mirror = mirror;
    if (mirror === undefined || mirror.metadata.deletionTimestamp !== undefined) this.wake();
    else this.compare(mirror);
  }

  /** The API has the pod no longer: all of it goes. */
  objectGone(): void {
    this.isObjectGone = true;
    this.isUnwanted = true;
    this.machinery.statuses.forget(this);
    this.wake();
  }

  /** Not admitted on this node: the pod fails without having run. */
  reject({ reason, message }: PodFailure): void {
    const { record, machinery } = this;
    this.stage = 'terminated';
    machinery.voice.event(this.pod, undefined, 'Warning', reason, message);
    machinery.voice.record(this.pod, reason, `Pod ${this.pod.metadata.name} was refused by its node: ${message}`);
    const startTime = record.status.startTime ?? rfc3339(machinery.context.now);
    record.status = { ...record.status, phase: 'Failed', reason, message: `Pod was rejected: ${message}`, startTime };
    machinery.statuses.changed(this);
  }

  /** Something of interest happened: looks at the pod at this instant, after the running task. Several calls are one look. */
  wake(): void {
    this.cause = this.machinery.context.cause;
    if (this.isRunning) {
      this.isAgain = true;
      return;
    }
    this.isRunning = true;
    this.machinery.context.soon(() => this.machinery.context.spawn(this.run()));
  }

  /** Looks at the pod after a while. */
  wakeIn(span: Duration): void {
    this.machinery.context.after(span, () => this.wake());
  }

  /** A container of this pod changed state. */
  instanceChanged(id: string, hasStopped: boolean): void {
    if (this.stage === 'terminated') return;
    const known = this.machinery.runtime.containerStatus(id);
    if (known) dropInstance(this.machinery, this.containers.noteInstance(known.metadata.name, id));
    // What the worker itself is doing needs no second look; what ended by itself does.
    if (!this.isRunning || (hasStopped && this.stage === 'syncing')) this.wake();
  }

  /** The pod's sandbox changed state. */
  sandboxChanged(id: string, kind: RuntimeEvent['kind']): void {
    if (this.stage === 'syncing' && id === this.record.sandboxId && kind === 'stopped') this.wake();
  }

  /** A ConfigMap or Secret that the pod uses, or its own labels, changed. */
  objectsChanged(): void {
    const { context } = this.machinery;
    if (this.stage !== 'syncing' || !this.pod.spec.volumes?.length) return;
    context.after(microseconds(context.random.unit() * refreshWithin), () => {
      if (this.stage === 'syncing') context.spawn(this.refreshVolumes());
    });
  }

  probeVerdict(worker: ProbeWorker, isSuccess: boolean): void {
    if (worker.kind === 'startup' && isSuccess) superviseProbes(this.machinery, this.record, this);
    if (worker.kind !== 'readiness') {
      this.wake();
      return;
    }
    const message = `Container ${worker.containerName} is ${isSuccess ? 'ready' : 'not ready'} by its readiness probe`;
    this.machinery.voice.record(this.pod, isSuccess ? 'ContainerReady' : 'ContainerNotReady', message);
    this.report();
  }

  probeFailed(worker: ProbeWorker, finding: Finding, isFirst: boolean): void {
    sayUnhealthy(this.machinery, this.record, worker, finding, isFirst);
  }

  /** Once the API says the same as we do, its copy is kept and ours is not; else it is told again. */
  private compare(api: Pod): void {
    if (statusPatch('', api.status, this.status) === undefined) this.record.status = api.status;
    else this.machinery.statuses.changed(this);
  }

  private get isWanted(): boolean {
    return !this.isUnwanted && !this.isOver && this.pod.metadata.deletionTimestamp === undefined;
  }

  private *run(): Task<void> {
    try {
      do {
        this.isAgain = false;
        this.machinery.context.cause = this.cause;
        this.retry?.cancel();
        this.retry = undefined;
        yield* this.look();
      } while (this.isAgain);
    } finally {
      this.isRunning = false;
    }
  }

  private *look(): Task<void> {
    const { machinery, record } = this;
    if (this.stage === 'syncing') {
      if (this.isWanted) yield* this.sync();
      if (this.isWanted) return;
      this.stage = 'terminating';
    }
    if (this.stage === 'terminating') yield* this.terminate();
    if (this.isObjectGone) {
      yield* removeAll(machinery, record);
      machinery.forget(this.pod.metadata.uid);
    } else if (this.pod.metadata.deletionTimestamp !== undefined) machinery.statuses.changed(this);
  }

  /** Brings the pod one step closer to what it should be. */
  private *sync(): Task<void> {
    const { machinery, record } = this;
    const { containers } = record;
    if (this.isStatic) machinery.mirrors.ensure(this.pod, this.mirror);
    this.report();
    if (this.isOver || this.hasOutlived()) return;
    const actions = podActions({
      pod: this.pod,
      sandbox: record.sandbox,
      current: ({ name }) => containers.current(name),
      liveness: ({ name }) => containers.verdict(name, 'liveness') ?? 'unknown',
      startup: ({ name }) => containers.verdict(name, 'startup') ?? 'unknown',
      isStarted: ({ name }) => containers.isStarted(name),
    });
    const { refusals, isNextDue } = yield* act(machinery, record, actions, this.isStatic);
    if (isNextDue) this.isAgain = true;
    superviseProbes(machinery, record, this);
    if (refusals.length === 0) this.report();
    else this.retryLater(refusals);
  }

  /** Reports the refusals, and looks again when the first of them may be over. */
  private retryLater(refusals: readonly StartRefusal[]): void {
    const { context } = this.machinery;
    if (refusals.every(({ reason }) => reason === 'CrashLoopBackOff')) context.after(showBackoffAfter, () => this.report());
    else this.report();
    let delay: number = maxWait;
    for (const { reason, retryAt } of refusals) {
      const own = retryAt !== undefined ? between(context.now, retryAt) : reason === 'ErrImagePull' ? retryAfterPull : retryAfterError * context.random.within(1, 1.5);
      delay = Math.min(delay, Math.max(own, 0));
    }
    this.retry?.cancel();
    this.retry = context.after(microseconds(delay), () => this.wake());
  }

  /** Makes the status anew and has it written when it differs. */
  private report(): void {
    const { machinery, record } = this;
    const { pod, sandbox } = record;
    const { status, isOver } = podStatus({
      pod,
      previous: record.status,
      view: (container) => record.containers.view(pod, container),
      ips: sandbox?.ips ?? [],
      isSandboxReady: sandbox?.state === 'ready' && record.ips.length > 0,
      hostIp: machinery.hostIp,
      runtimeName: machinery.runtimeName,
      now: machinery.context.now,
      isTerminal: this.stage === 'terminated',
      failure: record.failure,
    });
    record.status = status;
    this.isOver = isOver;
    machinery.statuses.changed(this);
  }

  /** Whether the pod ran for longer than it may; sets the timer for that the first time. */
  private hasOutlived(): boolean {
    const { context, voice } = this.machinery;
    const limit = this.pod.spec.activeDeadlineSeconds;
    const start = this.status.startTime === undefined ? undefined : parseRfc3339(this.status.startTime);
    if (limit === undefined || start === undefined) return false;
    const due = plus(start, seconds(limit));
    if (context.now < due) {
      this.activeDeadline ??= context.after(between(context.now, due), () => this.wake());
      return false;
    }
    const message = 'Pod was active on the node longer than the specified deadline';
    voice.event(this.pod, undefined, 'Normal', 'DeadlineExceeded', message);
    this.record.failure = { reason: 'DeadlineExceeded', message };
    this.isUnwanted = true;
    return true;
  }

  /** Stops all of it, reports how it ended, gives back what it held. */
  private *terminate(): Task<void> {
    const { machinery, record } = this;
    this.activeDeadline?.cancel();
    stopProbes(record, { keepsReadiness: true });
    this.report();
    this.stopper = new PodStopper(machinery, record);
    yield* this.stopper.run();
    this.stopper = undefined;
    stopProbes(record);
    this.stage = 'terminated';
    this.report();
    release(machinery, record);
  }

  private *refreshVolumes(): Task<void> {
    try {
      yield* this.machinery.volumes.refresh(this.pod, payloadSources(this.machinery, this.record));
    } catch (error) {
      // The old content stays until the next change.
      if (!(error instanceof Error) || !['VolumeError', 'StatusError', 'ConnectionError'].includes(error.name)) throw error;
    }
  }
}
