// The pod garbage collector: pods of nodes that are gone, of nodes declared out of service, never scheduled and deleted, or finished and too many.
// Upstream: pkg/controller/podgc/gc_controller.go.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { between, rfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { indexByNode, podsOnNode } from '../lib/pods-by-node.ts';
import { isPodFinished } from '../lib/pod-state.ts';

const period = seconds(20);
/** How long a node must be unknown before its pods go: its object may only be late. */
const quarantine = seconds(40);
const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

class PodGarbageCollector {
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly missingSince = new Map<string, Instant>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.pods = parts.informers.informer<Pod>(podsResource);
    this.nodes = parts.informers.informer<Node>(nodesResource);
    indexByNode(this.pods);
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.pods.waitForSync();
    yield* this.nodes.waitForSync();
    for (;;) {
      try {
        yield* this.collect();
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
      }
      yield* this.context.sleep(period);
    }
  }

  private *collect(): Task<void> {
    const outOfService = new Set<string>();
    for (const node of this.nodes.list()) if (isOutOfService(node)) outOfService.add(node.metadata.name);
    const finished: Pod[] = [];
    const doomed: (readonly [Pod, string])[] = [];
    const homeless = new Set<string>();
    for (const pod of this.pods.list()) {
      const { nodeName } = pod.spec;
      if (isPodFinished(pod)) finished.push(pod);
      if (!nodeName && pod.metadata.deletionTimestamp !== undefined)
        doomed.push([pod, 'it was deleted before it had a node']);
      if (nodeName && pod.metadata.deletionTimestamp !== undefined && outOfService.has(nodeName))
        doomed.push([pod, `${nodeName} is out of service`]);
      if (nodeName && !this.nodes.get(nodeName)) homeless.add(nodeName);
    }
    yield* this.collectFinished(finished);
    for (const [pod, why] of doomed) yield* this.remove(pod, why);
    yield* this.collectHomeless(homeless);
  }

  /** The oldest finished pods beyond the threshold. */
  private *collectFinished(finished: Pod[]): Task<void> {
    const surplus = finished.length - this.parts.flags.terminatedPodGcThreshold;
    if (this.parts.flags.terminatedPodGcThreshold <= 0 || surplus <= 0) return;
    finished.sort((a, b) => (keyOfAge(a) < keyOfAge(b) ? -1 : 1));
    for (const pod of finished.slice(0, surplus)) yield* this.remove(pod, 'too many pods have finished');
  }

  private *collectHomeless(homeless: ReadonlySet<string>): Task<void> {
    for (const name of this.missingSince.keys()) if (!homeless.has(name)) this.missingSince.delete(name);
    for (const name of homeless) {
      const since = this.missingSince.get(name);
      if (since === undefined) this.missingSince.set(name, this.context.now);
      else if (between(since, this.context.now) >= quarantine && !(yield* this.exists(name)))
        yield* this.removeAllOf(name);
    }
  }

  private *exists(name: string): Task<boolean> {
    try {
      yield* this.parts.client.of<Node>(nodesResource).get('', name);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  private *removeAllOf(node: string): Task<void> {
    for (const pod of podsOnNode(this.pods, node)) {
      this.context.cause = this.context.latestAbout(`Node/${node}`);
      yield* this.remove(pod, `its node ${node} no longer exists`, {
        type: 'DisruptionTarget',
        status: 'True',
        observedGeneration: pod.metadata.generation,
        lastTransitionTime: rfc3339(this.context.now),
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
      });
    }
    this.missingSince.delete(node);
  }

  /** Marks the pod as failed, since no kubelet will, and deletes it without grace. */
  private *remove(pod: Pod, why: string, condition?: object): Task<void> {
    const client = this.parts.client.of<Pod>(podsResource);
    const { namespace = '', name } = pod.metadata;
    const message = `Pod ${keyOf(pod)} is garbage: ${why}`;
    const cause = this.parts.decide({ reason: 'PodGarbageCollected', subjects: [`Pod/${keyOf(pod)}`], message });
    try {
      if (!isPodFinished(pod)) {
        const status = { phase: 'Failed', ...(condition ? { conditions: [condition] } : {}) };
        yield* client.patch(namespace, name, 'strategic', { status }, { subresource: 'status' });
      }
      this.context.cause = cause;
      yield* client.delete(namespace, name, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function keyOfAge(pod: Pod): string {
  // Evicted pods go first, then by age, then by name.
  const isEvicted = pod.status.phase === 'Failed' && pod.status.reason === 'Evicted';
  return `${isEvicted ? 0 : 1} ${pod.metadata.creationTimestamp} ${keyOf(pod)}`;
}

function isOutOfService(node: Node): boolean {
  const isReady =
    node.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
  return !isReady && (node.spec.taints?.some((taint) => taint.key === outOfServiceTaint) ?? false);
}

/** Upstream: pkg/controller/podgc. */
export const controller: ControllerDescriptor = {
  name: 'pod-garbage-collector-controller',
  explain:
    'Removes pods that no kubelet will ever remove: their node is gone or out of service, or they never had one.',
  watches: [podsResource, nodesResource],
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'delete'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
  ],
  start: (context, parts) => void new PodGarbageCollector(context, parts),
};
