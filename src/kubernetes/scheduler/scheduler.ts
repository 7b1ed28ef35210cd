// kube-scheduler: takes pods without a node from a queue, decides, binds. Upstream: pkg/scheduler.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { EventRecorder } from '@/kubernetes/client/event-recorder.ts';
import { InformerFactory, type Informer } from '@/kubernetes/client/informer.ts';
import { nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { milliseconds, rfc3339 } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Cache } from './cache/cache.ts';
import { nodeEvents, placedPodEvents, waitingPodEvents } from './cluster-events.ts';
import { Evictions } from './eviction.ts';
import type { ClusterEvent, ClusterEventKind } from './framework/framework.ts';
import { plugins } from './plugins/registry.ts';
import { SchedulingQueue, type QueuedPod } from './queue/queue.ts';
import {
  diagnosisText,
  Scheduling,
  type Diagnosis,
  type NodeScore,
  type Placement,
  type RefusedPlacement,
} from './schedule.ts';
import { followSurroundings } from './surroundings.ts';
import { VolumeBinder, VolumeBindingError } from './volume-binder.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly schedulerName?: string;
  /** The machine it runs on, for its Events. */
  readonly host?: string;
  /** Is told of every placement with what each candidate scored. */
  readonly onPlaced?: (pod: Pod, node: string, scores: readonly NodeScore[]) => void;
}

/** What the last attempt at a pod found, for the X-ray; kept while the pod waits. */
export interface Scheduler {
  diagnosis(podKey: string): Diagnosis | undefined;
  readonly isReady: boolean;
}

/**
 * Differs: an attempt takes no time here. After one that failed there is a rest of about what it takes upstream, so that many events of one
 * instant lead to one more attempt and not to as many.
 */
const restAfterRefusal = milliseconds(1);

/** Why a pod has no node, as its condition says. */
type Reason = 'Unschedulable' | 'SchedulerError';

type BindingFailure = StatusError | ConnectionError | VolumeBindingError;

const isBindingFailure = (error: unknown): error is BindingFailure =>
  error instanceof StatusError || error instanceof ConnectionError || error instanceof VolumeBindingError;

/** What to do about `status.nominatedNodeName`: nothing, clear it (null), or set it. */
type Nomination = string | null | undefined;

class RunningScheduler implements Scheduler {
  private readonly cache = new Cache();
  private readonly queue: SchedulingQueue;
  private readonly scheduling: Scheduling;
  private readonly recorder: EventRecorder;
  private readonly evictions: Evictions;
  private readonly informers: InformerFactory;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly diagnoses = new Map<string, Diagnosis>();
  /** What was last said of each pod that waits. */
  private readonly told = new Map<string, string>();
  private readonly name: string;
  private readonly volumeBinder: VolumeBinder;
  isReady = false;

  constructor(
    private readonly context: Context,
    private readonly options: SchedulerOptions,
  ) {
    const { client, host } = options;
    this.name = options.schedulerName ?? 'default-scheduler';
    this.scheduling = new Scheduling(plugins, context.random);
    this.recorder = new EventRecorder({ client, component: this.name, host, style: 'events' });
    this.queue = new SchedulingQueue(context, { interested, mayHelp, gate: (pod) => this.gate(pod) });
    this.informers = new InformerFactory(context, client);
    this.pods = this.informers.informer<Pod>(podsResource, {
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
    });
    this.nodes = this.informers.informer<Node>(nodesResource);
    this.volumeBinder = new VolumeBinder(context, client, this.cache.volumes);
    this.evictions = new Evictions({
      context,
      client,
      recorder: this.recorder,
      podOf: (key) => this.pods.get(key),
      dropNominations: (pod, node) => this.dropNominations(pod, node),
      failed: (pod) => this.queue.activateNow(pod.metadata.uid),
    });
  }

  diagnosis(podKey: string): Diagnosis | undefined {
    return this.diagnoses.get(podKey);
  }

  *run(): Task<void> {
    const surroundings = followSurroundings(this.informers, this.cache, (event) => this.queue.notice(event));
    this.follow();
    this.informers.start();
    for (const informer of [this.nodes, this.pods, ...surroundings]) yield* informer.waitForSync();
    this.isReady = true;
    for (;;) {
      const queued = yield* this.queue.take();
      if (this.attempt(queued) === 'refused') yield* this.context.sleep(restAfterRefusal);
    }
  }

  private follow(): void {
    this.nodes.onChange({
      added: (node) => {
        this.cache.setNode(node);
        this.queue.notice({ kind: 'NodeAdded', node: { next: node } });
      },
      updated: (next, previous) => {
        this.cache.setNode(next);
        for (const event of nodeEvents(next, previous)) this.queue.notice(event);
      },
      deleted: (node) => {
        this.cache.removeNode(node.metadata.name);
        this.queue.notice({ kind: 'NodeDeleted', node: { next: node } });
      },
    });
    this.pods.onChange({
      added: (pod) => this.seen(pod, undefined),
      updated: (next, previous) => this.seen(next, previous),
      deleted: (pod) => this.gone(pod),
    });
  }

  private seen(pod: Pod, previous: Pod | undefined): void {
    const { uid } = pod.metadata;
    if (pod.spec.nodeName) this.seenPlaced(pod, previous);
    else if (pod.spec.schedulerName !== this.name) return;
    else if (pod.metadata.deletionTimestamp) this.forget(pod);
    else if (!this.cache.isPlaced(uid)) {
      const events = previous ? waitingPodEvents(pod, previous) : [];
      this.followNomination(pod, previous);
      this.queue.update(pod, events);
    }
  }

  private seenPlaced(pod: Pod, previous: Pod | undefined): void {
    this.cache.setPod(pod);
    if (previous?.spec.nodeName) {
      for (const event of placedPodEvents(pod, previous)) this.queue.notice(event);
      return;
    }
    this.queue.remove(pod.metadata.uid);
    this.scheduling.nominations.delete(pod.metadata.uid);
    this.forgetDiagnosis(keyOf(pod));
    this.queue.notice({ kind: 'AssignedPodAdded', pod });
  }

  private gone(pod: Pod): void {
    this.forget(pod);
    if (!this.cache.isPlaced(pod.metadata.uid)) return;
    this.cache.removePod(pod.metadata.uid);
    this.queue.notice({ kind: 'AssignedPodDeleted', pod });
  }

  /** A pod without a node is no longer to be placed. */
  private forget(pod: Pod): void {
    const { uid } = pod.metadata;
    this.queue.remove(uid);
    this.forgetDiagnosis(keyOf(pod));
    if (this.scheduling.nominations.nodeOf(uid) === undefined) return;
    this.scheduling.nominations.delete(uid);
    this.queue.notice({ kind: 'AssignedPodDeleted', pod, maxPriority: pod.spec.priority ?? 0 });
  }

  /** Keeps what the API server says of a nomination, beside those that it was not told of yet. */
  private followNomination(pod: Pod, previous: Pod | undefined): void {
    const { nominations } = this.scheduling;
    const { uid } = pod.metadata;
    const node = pod.status.nominatedNodeName;
    const before = previous?.status.nominatedNodeName;
    if (node) nominations.set(pod, node);
    else if (before) nominations.delete(uid);
    if (before && before !== node && previous)
      this.queue.notice({
        kind: 'AssignedPodDeleted',
        pod: previous,
        maxPriority: previous.spec.priority ?? 0,
      });
  }

  /** The plugin that keeps a pod from being looked at. */
  private gate(pod: Pod): string | undefined {
    for (const plugin of plugins) if (plugin.preEnqueue?.(pod) !== undefined) return plugin.name;
    return this.evictions.isRunning(pod) ? 'DefaultPreemption' : undefined;
  }

  private attempt(queued: QueuedPod): 'placed' | 'refused' | 'skipped' {
    const { pod } = queued;
    if (pod.metadata.deletionTimestamp || this.cache.isPlaced(pod.metadata.uid)) {
      this.queue.done(queued);
      return 'skipped';
    }
    const decision = this.scheduling.decide(pod, this.cache, this.context.now);
    if (decision.kind === 'refused') {
      this.refuse(queued, decision);
      return 'refused';
    }
    this.scheduling.nominations.delete(pod.metadata.uid);
    this.cache.assume({ ...pod, spec: { ...pod.spec, nodeName: decision.node } });
    if (decision.volumes) this.volumeBinder.reserve(decision.volumes);
    this.queue.done(queued);
    this.options.onPlaced?.(pod, decision.node, decision.scores());
    this.context.spawn(this.bind(queued, decision));
    return 'placed';
  }

  private *bind(queued: QueuedPod, decision: Placement): Task<void> {
    const { pod } = queued;
    const { name, namespace = '', uid } = pod.metadata;
    const key = keyOf(pod);
    this.context.record({
      kind: 'scheduling',
      reason: 'Scheduled',
      subjects: [`Pod/${key}`, `Node/${decision.node}`],
      message: `${key} goes to ${decision.node}: ${decision.feasible} of ${decision.evaluated} nodes looked at would do`,
    });
    try {
      if (decision.volumes) {
        yield* this.patch(pod, { nominatedNodeName: decision.node });
        yield* this.volumeBinder.bind(decision.volumes, decision.node);
      }
      yield* this.options.client.of<Pod>(podsResource).createSubresource(namespace, name, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { kind: 'Node', name: decision.node },
      });
      this.forgetDiagnosis(key);
      this.queue.remove(uid);
      this.recorder.event(
        pod,
        'Normal',
        'Scheduled',
        `Successfully assigned ${key} to ${decision.node}`,
        'Binding',
      );
    } catch (error) {
      if (!isBindingFailure(error)) throw error;
      this.bindFailed(queued, error);
    }
  }

  private bindFailed(queued: QueuedPod, error: BindingFailure): void {
    const { pod } = queued;
    this.cache.forget(pod.metadata.uid);
    this.queue.notice({ kind: 'AssignedPodDeleted', pod });
    if (error instanceof StatusError && error.code === 404) this.queue.remove(pod.metadata.uid);
    // It may be gone, or be bound all the same when only the answer was lost.
    if (this.queue.placeOf(pod.metadata.uid) === undefined) return;
    this.queue.tryAgain(queued);
    const isVolumes = error instanceof VolumeBindingError;
    const point = isVolumes ? 'PreBind plugin "VolumeBinding": binding volumes' : 'Bind plugin "DefaultBinder"';
    this.tell(
      pod,
      `${isVolumes ? '' : 'binding rejected: '}running ${point}: ${error.message}`,
      'SchedulerError',
      undefined,
    );
  }

  private refuse(queued: QueuedPod, { diagnosis, nominated, clearsNomination }: RefusedPlacement): void {
    const { pod } = queued;
    this.diagnoses.set(keyOf(pod), diagnosis);
    if (nominated) this.scheduling.nominations.set(pod, nominated.node);
    else if (clearsNomination) this.scheduling.nominations.delete(pod.metadata.uid);
    this.tell(
      pod,
      diagnosisText(diagnosis),
      'Unschedulable',
      nominated?.node ?? (clearsNomination ? null : undefined),
    );
    if (nominated) this.evictions.start(pod, nominated.node, nominated.victims);
    if (diagnosis.plugins.size > 0) this.queue.giveBack(queued, diagnosis.plugins);
    else this.queue.tryAgain(queued);
  }

  /** Says in the log (once for the same words), an Event and the pod's status why it has no node. */
  private tell(pod: Pod, message: string, reason: Reason, nomination: Nomination): void {
    const key = keyOf(pod);
    if (this.told.get(key) !== message) {
      this.told.set(key, message);
      const subjects = [`Pod/${key}`];
      this.context.record({
        kind: 'scheduling',
        reason: 'FailedScheduling',
        subjects,
        message: `${key}: ${message}`,
      });
    }
    this.recorder.event(pod, 'Warning', 'FailedScheduling', note(message), 'Scheduling');
    this.context.spawn(this.patchStatus(pod, message, reason, nomination));
  }

  private forgetDiagnosis(key: string): void {
    this.diagnoses.delete(key);
    this.told.delete(key);
  }

  private *patchStatus(pod: Pod, message: string, reason: Reason, nomination: Nomination): Task<void> {
    const { conditions, nominatedNodeName = null } = pod.status;
    const known = conditions?.find(({ type }) => type === 'PodScheduled');
    const isKnown = known?.status === 'False' && known.reason === reason && known.message === message;
    const nominatedChange =
      nomination === undefined || nomination === nominatedNodeName ? {} : { nominatedNodeName: nomination };
    if (isKnown && !('nominatedNodeName' in nominatedChange)) return;
    const lastTransitionTime =
      known?.status === 'False' ? known.lastTransitionTime : rfc3339(this.context.now);
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime,
      observedGeneration: pod.metadata.generation,
    };
    yield* this.patch(pod, { conditions: [condition], ...nominatedChange });
  }

  /** Lower pods that were to have the node may fit elsewhere: they look again. */
  private *dropNominations(pod: Pod, node: string): Task<void> {
    const priority = pod.spec.priority ?? 0;
    const lower = [...this.scheduling.nominations.on(node)].filter(
      (other) => (other.spec.priority ?? 0) < priority,
    );
    for (const other of lower) {
      this.scheduling.nominations.delete(other.metadata.uid);
      if (other.status.nominatedNodeName) yield* this.patch(other, { nominatedNodeName: null });
    }
  }

  private *patch(pod: Pod, status: object): Task<void> {
    const { namespace = '', name } = pod.metadata;
    try {
      yield* this.options.client
        .of<Pod>(podsResource)
        .patch(namespace, name, 'strategic', { status }, { subresource: 'status' });
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
    }
  }
}

const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
const byEvent = new Map<ClusterEventKind, string[]>();
for (const { name, events = [] } of plugins)
  for (const kind of events) byEvent.set(kind, [...(byEvent.get(kind) ?? []), name]);

function interested(kind: ClusterEventKind): readonly string[] {
  return byEvent.get(kind) ?? [];
}

/** Whether any of the plugins that refused the pod thinks that the event may help it. */
function mayHelp(queued: QueuedPod, event: ClusterEvent): boolean {
  for (const name of queued.unschedulablePlugins) {
    const plugin = byName.get(name);
    if (plugin?.events?.includes(event.kind) && (plugin.mayHelp?.(queued.pod, event) ?? true)) return true;
  }
  return false;
}

const noteLimit = 1024;

/** An Event's text, cut where the API would refuse it. */
function note(message: string): string {
  const end = ' ...';
  return message.length <= noteLimit ? message : message.slice(0, noteLimit - end.length) + end;
}

/** Runs for as long as the context lives. All it knows it learns from informers. */
export function startScheduler(context: Context, options: SchedulerOptions): Scheduler {
  const scheduler = new RunningScheduler(context, options);
  context.spawn(scheduler.run());
  return scheduler;
}
