// kube-scheduler: takes pods without a node from a queue, decides, binds. Upstream: pkg/scheduler.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { equalJson } from '@/base/json.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { EventRecorder } from '@/kubernetes/client/event-recorder.ts';
import { InformerFactory, type Informer } from '@/kubernetes/client/informer.ts';
import { nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Cache } from './cache/cache.ts';
import type { ClusterEvent } from './framework/framework.ts';
import { plugins } from './plugins/registry.ts';
import { SchedulingQueue, type QueuedPod } from './queue/queue.ts';
import { diagnosisText, Scheduling, type Decision, type Diagnosis } from './schedule.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly schedulerName?: string;
  /** The machine it runs on, for its Events. */
  readonly host?: string;
}

/** What the last attempt at a pod found, for the X-ray; kept while the pod waits. */
export interface Scheduler {
  diagnosis(podKey: string): Diagnosis | undefined;
  readonly isReady: boolean;
}

const unschedulableReason = 'Unschedulable';

class RunningScheduler implements Scheduler {
  private readonly cache = new Cache();
  private readonly queue: SchedulingQueue;
  private readonly scheduling: Scheduling;
  private readonly recorder: EventRecorder;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly diagnoses = new Map<string, Diagnosis>();
  private readonly name: string;
  isReady = false;

  constructor(
    private readonly context: Context,
    private readonly options: SchedulerOptions,
  ) {
    this.name = options.schedulerName ?? 'default-scheduler';
    this.scheduling = new Scheduling(plugins, context.random);
    this.recorder = new EventRecorder({ client: options.client, component: this.name, host: options.host, style: 'events' });
    this.queue = new SchedulingQueue(context, (queued, event) => mayHelp(queued, event));
    const informers = new InformerFactory(context, options.client);
    this.pods = informers.informer<Pod>(podsResource, { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' });
    this.nodes = informers.informer<Node>(nodesResource);
    this.follow();
    informers.start();
  }

  diagnosis(podKey: string): Diagnosis | undefined {
    return this.diagnoses.get(podKey);
  }

  *run(): Task<void> {
    yield* this.nodes.waitForSync();
    yield* this.pods.waitForSync();
    this.isReady = true;
    for (;;) {
      const queued = yield* this.queue.take();
      this.attempt(queued);
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
      deleted: (node) => this.cache.removeNode(node.metadata.name),
    });
    this.pods.onChange({
      added: (pod) => this.seen(pod, undefined),
      updated: (next, previous) => this.seen(next, previous),
      deleted: (pod) => this.gone(pod),
    });
  }

  private seen(pod: Pod, previous: Pod | undefined): void {
    if (pod.spec.nodeName) {
      const isNew = !previous?.spec.nodeName;
      this.cache.setPod(pod);
      if (isNew) {
        this.queue.remove(pod.metadata.uid);
        this.diagnoses.delete(keyOf(pod));
        this.queue.notice({ kind: 'AssignedPodAdded', pod });
      } else if (previous && previous.metadata.labels !== pod.metadata.labels) this.queue.notice({ kind: 'AssignedPodLabelChanged', pod });
    } else if (pod.spec.schedulerName === this.name && !pod.metadata.deletionTimestamp && !pod.spec.schedulingGates?.length) {
      if (!this.cache.isPlaced(pod.metadata.uid)) {
        if (previous) this.queue.update(pod);
        else this.queue.add(pod);
      }
    } else this.queue.remove(pod.metadata.uid);
  }

  private gone(pod: Pod): void {
    this.queue.remove(pod.metadata.uid);
    this.diagnoses.delete(keyOf(pod));
    if (!this.cache.isPlaced(pod.metadata.uid)) return;
    this.cache.removePod(pod.metadata.uid);
    this.queue.notice({ kind: 'AssignedPodDeleted', pod });
  }

  private attempt(queued: QueuedPod): void {
    const { pod } = queued;
    if (pod.metadata.deletionTimestamp || this.cache.isPlaced(pod.metadata.uid)) {
      this.queue.done(queued);
      return;
    }
    const decision = this.scheduling.decide(pod, this.cache);
    if (decision.kind === 'refused') {
      this.refuse(queued, decision.diagnosis);
      return;
    }
    this.cache.assume({ ...pod, spec: { ...pod.spec, nodeName: decision.node } });
    this.queue.done(queued);
    this.context.spawn(this.bind(queued, decision));
  }

  private *bind(queued: QueuedPod, decision: Extract<Decision, { kind: 'placed' }>): Task<void> {
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
      yield* this.options.client.of<Pod>(podsResource).createSubresource(namespace, name, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { kind: 'Node', name: decision.node },
      });
      this.diagnoses.delete(key);
      this.queue.remove(uid);
      this.recorder.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${decision.node}`, 'Binding');
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
      this.cache.forget(uid);
      this.queue.notice({ kind: 'AssignedPodDeleted', pod });
      if (error instanceof StatusError && error.code === 404) this.queue.remove(uid);
      else this.queue.giveBack(queued, new Set());
    }
  }

  private refuse(queued: QueuedPod, diagnosis: Diagnosis): void {
    const { pod } = queued;
    const key = keyOf(pod);
    const message = diagnosisText(diagnosis);
    this.diagnoses.set(key, diagnosis);
    this.context.record({ kind: 'scheduling', reason: 'FailedScheduling', subjects: [`Pod/${key}`], message: `${key}: ${message}` });
    this.recorder.event(pod, 'Warning', 'FailedScheduling', message, 'Scheduling');
    this.queue.giveBack(queued, diagnosis.plugins);
    this.context.spawn(this.patchCondition(pod, message));
  }

  private *patchCondition(pod: Pod, message: string): Task<void> {
    const known = pod.status.conditions?.find((condition) => condition.type === 'PodScheduled');
    if (known?.status === 'False' && known.reason === unschedulableReason && known.message === message) return;
    const lastTransitionTime = known?.status === 'False' ? known.lastTransitionTime : rfc3339(this.context.now);
    const condition = { type: 'PodScheduled', status: 'False', reason: unschedulableReason, message, lastProbeTime: null, lastTransitionTime, observedGeneration: pod.metadata.generation };
    try {
      yield* this.options.client.of<Pod>(podsResource).patch(pod.metadata.namespace ?? '', pod.metadata.name, 'strategic', { status: { conditions: [condition] } }, { subresource: 'status' });
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
    }
  }
}

/** What changed of a node that may matter to a waiting pod. */
function nodeEvents(next: Node, previous: Node): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  const node = { next, previous };
  if (!equalJson(next.status?.allocatable, previous.status?.allocatable)) events.push({ kind: 'NodeAllocatableChanged', node });
  if (!equalJson(next.metadata.labels, previous.metadata.labels)) events.push({ kind: 'NodeLabelChanged', node });
  if (!equalJson(next.spec.taints, previous.spec.taints) || next.spec.unschedulable !== previous.spec.unschedulable) events.push({ kind: 'NodeTaintChanged', node });
  return events;
}

const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));

/** Whether any of the plugins that refused the pod thinks that the event may help it. */
function mayHelp(queued: QueuedPod, event: ClusterEvent): boolean {
  for (const name of queued.unschedulablePlugins) if (byName.get(name)?.mayHelp?.(queued.pod, event)) return true;
  return false;
}

/** Runs for as long as the context lives. All it knows it learns from informers. */
export function startScheduler(context: Context, options: SchedulerOptions): Scheduler {
  const scheduler = new RunningScheduler(context, options);
  context.spawn(scheduler.run());
  return scheduler;
}
