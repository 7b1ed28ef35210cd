// Registers the node and keeps its status true: written when something changed, and at the latest every five minutes.
// Upstream: pkg/kubelet/kubelet_node_status.go.
import { equalJson } from '@/base/json.ts';
import { microseconds, milliseconds, minutes, plus, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Node, NodeCondition, NodeStatus } from '@/kubernetes/api/core/v1/node/types.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import type { EventRecorder, EventType } from '@/kubernetes/client/event-recorder.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { nodesResource } from '@/kubernetes/client/resources.ts';
import { labelsOf, nodeStatus, type NodeStatusFacts } from './node-status.ts';

const firstRegisterRetry = milliseconds(100);
const maxRegisterRetry = seconds(7);
const updateInterval = seconds(10);
const reportInterval = minutes(5);
const answerWithin = seconds(10);

/** Event reasons of conditions when they turn to a status. */
const conditionEvents: Readonly<Record<string, readonly [ifTrue: string, otherwise: string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

/** Conditions without their heartbeat, which alone is no news. */
function withoutHeartbeat(status: NodeStatus | undefined): unknown {
  return { ...status, conditions: status?.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest) };
}

/** See the file's head. Differs: upstream looks every 10 s whether there is news; here news make it look, at the next such beat. */
export class NodeReporter {
  private readonly nodes: ResourceClient<Node>;
  private status: NodeStatus;
  private isRegistered = false;
  /** The node was there before this kubelet: then its readiness is news, else it has never been ready and nothing turned. */
  private wasKnown = false;
  private isBusy = false;
  private next: Timer | undefined;
  private readonly started: Instant;

  constructor(
    private readonly context: Context,
    client: Client,
    private readonly facts: NodeStatusFacts,
    private readonly node: Informer<Node>,
    private readonly recorder: EventRecorder,
  ) {
    this.nodes = client.of<Node>(nodesResource);
    this.started = context.now;
    this.status = nodeStatus(facts, {}, context.now);
    node.onChange({ added: (seen) => this.compare(seen), updated: (seen) => this.compare(seen) });
  }

  *run(): Task<void> {
    this.event('Starting', 'Starting kubelet.');
    let delay: number = firstRegisterRetry;
    while (!(yield* this.register())) {
      yield* this.context.sleep(microseconds(delay));
      delay = Math.min(delay * 2, maxRegisterRetry);
    }
    this.isRegistered = true;
    for (const condition of this.status.conditions ?? []) if (condition.type !== 'Ready' || this.wasKnown) this.conditionEvent(condition);
    this.event('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    this.reportIn(reportInterval);
    // It may have become ready while it was being registered.
    this.changed();
  }

  /** Something of the node may have changed: images, the network. What turns readiness is written at once, the rest at the next beat. */
  changed(): void {
    if (!this.isRegistered) return;
    const now = nodeStatus(this.facts, this.status, this.context.now);
    if (equalJson(withoutHeartbeat(now), withoutHeartbeat(this.status))) return;
    const ready = (status: NodeStatus): string | undefined => status.conditions?.find(({ type }) => type === 'Ready')?.status;
    this.reportIn(ready(now) === ready(this.status) ? this.untilBeat() : microseconds(0));
  }

  /** Others may have written over what this node says, when it was thought dead. */
  private compare(seen: Node): void {
    if (!this.isRegistered || this.isBusy) return;
    const isDifferent = this.status.conditions?.some((own) => {
      const theirs = seen.status.conditions?.find(({ type }) => type === own.type);
      return theirs?.status !== own.status || theirs.reason !== own.reason;
    });
    if (isDifferent) this.reportIn(this.untilBeat());
  }

  private untilBeat(): Duration {
    const since = this.context.now - this.started;
    return microseconds(updateInterval - (since % updateInterval));
  }

  /** The earliest of several wishes counts. */
  private reportIn(span: Duration): void {
    if (this.next && this.next.due <= plus(this.context.now, span)) return;
    this.next?.cancel();
    this.next = this.context.after(span, () => {
      this.next = undefined;
      if (!this.isBusy) this.context.spawn(this.report());
    });
  }

  private *report(): Task<void> {
    this.isBusy = true;
    let isDone = false;
    try {
      const before = this.node.get(this.facts.nodeName)?.status ?? this.status;
      const next = nodeStatus(this.facts, before, this.context.now);
      const patch = this.patchFrom(before, next);
      const answer = yield* this.context.within(answerWithin, this.nodes.patch('', this.facts.nodeName, 'strategic', patch, { subresource: 'status' }));
      if (answer) {
        isDone = true;
        const own = this.status.conditions ?? [];
        this.status = next;
        for (const condition of next.conditions ?? []) {
          if (own.find(({ type }) => type === condition.type)?.status !== condition.status) this.conditionEvent(condition);
        }
      }
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
    } finally {
      this.isBusy = false;
    }
    this.reportIn(isDone ? reportInterval : this.untilBeat());
    if (isDone) this.changed();
  }

  private patchFrom(before: NodeStatus, next: NodeStatus): unknown {
    const changes: Record<string, unknown> = {
      '$setElementOrder/conditions': next.conditions?.map(({ type }) => ({ type })),
      conditions: next.conditions,
    };
    for (const key of Object.keys(next) as (keyof NodeStatus)[]) {
      if (key !== 'conditions' && !equalJson(before[key], next[key])) changes[key] = next[key];
    }
    return { status: changes };
  }

  private *register(): Task<boolean> {
    const { nodeName, machine } = this.facts;
    this.status = nodeStatus(this.facts, this.status, this.context.now);
    try {
      const created = yield* this.context.within(
        answerWithin,
        this.nodes.create('', {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: nodeName, labels: labelsOf(nodeName, machine), annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
          spec: machine.taints?.length ? { taints: machine.taints } : {},
          status: this.status,
        }),
      );
      return created !== undefined;
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'AlreadyExists') return yield* this.takeOver();
      if (error instanceof StatusError || error instanceof ConnectionError) return false;
      throw error;
    }
  }

  /** The node is known from before: its labels are brought up to date, its status is written anew. */
  private *takeOver(): Task<boolean> {
    this.wasKnown = true;
    const { nodeName, machine } = this.facts;
    try {
      const known = yield* this.context.within(answerWithin, this.nodes.get('', nodeName));
      if (known === undefined) return false;
      const labels = { ...known.metadata.labels, ...labelsOf(nodeName, machine) };
      if (!equalJson(labels, known.metadata.labels)) yield* this.nodes.update({ ...known, metadata: { ...known.metadata, labels } });
      const { bootId } = this.facts;
      if (known.status.nodeInfo && known.status.nodeInfo.bootID !== bootId) this.event('Rebooted', `Node ${nodeName} has been rebooted, boot id: ${bootId}`, 'Warning');
      this.status = known.status;
      this.reportIn(microseconds(0));
      return true;
    } catch (error) {
      if (error instanceof StatusError || error instanceof ConnectionError) return false;
      throw error;
    }
  }

  private conditionEvent({ type, status }: NodeCondition): void {
    const reason = conditionEvents[type]?.[status === 'True' ? 0 : 1];
    if (reason) this.event(reason, `Node ${this.facts.nodeName} status is now: ${reason}`);
  }

  private event(reason: string, message: string, type: EventType = 'Normal'): void {
    const { nodeName } = this.facts;
    this.recorder.event({ kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }, type, reason, message);
  }
}
