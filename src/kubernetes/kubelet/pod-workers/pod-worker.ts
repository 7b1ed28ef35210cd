// The life of one pod on its node: what it should be against what the runtime has, step by step, until nothing of it is left.
// Upstream: pkg/kubelet/pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod), kuberuntime_manager.go (SyncPod).
import type { Timer } from '@/simulation/clock/clock.ts';
import { equalJson } from '@/base/json.ts';
import { between, microseconds, milliseconds, parseRfc3339, plus, rfc3339, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Container, Pod, PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import { RuntimeError, type PodSandboxStatus, type RuntimeEvent } from '@/kubernetes/cri-api/runtime.ts';
import type { Deadline } from '../deadlines/deadlines.ts';
import { StartRefusal } from '../images/start-refusal.ts';
import { goDuration } from '../images/go-duration.ts';
import type { Finding } from '../prober/handlers.ts';
import { ProbeWorker, type ProbeListener } from '../prober/probe-worker.ts';
import { containersOf, formatPod, subjectOf } from '../runtime/containers.ts';
import { podActions, type PodActions } from '../runtime/pod-actions.ts';
import { networkProblem } from '../runtime/network-problem.ts';
import { rpcError } from '../runtime/rpc-error.ts';
import { sandboxConfig } from '../runtime/sandbox-config.ts';
import { podStatus } from '../status/pod-status.ts';
import { statusPatch } from '../status/status-patch.ts';
import type { StatusSubject } from '../status/status-writer.ts';
import { MountFailure, type MountedVolume } from '../volumes/volume-mounter.ts';
import { stopAll, stopInstance } from './container-killer.ts';
import { ContainerRecords, type ContainerRecord } from './container-records.ts';
import { startContainer } from './container-starter.ts';
import type { Machinery } from './machinery.ts';

type Stage = 'syncing' | 'terminating' | 'terminated';
type Failure = { readonly reason: string; readonly message: string };

/** How long a crash is shown as such before the back-off is: upstream reports it with its next look. */
const showBackoffAfter = seconds(1);
const retryAfterPull = seconds(1);
const retryAfterError = seconds(10);
/** A pod that waits for long is looked at this often, and says again that it waits. */
const maxWait = seconds(60);
const firstMountRetry = milliseconds(500);
const maxMountRetry = seconds(122);
/** An object that changed reaches mounted volumes with the next periodic look at the pod. */
const refreshWithin = seconds(60);

/** See the file's head. While nothing happens to its pod a worker is a handful of fields, without a task and without a timer. */
export class PodWorker implements StatusSubject, ProbeListener {
  status: PodStatus;
  stage: Stage = 'syncing';
  readonly containers: ContainerRecords;
  private sandboxId = '';
  private isRunning = false;
  private isAgain = false;
  private cause = 0;
  private retry: Timer | undefined;
  private activeDeadline: Timer | undefined;
  private kill: TaskHandle<void> | undefined;
  private graceSeconds = 0;
  private killAsked = false;
  private isOver = false;
  private failure: Failure | undefined;
  private mountFailures = 0;
  private isObjectGone = false;
  private isCleaned = false;

  constructor(
    private readonly machinery: Machinery,
    /** What the pod is to be: the API's object, or the static pod's manifest. */
    public pod: Pod,
    /** A static pod's status is written to its mirror. */
    readonly isStatic: boolean,
  ) {
    this.status = pod.status;
    this.containers = new ContainerRecords(machinery.runtime);
    // Over before this kubelet saw it: there is nothing to run, only to delete when that is wanted.
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') this.stage = 'terminated';
  }

  private mirror: Pod | undefined;

  get apiPod(): Pod | undefined {
    return this.isStatic ? this.mirror : this.isObjectGone ? undefined : this.pod;
  }

  get isFinished(): boolean {
    return this.stage === 'terminated';
  }

  get subject(): string {
    return subjectOf(this.pod);
  }

  private get sandbox(): PodSandboxStatus | undefined {
    return this.sandboxId ? this.machinery.runtime.podSandboxStatus(this.sandboxId) : undefined;
  }

  acknowledge(pod: Pod): void {
    if (this.isStatic) this.mirrorChanged(pod);
    else if (!this.isObjectGone && Number(pod.metadata.resourceVersion) > Number(this.pod.metadata.resourceVersion)) this.take(pod);
  }

  /** What the runtime had of it before this kubelet was started. */
  adopt(sandbox: PodSandboxStatus): void {
    // A pod that is over by its status but not at the runtime is ended once more.
    if (this.stage === 'terminated') this.stage = 'terminating';
    const known = this.sandbox;
    if (known === undefined || sandbox.metadata.attempt >= known.metadata.attempt) this.sandboxId = sandbox.id;
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
    this.take(next);
    const isDeleted = next.metadata.deletionTimestamp !== undefined;
    if (isDeleted && this.stage === 'terminating') this.shorten(next.metadata.deletionGracePeriodSeconds);
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
    this.machinery.statuses.forget(this);
    if (this.stage === 'terminated') this.machinery.context.spawn(this.cleanUp());
    else {
      this.killAsked = true;
      this.wake();
    }
  }

  /** Not admitted on this node: the pod fails without having run. */
  reject(failure: Failure): void {
    this.failure = { reason: failure.reason, message: `Pod was rejected: ${failure.message}` };
    this.stage = 'terminated';
    this.machinery.voice.event(this.pod, undefined, 'Warning', failure.reason, failure.message);
    this.machinery.voice.record(this.pod, failure.reason, `Pod ${this.pod.metadata.name} was refused by its node: ${failure.message}`);
    this.status = { ...this.status, phase: 'Failed', ...this.failure, startTime: this.status.startTime ?? rfc3339(this.machinery.context.now) };
    this.machinery.statuses.changed(this);
  }

  /** Ends the pod from the node's side: evicted, past its deadline. */
  end(failure: Failure): void {
    this.failure = failure;
    this.killAsked = true;
    this.wake();
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

  /** A container of this pod changed state. */
  instanceChanged(id: string, hasStopped: boolean): void {
    if (this.stage === 'terminated') return;
    const known = this.machinery.runtime.containerStatus(id);
    if (known) this.dropOld(this.containers.noteInstance(known.metadata.name, id));
    // What the worker itself is doing needs no second look; what ended by itself does.
    if (!this.isRunning || (hasStopped && this.stage === 'syncing')) this.wake();
  }

  /** The pod's sandbox changed state. */
  sandboxChanged(id: string, kind: RuntimeEvent['kind']): void {
    if (kind === 'created' || kind === 'removed' || this.stage !== 'syncing') return;
    if (id === this.sandboxId && kind === 'stopped') this.wake();
  }

  /** Looks at the pod after a while, unless something makes it look before. */
  wakeIn(span: Duration): void {
    this.machinery.context.after(span, () => this.wake());
  }

  /** When its probes look next. */
  *probeDeadlines(): Iterable<Deadline> {
    for (const record of this.containers.all) {
      for (const { kind, due, probe, containerName } of record.probes ?? []) {
        if (due === undefined) continue;
        const start = plus(due, seconds(-(probe.periodSeconds || 10)));
        const id = `probe ${this.pod.metadata.uid} ${containerName} ${kind}`;
        yield { id, kind: 'probe', subject: this.subject, start, due, rule: `${kind}Probe.periodSeconds ${probe.periodSeconds || 10}s` };
      }
    }
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
    if (worker.kind === 'startup' && isSuccess) this.superviseAll();
    if (worker.kind === 'readiness') {
      const message = `Container ${worker.containerName} is ${isSuccess ? 'ready' : 'not ready'} by its readiness probe`;
      this.machinery.voice.record(this.pod, isSuccess ? 'ContainerReady' : 'ContainerNotReady', message);
      this.report();
    } else this.wake();
  }

  probeFailed(worker: ProbeWorker, finding: Finding, isFirst: boolean): void {
    const { voice } = this.machinery;
    const kind = worker.kind.charAt(0).toUpperCase() + worker.kind.slice(1);
    const container = [...containersOf(this.pod.spec)].find(({ name }) => name === worker.containerName);
    const message = `${kind} probe failed: ${finding.output}`;
    voice.event(this.pod, container, 'Warning', 'Unhealthy', message);
    if (isFirst) voice.record(this.pod, 'Unhealthy', `${message.trimEnd()} (container ${worker.containerName})`);
  }

  private take(next: Pod): void {
    this.pod = next;
    this.compare(next);
  }

  /** Once the API says the same as we do, its copy is kept and ours is not; else it is told again. */
  private compare(api: Pod): void {
    if (statusPatch('', api.status, this.status) === undefined) this.status = api.status;
    else this.machinery.statuses.changed(this);
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
    if (this.stage === 'syncing') {
      const isWanted = (): boolean => !this.killAsked && !this.isOver && this.pod.metadata.deletionTimestamp === undefined;
      if (isWanted()) yield* this.sync();
      if (isWanted()) return;
      this.stage = 'terminating';
    }
    if (this.stage === 'terminating') yield* this.terminate();
    if (this.stage !== 'terminated') return;
    if (this.isObjectGone) yield* this.cleanUp();
    else if (this.pod.metadata.deletionTimestamp !== undefined) this.machinery.statuses.changed(this);
  }

  /** Brings the pod one step closer to what it should be. */
  private *sync(): Task<void> {
    if (this.isStatic) this.machinery.mirrors.ensure(this.pod, this.mirror);
    this.report();
    if (this.isOver || this.hasOutlived()) return;
    const actions = podActions({
      pod: this.pod,
      sandbox: this.sandbox,
      current: (container) => this.containers.current(container.name),
      liveness: (container) => this.containers.verdict(container.name, 'liveness') ?? 'unknown',
      startup: (container) => this.containers.verdict(container.name, 'startup') ?? 'unknown',
      isStarted: (container) => this.containers.isStarted(container.name),
    });
    const refusals = yield* this.act(actions);
    this.superviseAll();
    this.retryLater(refusals);
  }

  private *act(actions: PodActions): Task<StartRefusal[]> {
    if (actions.killPod) yield* this.killForSandbox(actions);
    for (const { container, instance, message, probe } of actions.toKill) {
      const own = probe === 'liveness' ? container.livenessProbe : probe === 'startup' ? container.startupProbe : undefined;
      const graceSeconds = own?.terminationGracePeriodSeconds ?? this.pod.spec.terminationGracePeriodSeconds ?? 30;
      this.machinery.voice.record(this.pod, 'Killing', message);
      yield* stopInstance(this.machinery, this.pod, { container, id: instance.id, graceSeconds, message });
    }
    if (actions.createSandbox === undefined && actions.initToStart.length + actions.toStart.length === 0) return [];
    let volumes: ReadonlyMap<string, MountedVolume>;
    try {
      if (!this.isStatic) yield* this.machinery.services.waitForSync();
      volumes = yield* this.machinery.volumes.mountAll(this.pod, this.payloadSources());
      this.mountFailures = 0;
    } catch (error) {
      if (!(error instanceof MountFailure)) throw error;
      return [this.mountFailed(error)];
    }
    if (actions.createSandbox) {
      const refusal = yield* this.createSandbox(actions.createSandbox.attempt);
      if (refusal) return [refusal];
    }
    const refusals: StartRefusal[] = [];
    for (const container of actions.initToStart) {
      const refusal = yield* this.start(container, volumes);
      if (refusal) return [refusal];
      // The next one may be due at once, when this is a sidecar.
      this.isAgain = true;
    }
    for (const container of actions.toStart) {
      const refusal = yield* this.start(container, volumes);
      if (refusal) refusals.push(refusal);
    }
    return refusals;
  }

  private *killForSandbox(actions: PodActions): Task<void> {
    const sandbox = this.sandbox;
    if (sandbox === undefined) return;
    if (actions.createSandbox) {
      this.machinery.voice.event(this.pod, undefined, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      this.machinery.voice.record(this.pod, 'SandboxChanged', `The sandbox of pod ${this.pod.metadata.name} is gone: a new one is made`);
    }
    yield* stopAll(this.machinery, this.pod, this.containers.running(this.pod), this.pod.spec.terminationGracePeriodSeconds ?? 30, false);
    yield* this.machinery.runtime.stopPodSandbox(sandbox.id);
  }

  private *createSandbox(attempt: number): Task<StartRefusal | undefined> {
    const { runtime, voice, nodeName, dns } = this.machinery;
    const network = runtime.status();
    if (!network.isNetworkReady && !this.pod.spec.hostNetwork) {
      const why = networkProblem(network.networkMessage);
      voice.event(this.pod, undefined, 'Warning', 'NetworkNotReady', `network is not ready: ${why}`);
      return new StartRefusal('NetworkNotReady', why);
    }
    const old = this.sandbox;
    try {
      this.sandboxId = yield* runtime.runPodSandbox(sandboxConfig(this.pod, attempt, nodeName, dns));
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to create pod sandbox: ${rpcError(error.message)}`;
      voice.event(this.pod, undefined, 'Warning', 'FailedCreatePodSandBox', message);
      voice.record(this.pod, 'FailedCreatePodSandBox', message);
      return new StartRefusal('FailedCreatePodSandBox', message);
    }
    // Its containers' last words are kept for the status; the old sandbox goes when they do.
    if (old && !this.containers.all.some(({ id, previousId }) => [id, previousId].some((one) => one && runtime.containerStatus(one)?.sandboxId === old.id))) {
      yield* runtime.removePodSandbox(old.id);
    }
    return undefined;
  }

  private *start(container: Container, volumes: ReadonlyMap<string, MountedVolume>): Task<StartRefusal | undefined> {
    const record = this.containers.of(container.name);
    const refused = this.crashBackoff(container, record);
    const current = this.containers.current(container.name);
    const podIps = this.pod.spec.hostNetwork ? [this.machinery.hostIp] : (this.sandbox?.ips ?? []);
    try {
      if (refused) throw refused;
      yield* startContainer(this.machinery, this.pod, container, {
        sandboxId: this.sandboxId,
        attempt: current ? current.metadata.attempt + 1 : this.lostAttempts(container),
        volumes,
        podIps,
        created: (id) => {
          this.dropOld(this.containers.noteInstance(container.name, id));
          record.waiting = undefined;
          if (container.lifecycle?.postStart) record.isInHook = true;
        },
        started: () => undefined,
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof StartRefusal)) throw error;
      record.waiting = { reason: error.reason, message: error.message };
      return error;
    } finally {
      record.isInHook = undefined;
    }
  }

  /** The attempt to begin with when the runtime has lost all earlier instances. */
  private lostAttempts(container: Container): number {
    const statuses = [...(this.status.containerStatuses ?? []), ...(this.status.initContainerStatuses ?? [])];
    const old = statuses.find(({ name }) => name === container.name);
    return old?.containerID || old?.lastState.terminated ? old.restartCount + (old.containerID ? 1 : 0) : 0;
  }

  private crashBackoff(container: Container, record: ContainerRecord): StartRefusal | undefined {
    const { crashBackoff, context, deadlines, voice } = this.machinery;
    const current = this.containers.current(container.name);
    const deadline = `crash ${this.pod.metadata.uid} ${container.name}`;
    if (current?.state !== 'exited' || current.finishedAt === undefined) return undefined;
    const key = `${this.pod.metadata.uid} ${container.name} ${container.image}`;
    const { now } = context;
    if (!crashBackoff.isInBackoffSince(key, current.finishedAt, now)) {
      crashBackoff.next(key, now, current.finishedAt);
      deadlines.clear(deadline);
      return undefined;
    }
    const delay = microseconds(crashBackoff.get(key));
    const due = plus(current.finishedAt, delay);
    const { name, namespace } = this.pod.metadata;
    voice.event(this.pod, container, 'Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${formatPod(this.pod)}`);
    if (record.waiting?.reason !== 'CrashLoopBackOff') {
      voice.record(this.pod, 'BackOff', `Container ${container.name} of pod ${namespace}/${name} ended again: it is restarted ${goDuration(delay)} after that`);
      deadlines.set({ id: deadline, kind: 'backoff', subject: this.subject, start: current.finishedAt, due, rule: `CrashLoopBackOff ${goDuration(delay)}` });
    }
    const message = `back-off ${goDuration(delay)} restarting failed container=${container.name} pod=${formatPod(this.pod)}`;
    return new StartRefusal('CrashLoopBackOff', message, due);
  }

  private mountFailed(error: MountFailure): StartRefusal {
    const { voice, context } = this.machinery;
    voice.event(this.pod, undefined, 'Warning', 'FailedMount', error.message);
    if (this.mountFailures === 0) voice.record(this.pod, 'FailedMount', error.message);
    const delay = Math.min(firstMountRetry * 2 ** Math.min(this.mountFailures, 20), maxMountRetry);
    this.mountFailures++;
    return new StartRefusal('FailedMount', error.message, plus(context.now, microseconds(delay)));
  }

  /** Looks again when the first of the refusals may be over, and reports them. */
  private retryLater(refusals: readonly StartRefusal[]): void {
    const { context } = this.machinery;
    if (refusals.length === 0) {
      this.report();
      return;
    }
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
    const { machinery, pod } = this;
    const sandbox = this.sandbox;
    const { status, isOver } = podStatus({
      pod,
      previous: this.status,
      view: (container) => this.containers.view(pod, container),
      ips: sandbox?.ips ?? [],
      isSandboxReady: sandbox?.state === 'ready' && (pod.spec.hostNetwork === true || sandbox.ips.length > 0),
      hostIp: machinery.hostIp,
      runtimeName: machinery.runtimeName,
      now: machinery.context.now,
      isTerminal: this.stage === 'terminated',
      failure: this.failure,
    });
    this.status = status;
    this.isOver = isOver;
    machinery.statuses.changed(this);
  }

  /** Starts and stops probes as their containers come and go. */
  private superviseAll(): void {
    for (const container of containersOf(this.pod.spec)) {
      if (container.livenessProbe || container.readinessProbe || container.startupProbe) this.supervise(container);
    }
  }

  private supervise(container: Container): void {
    const record = this.containers.of(container.name);
    record.probes ??= this.probesOf(container);
    const current = this.containers.current(container.name);
    const isRunning = current?.state === 'running' && !record.isInHook;
    const isStarted = isRunning && this.containers.isStarted(container.name);
    const reported = this.status.containerStatuses?.find(({ name }) => name === container.name);
    const isAdopted = reported?.containerID?.endsWith(current?.id ?? '\0') === true;
    for (const probe of record.probes) {
      const isDue = probe.kind === 'startup' ? isRunning && !isStarted : isStarted;
      const isFor = probe.containerId === undefined || probe.containerId === current?.id;
      if (current && (isDue || (probe.kind === 'startup' && isRunning && !isFor))) {
        const target = { container, containerId: current.id, podIp: this.pod.spec.hostNetwork ? this.machinery.hostIp : (this.sandbox?.ips[0] ?? '') };
        const before = isAdopted && probe.kind === 'readiness' && reported?.ready ? 'success' : undefined;
        probe.begin(target, current.startedAt ?? current.createdAt, before);
      } else if (!isRunning || (probe.kind === 'startup' && isStarted)) probe.stop();
    }
  }

  private probesOf(container: Container): ProbeWorker[] {
    const { probing } = this.machinery;
    const probes: ProbeWorker[] = [];
    if (container.startupProbe) probes.push(new ProbeWorker(probing, this, 'startup', container.name, container.startupProbe));
    if (container.readinessProbe) probes.push(new ProbeWorker(probing, this, 'readiness', container.name, container.readinessProbe));
    if (container.livenessProbe) probes.push(new ProbeWorker(probing, this, 'liveness', container.name, container.livenessProbe));
    return probes;
  }

  private stopProbes(): void {
    for (const record of this.containers.all) for (const probe of record.probes ?? []) probe.stop();
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
    this.failure = { reason: 'DeadlineExceeded', message };
    this.killAsked = true;
    return true;
  }

  private shorten(seconds: number | undefined): void {
    if (seconds === undefined || seconds >= this.graceSeconds || this.kill === undefined) return;
    this.graceSeconds = Math.max(seconds, 1);
    this.kill.stop();
  }

  /** Stops all of it, reports how it ended, takes its volumes down. */
  private *terminate(): Task<void> {
    const { machinery, pod } = this;
    const { context, deadlines, runtime } = machinery;
    this.activeDeadline?.cancel();
    for (const record of this.containers.all) for (const probe of record.probes ?? []) if (probe.kind !== 'readiness') probe.stop();
    const asked = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    this.graceSeconds = Math.max(asked, 1);
    this.report();
    if (this.containers.running(pod).length > 0) {
      const names = this.containers.running(pod).map(({ container }) => container.name).join(', ');
      machinery.voice.record(pod, 'Killing', `Stopping ${names} of pod ${pod.metadata.name}, with ${this.graceSeconds} s of grace`);
    }
    const start = context.now;
    const id = `termination ${pod.metadata.uid}`;
    for (let round = 0; ; round++) {
      const running = this.containers.running(pod);
      if (running.length === 0 && round > 0) break;
      const grace = this.graceSeconds;
      if (running.length > 0) {
        deadlines.set({ id, kind: 'termination', subject: this.subject, start, due: plus(start, seconds(grace)), rule: `grace period ${grace}s` });
      }
      this.kill = context.spawn(stopAll(machinery, pod, running, grace, round > 0));
      yield* this.kill.join();
      if (this.graceSeconds === grace) break;
    }
    this.kill = undefined;
    deadlines.clear(id);
    if (this.sandboxId) yield* runtime.stopPodSandbox(this.sandboxId);
    this.stopProbes();
    this.stage = 'terminated';
    this.report();
    this.release();
  }

  /** Gives back what a pod that is over needs no more. */
  private release(): void {
    const { metadata } = this.pod;
    const { machinery } = this;
    this.retry?.cancel();
    machinery.volumes.unmountAll(metadata.uid);
    machinery.configMaps.release(metadata.uid);
    machinery.secrets.release(metadata.uid);
    machinery.tokens.forget(metadata.uid);
    machinery.images.forget(this.pod);
    for (const container of containersOf(this.pod.spec)) {
      machinery.crashBackoff.reset(`${metadata.uid} ${container.name} ${container.image}`);
      machinery.deadlines.clear(`crash ${metadata.uid} ${container.name}`);
    }
  }

  /** Removes what the runtime still has of it. */
  private *cleanUp(): Task<void> {
    if (this.isCleaned) return;
    this.isCleaned = true;
    const { runtime } = this.machinery;
    for (const { id, previousId } of this.containers.all) {
      for (const one of [id, previousId]) if (one && runtime.containerStatus(one)) yield* runtime.removeContainer(one);
    }
    if (this.sandboxId && runtime.podSandboxStatus(this.sandboxId)) yield* runtime.removePodSandbox(this.sandboxId);
    this.machinery.forget(this.pod.metadata.uid);
  }

  private dropOld(id: string | undefined): void {
    if (id && this.machinery.runtime.containerStatus(id)) this.machinery.context.spawn(this.machinery.runtime.removeContainer(id));
  }

  private payloadSources(): Parameters<Machinery['volumes']['mountAll']>[1] {
    const { configMaps, secrets, tokens, hostIp, allocatable } = this.machinery;
    return { configMaps, secrets, tokens, facts: { podIps: this.sandbox?.ips ?? [], hostIp, allocatable } };
  }

  private *refreshVolumes(): Task<void> {
    try {
      yield* this.machinery.volumes.refresh(this.pod, this.payloadSources());
    } catch (error) {
      if (!(error instanceof Error) || !['VolumeError', 'StatusError', 'ConnectionError'].includes(error.name)) throw error;
    }
  }
}
