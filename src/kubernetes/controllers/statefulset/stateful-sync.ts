// What one look at a StatefulSet does: pods are made, stopped and replaced in order of their numbers, each only when those before it are
// well. Upstream: pkg/controller/statefulset/stateful_set_control.go, stateful_pod_control.go.
import type { StatefulSet, StatefulSetStatus } from '@/kubernetes/api/apps/v1/statefulset/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { RetryError } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ControllerParts } from '../controller.ts';
import { isNotFound, messageOf } from '../lib/pod-control.ts';
import { isPodAvailable, isPodReady } from '../lib/pod-state.ts';
import { subjectOf } from '../lib/subjects.ts';
import { templateOf, type Revisions } from './history.ts';
import { claimName, nameOf, newClaim, newPod, ordinalOf, revisionOf, startOf, withIdentity, type Claim } from './stateful-pod.ts';

export interface StatefulTools {
  readonly context: Context;
  readonly parts: ControllerParts;
  readonly pods: ResourceClient<Pod>;
  readonly claims: ResourceClient<Claim>;
  readonly knownClaims: Informer<Claim>;
}

const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
const isUp = (pod: Pod): boolean => pod.status.phase === 'Running' && isPodReady(pod);

export class StatefulSync {
  /** By place in the row; undefined where a pod is missing. */
  private readonly row: (Pod | undefined)[];
  private readonly condemned: readonly Pod[];

  constructor(
    private readonly tools: StatefulTools,
    private readonly set: StatefulSet,
    private readonly pods: readonly Pod[],
    private readonly revisions: Revisions,
  ) {
    const start = startOf(set);
    this.row = Array.from({ length: set.spec.replicas }, () => undefined);
    const condemned: (readonly [number, Pod])[] = [];
    for (const pod of pods) {
      const ordinal = ordinalOf(set, pod);
      if (ordinal === undefined) continue;
      const at = ordinal - start;
      if (at >= 0 && at < this.row.length) this.row[at] = pod;
      else condemned.push([ordinal, pod]);
    }
    this.condemned = condemned.sort(([a], [b]) => b - a).map(([, pod]) => pod);
  }

  *run(): Task<void> {
    if (this.set.metadata.deletionTimestamp !== undefined) return;
    const isOrdered = this.set.spec.podManagementPolicy !== 'Parallel';
    for (let at = 0; at < this.row.length; at++) {
      const isBlocked = yield* this.keep(at, isOrdered);
      if (isBlocked && isOrdered) return;
    }
    const firstUnhealthy = this.firstUnhealthy();
    for (const pod of this.condemned) {
      const isDone = yield* this.retire(pod, isOrdered, firstUnhealthy);
      if (isDone && isOrdered) return;
    }
    if (this.set.spec.updateStrategy.type !== 'OnDelete') yield* this.update();
  }

  /** Makes the pod of this place if it is missing; whether those after it have to wait. */
  private *keep(at: number, isOrdered: boolean): Task<boolean> {
    const pod = this.row[at];
    if (!pod) {
      yield* this.create(startOf(this.set) + at);
      return true;
    }
    const { phase } = pod.status;
    if (phase === 'Failed' || phase === 'Succeeded') {
      if (!isLeaving(pod)) yield* this.delete(pod, phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod');
      return true;
    }
    if (phase === 'Pending') yield* this.createClaims(pod.metadata.name);
    if (isOrdered && (isLeaving(pod) || !isUp(pod) || !this.isAvailable(pod))) return true;
    yield* this.identify(pod, startOf(this.set) + at);
    return false;
  }

  /** An adopted pod may not know yet who it is. */
  private *identify(pod: Pod, ordinal: number): Task<void> {
    const known = withIdentity(pod, ordinal);
    if (known === pod) return;
    yield* this.tools.pods.update(known);
    const text = `Update Pod ${pod.metadata.name} in StatefulSet ${this.set.metadata.name} successful`;
    this.tools.parts.event(this.set, 'Normal', 'SuccessfulUpdate', text);
  }

  /** Stops a pod that is beyond the row; the last of them first. */
  private *retire(pod: Pod, isOrdered: boolean, firstUnhealthy: Pod | undefined): Task<boolean> {
    if (isLeaving(pod)) return true;
    if (isOrdered && pod !== firstUnhealthy && (!isUp(pod) || !this.isAvailable(pod))) return true;
    if (this.set.spec.persistentVolumeClaimRetentionPolicy.whenScaled === 'Delete') yield* this.bequeathClaims(pod);
    yield* this.delete(pod, 'ScalingDown');
    return true;
  }

  private firstUnhealthy(): Pod | undefined {
    const known = [...this.row, ...[...this.condemned].reverse()];
    return known.find((pod) => pod && (!isUp(pod) || isLeaving(pod)));
  }

  /** Replaces the last pod of an older template, once all after it are well again. */
  private *update(): Task<void> {
    const partition = this.set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    for (let at = this.row.length - 1; at >= partition; at--) {
      const pod = this.row[at];
      if (!pod) return;
      if (revisionOf(pod) !== this.revisions.update.metadata.name && !isLeaving(pod)) {
        yield* this.delete(pod, 'RollingUpdate');
        return;
      }
      if (!isUp(pod) || isLeaving(pod) || !this.isAvailable(pod)) return;
    }
  }

  private isAvailable(pod: Pod): boolean {
    return isPodAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.tools.context.now);
  }

  private *create(ordinal: number): Task<void> {
    const { set, tools, revisions } = this;
    const { name, namespace = '' } = set.metadata;
    const podName = nameOf(set, ordinal);
    const { type, rollingUpdate } = set.spec.updateStrategy;
    const keepsOld = type === 'RollingUpdate' && ordinal < startOf(set) + (rollingUpdate?.partition ?? 0);
    const revision = keepsOld ? revisions.current : revisions.update;
    const decision = this.decide('CreatingPod', `${podName} is missing`);
    yield* this.createClaims(podName);
    tools.context.cause = decision;
    try {
      yield* tools.pods.create(namespace, newPod(set, templateOf(revision), ordinal, revision.metadata.name));
    } catch (error) {
      if (error instanceof StatusError && error.status.reason === 'AlreadyExists') throw error;
      const text = `create Pod ${podName} in StatefulSet ${name} failed error: ${messageOf(error)}`;
      tools.parts.event(set, 'Warning', 'FailedCreate', text);
      throw error;
    }
    tools.parts.event(set, 'Normal', 'SuccessfulCreate', `Create Pod ${podName} in StatefulSet ${name} successful`);
  }

  private *createClaims(pod: string): Task<void> {
    const { set, tools } = this;
    const { name, namespace = '' } = set.metadata;
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const claim = claimName(template, pod);
      const known = tools.knownClaims.get(`${namespace}/${claim}`);
      if (known?.metadata.deletionTimestamp !== undefined) throw new RetryError(`pvc ${claim} is being deleted`);
      if (known) continue;
      try {
        yield* tools.claims.create(namespace, newClaim(set, template, pod));
      } catch (error) {
        if (error instanceof StatusError && error.status.reason === 'AlreadyExists') continue;
        const text = `create Claim ${claim} for Pod ${pod} in StatefulSet ${name} failed error: ${messageOf(error)}`;
        tools.parts.event(set, 'Warning', 'FailedCreate', text);
        throw error;
      }
      const text = `Create Claim ${claim} Pod ${pod} in StatefulSet ${name} success`;
      tools.parts.event(set, 'Normal', 'SuccessfulCreate', text);
    }
  }

  /** The claims of a pod that goes for good go with it. */
  private *bequeathClaims(pod: Pod): Task<void> {
    const { name, namespace = '', uid } = pod.metadata;
    for (const template of this.set.spec.volumeClaimTemplates ?? []) {
      const claim = this.tools.knownClaims.get(`${namespace}/${claimName(template, name)}`);
      if (!claim || claim.metadata.ownerReferences?.some((owner) => owner.uid === uid)) continue;
      const owner = { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true };
      yield* this.tools.claims.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: [owner] } });
    }
  }

  private *delete(pod: Pod, why: string): Task<void> {
    const { set, tools } = this;
    const { name, namespace = '' } = pod.metadata;
    tools.context.cause = this.decide(why, `${name} has to go`);
    try {
      yield* tools.pods.delete(namespace, name);
    } catch (error) {
      if (isNotFound(error)) return;
      const text = `delete Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`;
      tools.parts.event(set, 'Warning', 'FailedDelete', text);
      throw error;
    }
    const text = `Delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    tools.parts.event(set, 'Normal', 'SuccessfulDelete', text);
  }

  private decide(reason: string, message: string): number {
    return this.tools.parts.decide({
      reason,
      subjects: [subjectOf(this.set)],
      message: `StatefulSet ${this.set.metadata.name}: ${message}`,
    });
  }

  /** What the pods that were there amount to. */
  status(): StatefulSetStatus {
    const { revisions, set } = this;
    let [replicas, ready, available, current, updated] = [0, 0, 0, 0, 0];
    for (const pod of this.pods) {
      if (!pod.status.phase) continue;
      replicas++;
      if (isUp(pod)) {
        ready++;
        if (this.isAvailable(pod)) available++;
      }
      if (isLeaving(pod)) continue;
      if (revisionOf(pod) === revisions.current.metadata.name) current++;
      if (revisionOf(pod) === revisions.update.metadata.name) updated++;
    }
    const wanted = set.spec.replicas;
    const isRolled =
      set.spec.updateStrategy.type === 'RollingUpdate' && updated === wanted && ready === wanted && replicas === wanted;
    if (isRolled) current = updated;
    const { conditions } = set.status;
    return {
      observedGeneration: set.metadata.generation,
      replicas,
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      ...(current > 0 ? { currentReplicas: current } : {}),
      ...(updated > 0 ? { updatedReplicas: updated } : {}),
      currentRevision: (isRolled ? revisions.update : revisions.current).metadata.name,
      updateRevision: revisions.update.metadata.name,
      collisionCount: revisions.collisionCount,
      ...(conditions ? { conditions } : {}),
      availableReplicas: available,
    };
  }
}
