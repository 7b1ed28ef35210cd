// Makes room for a pod that was nominated to a node: tells the victims, deletes them, and says so. The pod is not looked at again before all are
// deleted. Upstream: framework/preemption (prepareCandidateAsync).
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import type { EventRecorder } from '@/kubernetes/client/event-recorder.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';

/** What an eviction needs of the scheduler. */
export interface EvictionParts {
  readonly context: Context;
  readonly client: Client;
  readonly recorder: EventRecorder;
  /** The pod as last seen. */
  podOf(key: string): Pod | undefined;
  /** Lower pods that wait for the node have to look for another. */
  dropNominations(pod: Pod, node: string): Task<void>;
  /** An eviction failed: the pod has to be looked at again. */
  failed(pod: Pod): void;
}

export class Evictions {
  /** Pods for which room is being made, with the last victim once only that is left. */
  private readonly running = new Map<string, Pod | undefined>();

  constructor(private readonly parts: EvictionParts) {}

  /** Whether victims of the pod are still to be deleted. */
  isRunning(pod: Pod): boolean {
    const { uid } = pod.metadata;
    if (!this.running.has(uid)) return false;
    const last = this.running.get(uid);
    if (!last) return true;
    const seen = this.parts.podOf(keyOf(last));
    return seen !== undefined && !seen.metadata.deletionTimestamp;
  }

  start(pod: Pod, node: string, victims: readonly Pod[]): void {
    const left = victims.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (left.length === 0) return;
    this.running.set(pod.metadata.uid, undefined);
    this.parts.context.spawn(this.run(pod, node, left));
  }

  private *run(pod: Pod, node: string, victims: readonly Pod[]): Task<void> {
    const { context } = this.parts;
    const { uid } = pod.metadata;
    try {
      yield* this.parts.dropNominations(pod, node);
      const last = victims[victims.length - 1] as Pod;
      const others = victims.slice(0, -1).map((victim) => context.spawn(this.evict(pod, node, victim)));
      let isDone = true;
      for (const other of others) isDone = (yield* other.join()) && isDone;
      if (isDone) {
        this.running.set(uid, last);
        isDone = yield* this.evict(pod, node, last);
      }
      this.running.delete(uid);
      if (!isDone) this.parts.failed(pod);
    } finally {
      this.running.delete(uid);
    }
  }

  private *evict(pod: Pod, node: string, victim: Pod): Task<boolean> {
    const { context, client, recorder } = this.parts;
    const { name, namespace = '' } = victim.metadata;
    const [preemptor, key] = [keyOf(pod), keyOf(victim)];
    context.record({
      kind: 'scheduling',
      reason: 'Preempted',
      subjects: [`Pod/${key}`, `Pod/${preemptor}`, `Node/${node}`],
      message: `${key} has to leave ${node} for ${preemptor}, which has a higher priority`,
    });
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: `${pod.spec.schedulerName}: preempting to accommodate a higher priority pod`,
      lastProbeTime: null,
      lastTransitionTime: rfc3339(context.now),
      observedGeneration: victim.metadata.generation,
    };
    try {
      const pods = client.of<Pod>(podsResource);
      yield* pods.patch(
        namespace,
        name,
        'strategic',
        { status: { conditions: [condition] } },
        { subresource: 'status' },
      );
      yield* pods.delete(namespace, name);
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
      return error instanceof StatusError && error.code === 404;
    }
    recorder.event(
      victim,
      'Normal',
      'Preempted',
      `Preempted by pod ${pod.metadata.uid} on node ${node}`,
      'Preempting',
    );
    return true;
  }
}
