// The node lifecycle controller: notices nodes that fell silent, says so in their conditions and taints, and unreadies their pods.
// Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go.
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import type { Node, Taint } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { leasesResource, nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { inSeconds, milliseconds, rfc3339, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { hasTaint, swapTaints } from '../lib/node-taints.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { indexByNode, podsOnNode } from '../lib/pods-by-node.ts';
import { podCondition } from '../lib/pod-state.ts';
import { missingLabels, noScheduleChanges, notReadyTaint, unreachableTaint } from './condition-taints.ts';
import { observe, readyConditionOf, silentConditions, type NodeHealth } from './node-health.ts';
import { evictionRate, stateOf, zoneOf, ZoneQueue, type ZoneCount } from './zones.ts';

/** How often the queues of nodes to taint are looked at. Upstream: scheduler.NodeEvictionPeriod. */
const evictionPeriod = milliseconds(100);
const leaseNamespace = 'kube-node-lease';

class NodeLifecycleController {
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly leases: Informer<Lease>;
  private readonly client: ResourceClient<Node>;
  private readonly nodeQueue: WorkQueue;
  private readonly podQueue: WorkQueue;
  private readonly known = new Map<string, Node>();
  private readonly health = new Map<string, NodeHealth>();
  private readonly zones = new Map<string, ZoneQueue>();
  /** Nodes whose pods could not all be marked. */
  private readonly unmarked = new Set<string>();
  private isDraining = false;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.nodes = parts.informers.informer<Node>(nodesResource);
    this.pods = parts.informers.informer<Pod>(podsResource);
    this.leases = parts.informers.informer<Lease>(leasesResource, { namespace: leaseNamespace });
    this.client = parts.client.of<Node>(nodesResource);
    indexByNode(this.pods);
    this.nodeQueue = new WorkQueue(context);
    this.podQueue = new WorkQueue(context);
    this.nodes.onChange({
      added: (node) => this.nodeQueue.add(node.metadata.name),
      updated: (next, previous) => {
        const isSame =
          next.spec === previous.spec &&
          next.status.conditions === previous.status.conditions &&
          next.metadata.labels === previous.metadata.labels;
        if (!isSame) this.nodeQueue.add(next.metadata.name);
      },
    });
    this.pods.onChange({
      added: (pod) => this.podBound(pod),
      updated: (next, previous) => {
        if (next.spec.nodeName !== previous.spec.nodeName) this.podBound(next);
      },
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.nodes.waitForSync();
    yield* this.pods.waitForSync();
    yield* this.leases.waitForSync();
    runWorkers(this.context, this.nodeQueue, 8, (name) => this.followConditions(name));
    runWorkers(this.context, this.podQueue, 4, (key) => this.checkNewPod(key));
    for (;;) {
      yield* this.monitor();
      this.context.cause = 0;
      yield* this.context.sleep(this.parts.flags.nodeMonitorPeriod);
    }
  }

  private podBound(pod: Pod): void {
    if (pod.spec.nodeName) this.podQueue.add(keyOf(pod));
  }

  // One pass over all nodes.

  private *monitor(): Task<void> {
    yield* this.noteArrivals();
    const counts = new Map<string, ZoneCount>();
    for (const node of [...this.nodes.list()]) {
      this.context.cause = 0;
      try {
        const ready = yield* this.monitorNode(node);
        const zone = zoneOf(node);
        const count = counts.get(zone) ?? { ready: 0, notReady: 0 };
        if (ready === 'True') count.ready++;
        else count.notReady++;
        counts.set(zone, count);
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
      }
    }
    this.context.cause = 0;
    yield* this.weighZones(counts);
  }

  private *noteArrivals(): Task<void> {
    for (const node of [...this.nodes.list()]) {
      const { name } = node.metadata;
      this.zoneQueue(zoneOf(node));
      if (this.known.has(name)) continue;
      this.known.set(name, node);
      this.nodeEvent(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
      yield* this.markReachable(node);
    }
    for (const [name, node] of this.known) {
      if (this.nodes.get(name)) continue;
      this.known.delete(name);
      this.health.delete(name);
      this.unmarked.delete(name);
      for (const zone of this.zones.values()) zone.remove(name);
      this.nodeEvent(node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    }
  }

  private zoneQueue(zone: string): ZoneQueue {
    let queue = this.zones.get(zone);
    if (!queue) this.zones.set(zone, (queue = new ZoneQueue(this.parts.flags.nodeEvictionRate, this.context.now)));
    return queue;
  }

  /** Gives the status of the node's Ready condition after the look; undefined when it has none. */
  private *monitorNode(node: Node): Task<string | undefined> {
    const { name } = node.metadata;
    const { nodeMonitorGracePeriod, nodeStartupGracePeriod } = this.parts.flags;
    const periods = { monitor: nodeMonitorGracePeriod, startup: nodeStartupGracePeriod };
    const before = readyConditionOf(node)?.status;
    const lease = this.leases.get(`${leaseNamespace}/${name}`);
    const { health, isSilent } = observe(node, lease, this.health.get(name), periods, this.context.now);
    this.health.set(name, health);
    let current = node;
    if (isSilent && before !== 'Unknown') current = yield* this.declareUnknown(node, health);
    const ready = readyConditionOf(current)?.status;
    if (ready === undefined) return undefined;
    yield* this.evictByTaint(current, ready);
    if (ready !== 'True' && before === 'True') {
      const message = `Node ${name} status is now: NodeNotReady`;
      this.parts.event(nodeReference(current), 'Normal', 'NodeNotReady', message);
    }
    if (ready !== 'True' && (before === 'True' || this.unmarked.has(name)))
      yield* this.unreadyPods(podsOnNode(this.pods, name), name);
    return ready;
  }

  private *declareUnknown(node: Node, health: NodeHealth): Task<Node> {
    const { name } = node.metadata;
    const grace = inSeconds(this.parts.flags.nodeMonitorGracePeriod);
    this.parts.decide({
      reason: 'NodeNotReady',
      subjects: [`Node/${name}`, `Lease/${leaseNamespace}/${name}`],
      message: `No sign of life from node ${name} for more than ${grace} s: its conditions turn Unknown`,
      // What happened to the machine, else to its lease: the silence itself has no occurrence.
      cause: this.context.latestAbout(`Lease/${leaseNamespace}/${name}`, `Machine/${name}`),
    });
    const conditions = silentConditions(node, this.context.now);
    const updated = yield* this.client.updateStatus({ ...node, status: { ...node.status, conditions } });
    this.health.set(name, { ...health, ready: readyConditionOf(updated), readyChangedAt: this.context.now });
    return updated;
  }

  // NoExecute taints, through the limiter of the zone.

  private *evictByTaint(node: Node, ready: string): Task<void> {
    if (ready === 'True') {
      yield* this.markReachable(node);
      return;
    }
    const taint = ready === 'False' ? notReadyTaint : unreachableTaint;
    const opposite = ready === 'False' ? unreachableTaint : notReadyTaint;
    const { name } = node.metadata;
    if (hasTaint(node, opposite)) {
      yield* this.taint(name, [taint], [opposite]);
      return;
    }
    const queue = this.zoneQueue(zoneOf(node));
    if (!hasTaint(node, taint)) queue.forget(name);
    if (queue.add(name, this.causeFor(name))) this.drainSoon();
  }

  /** What the running code follows from, else what was last said of the node. */
  private causeFor(name: string): number {
    return this.context.cause || this.context.latestAbout(`Node/${name}`);
  }

  private *markReachable(node: Node): Task<void> {
    const stale = [unreachableTaint, notReadyTaint].filter((taint) => hasTaint(node, taint));
    if (stale.length > 0) {
      this.context.cause = this.causeFor(node.metadata.name);
      yield* this.taint(node.metadata.name, [], stale);
    }
    this.zones.get(zoneOf(node))?.remove(node.metadata.name);
  }

  /** Looks at the queues as soon as their rates allow, while there is something in them. */
  private drainSoon(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.context.after(evictionPeriod, () => this.context.spawn(this.drain()));
  }

  private *drain(): Task<void> {
    for (;;) {
      let wait: number = Infinity;
      for (const queue of this.zones.values()) {
        for (let next = queue.next(this.context.now); next; next = queue.next(this.context.now)) {
          this.context.cause = next.cause;
          if (!(yield* this.taintNoExecute(next.node))) break;
          queue.done(next.node);
        }
        wait = Math.min(wait, queue.wait(this.context.now));
      }
      this.context.cause = 0;
      if (wait === Infinity) break;
      yield* this.context.sleep(Math.max(wait, evictionPeriod) as Duration);
    }
    this.isDraining = false;
  }

  /** Whether the node is done with: tainted, ready again or gone. */
  private *taintNoExecute(name: string): Task<boolean> {
    const node = this.nodes.get(name);
    const ready = node && readyConditionOf(node)?.status;
    if (ready === 'False') return yield* this.taint(name, [notReadyTaint], [unreachableTaint]);
    if (ready === 'Unknown') return yield* this.taint(name, [unreachableTaint], [notReadyTaint]);
    return true;
  }

  private *taint(name: string, add: readonly Taint[], remove: readonly Taint[]): Task<boolean> {
    for (const taint of add) this.tell(name, 'TaintAdded', `Node ${name} gets the taint ${taint.key}:${taint.effect}`);
    if (add.length === 0)
      this.tell(
        name,
        'TaintRemoved',
        `Node ${name} loses ${remove.map(({ key, effect }) => `${key}:${effect}`).join(', ')}`,
      );
    try {
      return yield* swapTaints(this.context, this.client, name, add, remove);
    } catch (error) {
      if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
      return false;
    }
  }

  // Zones as a whole.

  private *weighZones(counts: ReadonlyMap<string, ZoneCount>): Task<void> {
    for (const zone of this.zones.keys()) if (!counts.has(zone)) this.zones.delete(zone);
    const { flags } = this.parts;
    const states = new Map([...counts].map(([zone, count]) => [zone, stateOf(count, flags.unhealthyZoneThreshold)]));
    const allAre = [...states.values()].every((state) => state === 'FullDisruption');
    const allWere = [...this.zones.values()].every((zone) => zone.state === 'FullDisruption');
    if (allAre && allWere) return;
    const now = this.context.now;
    if (allAre) {
      // Nobody answers: more likely this controller is cut off than all nodes are dead. Evictions stop.
      for (const node of [...this.nodes.list()]) yield* this.markReachable(node);
      for (const zone of this.zones.values()) {
        zone.setRate(0, now);
        zone.state = 'FullDisruption';
      }
      return;
    }
    if (allWere) for (const health of this.health.values()) health.probedAt = health.readyChangedAt = now;
    for (const [name, zone] of this.zones) {
      const state = states.get(name) ?? 'Normal';
      if (!allWere && zone.state === state) continue;
      const { ready = 0, notReady = 0 } = counts.get(name) ?? {};
      zone.setRate(evictionRate(state, ready + notReady, flags), now);
      zone.state = state;
      if (zone.size > 0) this.drainSoon();
    }
  }

  // What follows a node's conditions at once.

  private *followConditions(name: string): Task<void> {
    const node = this.nodes.get(name);
    if (!node) return;
    const cause = this.context.cause;
    const { add, remove } = noScheduleChanges(node);
    if (add.length + remove.length > 0) yield* this.taint(name, add, remove);
    const labels = missingLabels(node);
    if (!labels) return;
    this.context.cause = cause;
    try {
      yield* this.client.patch('', name, 'strategic', { metadata: { labels } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** A pod bound to a node that is not ready is not ready either. */
  private *checkNewPod(key: string): Task<void> {
    const pod = this.pods.get(key);
    const name = pod?.spec.nodeName ?? '';
    const ready = this.health.get(name)?.ready?.status;
    if (pod && ready !== undefined && ready !== 'True') yield* this.unreadyPods([pod], name);
  }

  private *unreadyPods(pods: readonly Pod[], node: string): Task<void> {
    const client = this.parts.client.of<Pod>(podsResource);
    const cause = this.context.cause;
    this.unmarked.delete(node);
    for (const pod of pods) {
      const ready = podCondition(pod, 'Ready');
      if (!ready || ready.status === 'False') continue;
      this.context.cause = cause;
      const condition = { ...ready, status: 'False', lastTransitionTime: rfc3339(this.context.now) };
      try {
        yield* client.patch(
          pod.metadata.namespace ?? '',
          pod.metadata.name,
          'strategic',
          { status: { conditions: [condition] } },
          { subresource: 'status' },
        );
        this.parts.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (error) {
        if (isNotFound(error)) continue;
        if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
        this.unmarked.add(node);
      }
    }
    this.context.cause = cause;
  }

  private tell(node: string, reason: string, message: string): void {
    this.parts.decide({ reason, subjects: [`Node/${node}`], message });
  }

  private nodeEvent(node: Node, reason: string, message: string): void {
    this.parts.event(nodeReference(node), 'Normal', reason, message);
  }
}

/** Events about nodes are kept in the namespace default, and name the node by its uid as upstream does. */
function nodeReference(node: Node): {
  readonly kind: 'Node';
  readonly apiVersion: 'v1';
  readonly name: string;
  readonly uid: string;
} {
  return { kind: 'Node', apiVersion: 'v1', name: node.metadata.name, uid: node.metadata.uid };
}

/** Upstream: pkg/controller/nodelifecycle. */
export const controller: ControllerDescriptor = {
  name: 'node-lifecycle-controller',
  component: 'node-controller',
  explain:
    'Waits for signs of life from every node. When none comes for too long it calls the node unknown, taints it and takes its pods out of service.',
  watches: [nodesResource, leasesResource, podsResource],
  rules: [
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'update', 'delete', 'patch', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status', 'pods/status'], verbs: ['patch', 'update'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'get', 'delete'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new NodeLifecycleController(context, parts),
};
