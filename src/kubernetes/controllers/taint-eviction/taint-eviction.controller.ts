// The taint eviction controller: deletes pods from nodes with NoExecute taints, when what they tolerate is over.
// Upstream: pkg/controller/tainteviction/taint_eviction.go.
import { equalJson } from '@/base/json.ts';
import type { Node, Taint } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { toleratesTaint } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import { inSeconds, milliseconds, rfc3339, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { indexByNode, podsOnNode } from '../lib/pods-by-node.ts';
import { podCondition } from '../lib/pod-state.ts';
import { EvictionTimers } from './eviction-timers.ts';

const maxTries = 5;
const retryPause = milliseconds(10);

class TaintEvictionController {
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly timers: EvictionTimers;
  /** Nodes with NoExecute taints, and those. */
  private readonly tainted = new Map<string, readonly Taint[]>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.nodes = parts.informers.informer<Node>(nodesResource);
    this.pods = parts.informers.informer<Pod>(podsResource);
    indexByNode(this.pods);
    this.timers = new EvictionTimers(context, (key) => void context.spawn(this.evict(key)));
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.nodes.waitForSync();
    yield* this.pods.waitForSync();
    this.nodes.onChange({
      added: (node) => this.nodeChanged(node.metadata.name, noExecuteTaints(node)),
      updated: (next, previous) => {
        if (next.spec.taints === previous.spec.taints) return;
        const taints = noExecuteTaints(next);
        if (!equalJson(taints, noExecuteTaints(previous))) this.nodeChanged(next.metadata.name, taints);
      },
      deleted: (node) => void this.tainted.delete(node.metadata.name),
    });
    this.pods.onChange({
      added: (pod) => this.podChanged(pod),
      updated: (next, previous) => {
        const isSame =
          next.spec.nodeName === previous.spec.nodeName && next.spec.tolerations === previous.spec.tolerations;
        if (!isSame) this.podChanged(next);
      },
      deleted: (pod) => this.callOff(keyOf(pod)),
    });
  }

  private nodeChanged(name: string, taints: readonly Taint[]): void {
    if (taints.length > 0) this.tainted.set(name, taints);
    else if (!this.tainted.delete(name)) return;
    const cause = this.context.cause;
    for (const pod of podsOnNode(this.pods, name)) {
      this.context.cause = cause;
      this.judge(pod, taints);
    }
  }

  private podChanged(pod: Pod): void {
    const taints = this.tainted.get(pod.spec.nodeName ?? '');
    if (taints) this.judge(pod, taints);
  }

  /** Sets, moves or calls off the eviction of one pod. */
  private judge(pod: Pod, taints: readonly Taint[]): void {
    const key = keyOf(pod);
    if (taints.length === 0) {
      this.callOff(key);
      return;
    }
    const span = toleratedFor(pod, taints);
    if (span === 0) {
      this.callOff(key);
      this.timers.set(key, this.context.now, span as Duration);
      return;
    }
    if (span === undefined) {
      this.callOff(key);
      return;
    }
    const since = this.timers.since(key);
    if (since !== undefined) {
      // An eviction set earlier stays unless the new one would come no later.
      if (since < this.context.now) return;
      this.callOff(key);
    }
    this.decide(
      pod,
      'EvictionScheduled',
      `Pod ${key} tolerates the taints of ${pod.spec.nodeName} for ${inSeconds(span)} s`,
    );
    this.timers.set(key, since ?? this.context.now, span);
  }

  private callOff(key: string): void {
    if (!this.timers.cancel(key)) return;
    const about = podReference(key);
    this.parts.event(about, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
    this.parts.decide({
      reason: 'EvictionCancelled',
      subjects: [`Pod/${key}`],
      message: `Cancelling deletion of Pod ${key}`,
    });
  }

  private *evict(key: string): Task<void> {
    const known = this.pods.get(key);
    const message = `Marking for deletion Pod ${key}`;
    this.parts.event(podReference(key), 'Normal', 'TaintManagerEviction', message);
    const subjects = [`Pod/${key}`, ...(known?.spec.nodeName ? [`Node/${known.spec.nodeName}`] : [])];
    const cause = this.parts.decide({ reason: 'TaintManagerEviction', subjects, message });
    for (let tries = 1; ; tries++) {
      this.context.cause = cause;
      try {
        yield* this.markAndDelete(key, cause);
        break;
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof ConnectionError)) throw error;
        if (isNotFound(error) || tries === maxTries) break;
      }
      yield* this.context.sleep(retryPause);
    }
    this.timers.done(key);
  }

  private *markAndDelete(key: string, cause: number): Task<void> {
    const client = this.parts.client.of<Pod>(podsResource);
    const { namespace = '', name } = podReference(key);
    const pod = yield* client.get(namespace, name);
    const reason = 'DeletionByTaintManager';
    if (podCondition(pod, 'DisruptionTarget')?.reason !== reason) {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        observedGeneration: pod.metadata.generation,
        lastTransitionTime: rfc3339(this.context.now),
        reason,
        message: 'Taint manager: deleting due to NoExecute taint',
      };
      this.context.cause = cause;
      yield* client.patch(
        namespace,
        name,
        'strategic',
        { status: { conditions: [condition] } },
        { subresource: 'status' },
      );
    }
    this.context.cause = cause;
    yield* client.delete(namespace, name);
  }

  private decide(pod: Pod, reason: string, message: string): void {
    this.parts.decide({ reason, subjects: [`Pod/${keyOf(pod)}`, `Node/${pod.spec.nodeName}`], message });
  }
}

function podReference(key: string): {
  readonly kind: 'Pod';
  readonly apiVersion: 'v1';
  readonly namespace: string;
  readonly name: string;
} {
  const slash = key.indexOf('/');
  return { kind: 'Pod', apiVersion: 'v1', namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

const none: readonly Taint[] = [];

function noExecuteTaints(node: Node): readonly Taint[] {
  const taints = node.spec.taints?.filter((taint) => taint.effect === 'NoExecute');
  return taints && taints.length > 0 ? taints : none;
}

/** How long the pod may stay: zero when it does not tolerate one of the taints, undefined for ever. */
function toleratedFor(pod: Pod, taints: readonly Taint[]): Duration | undefined {
  let shortest: number | undefined;
  for (const taint of taints) {
    const toleration = pod.spec.tolerations?.find((one) => toleratesTaint(one, taint));
    if (!toleration) return 0 as Duration;
    if (toleration.tolerationSeconds !== undefined)
      shortest = Math.min(shortest ?? Infinity, Math.max(0, toleration.tolerationSeconds));
  }
  return shortest === undefined ? undefined : seconds(shortest);
}

/** Upstream: pkg/controller/tainteviction. */
export const controller: ControllerDescriptor = {
  name: 'taint-eviction-controller',
  explain:
    'Deletes pods from a node with a NoExecute taint: at once, or when the time for which they tolerate the taint is over.',
  watches: [nodesResource, podsResource],
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete'] },
    { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new TaintEvictionController(context, parts),
};
