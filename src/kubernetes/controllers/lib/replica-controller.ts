// Keeping a number of pods of one template: what ReplicaSets and ReplicationControllers do alike.
// Upstream: pkg/controller/replicaset/replica_set.go and replica_set_utils.go; pkg/controller/replication wraps the same.
import { equalJson } from '@/base/json.ts';
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ReplicaSetCondition, ReplicaSetStatus } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { Selector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { controllerOf, keyOf, type KubeObject, type OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError, type GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { microseconds, rfc3339, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerParts } from '../controller.ts';
import { Expectations } from './expectations.ts';
import { claim, controllerReference, indexByOwner, orphansIn, ownedBy } from './ownership.ts';
import { isNamespaceTerminating, isNotFound, messageOf, PodControl, slowStart } from './pod-control.ts';
import { podsToDelete } from './pod-ranking.ts';
import { availableFrom, isPodActive, isPodAvailable, isPodReady, isPodTerminating } from './pod-state.ts';
import { subjectOf } from './subjects.ts';

/** At most this many pods are made or deleted in one go. */
const burstReplicas = 500;
/**
 * Looking at a set costs time in proportion to its pods; a large one is looked at again only after that much, so that ten thousand pods that
 * become ready one by one do not cost ten thousand looks at ten thousand pods. Differs: upstream really takes that time.
 */
const costPerPod = microseconds(20);
const smallSet = 100;

/** What a ReplicaSet and a ReplicationController have in common. */
export interface ReplicaOwner extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly minReadySeconds?: number;
    readonly template: PodTemplateSpec;
  };
  readonly status: ReplicaSetStatus;
}

/** How one kind of owner differs from the other. */
export interface ReplicaKind<T extends ReplicaOwner> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: GroupVersionResource;
  /** ReplicaSets report pods on their way out; ReplicationControllers have no field for it. */
  readonly countsTerminating: boolean;
  selectorOf(owner: T): Selector;
}

/** The running controller of one kind. */
export class ReplicaController<T extends ReplicaOwner> {
  private readonly owners: Informer<T>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly expectations: Expectations;
  private readonly control: PodControl;
  private readonly client: ResourceClient<T>;
  private readonly podClient: ResourceClient<Pod>;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
    private readonly kind: ReplicaKind<T>,
  ) {
    this.owners = parts.informers.informer<T>(kind.resource);
    this.pods = parts.informers.informer<Pod>(podsResource);
    indexByOwner(this.owners);
    indexByOwner(this.pods);
    this.queue = new WorkQueue(context);
    this.expectations = new Expectations(context);
    this.control = new PodControl(context, parts);
    this.client = parts.client.of<T>(kind.resource);
    this.podClient = parts.client.of<Pod>(podsResource);
    this.owners.onChange({
      added: (owner) => this.queue.add(keyOf(owner)),
      updated: (owner) => this.queue.add(keyOf(owner)),
      deleted: (owner) => {
        this.expectations.forget(keyOf(owner));
        this.queue.add(keyOf(owner));
      },
    });
    this.pods.onChange({
      added: (pod) => this.podAdded(pod),
      updated: (next, previous) => this.podUpdated(next, previous),
      deleted: (pod) => this.podDeleted(pod),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.owners.waitForSync();
    yield* this.pods.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private podAdded(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.podDeleted(pod);
      return;
    }
    const reference = controllerOf(pod);
    if (!reference) {
      this.enqueueMatching(pod);
      return;
    }
    const key = this.resolve(pod, reference);
    if (key === undefined) return;
    this.expectations.creationObserved(key);
    this.enqueue(key);
  }

  private podUpdated(next: Pod, previous: Pod): void {
    const labelsChanged = !equalJson(next.metadata.labels, previous.metadata.labels);
    if (next.metadata.deletionTimestamp !== undefined) {
      this.podDeleted(next);
      if (labelsChanged) this.podDeleted(previous);
      return;
    }
    const reference = controllerOf(next);
    const before = controllerOf(previous);
    const ownerChanged = reference?.uid !== before?.uid;
    if (ownerChanged && before) {
      const key = this.resolve(previous, before);
      if (key !== undefined) this.queue.add(key);
    }
    if (!reference) {
      if (labelsChanged || ownerChanged) this.enqueueMatching(next);
      return;
    }
    const key = this.resolve(next, reference);
    if (key === undefined) return;
    this.enqueue(key);
    const minReadySeconds = this.owners.get(key)?.spec.minReadySeconds ?? 0;
    // The second on top covers ready times being kept in whole seconds.
    if (minReadySeconds > 0 && !isPodReady(previous) && isPodReady(next))
      this.queue.addAfter(key, seconds(minReadySeconds + 1));
  }

  private podDeleted(pod: Pod): void {
    const reference = controllerOf(pod);
    if (!reference) return;
    const key = this.resolve(pod, reference);
    if (key === undefined) return;
    this.expectations.deletionObserved(key, keyOf(pod));
    this.enqueue(key);
  }

  /** For changes of pods: at once, or when the set is large after the time that a look at it costs. */
  private enqueue(key: string): void {
    const size = this.owners.get(key)?.status.replicas ?? 0;
    if (size <= smallSet) this.queue.add(key);
    else this.queue.addAfter(key, (size * costPerPod) as Duration);
  }

  /** The key of the owner that a reference means, if it is of this kind and still the same. */
  private resolve(pod: Pod, reference: OwnerReference): string | undefined {
    if (reference.kind !== this.kind.kind) return undefined;
    const key = `${pod.metadata.namespace}/${reference.name}`;
    return this.owners.get(key)?.metadata.uid === reference.uid ? key : undefined;
  }

  private enqueueMatching(pod: Pod): void {
    const labels = pod.metadata.labels;
    if (!labels) return;
    for (const owner of this.owners.listNamespace(pod.metadata.namespace ?? '')) {
      if (this.kind.selectorOf(owner).matches(labels)) this.queue.add(keyOf(owner));
    }
  }

  private *sync(key: string): Task<void> {
    const owner = this.owners.get(key);
    if (!owner) {
      this.expectations.forget(key);
      return;
    }
    const isSatisfied = this.expectations.isSatisfied(key);
    const cause = this.context.cause;
    const reference = controllerReference(owner, this.kind.apiVersion, this.kind.kind);
    const owned = ownedBy(this.pods, owner.metadata.uid);
    const orphans = orphansIn(this.pods, owner.metadata.namespace ?? '');
    const known = orphans.length > 0 ? [...owned, ...orphans] : owned;
    const selector = this.kind.selectorOf(owner);
    const active = yield* claim(known.filter(isPodActive), {
      owner,
      reference,
      selector,
      client: this.podClient,
      freshOwner: () => this.client.get(owner.metadata.namespace ?? '', owner.metadata.name),
    });
    const terminating = known.filter(
      (pod) =>
        isPodTerminating(pod) &&
        controllerOf(pod)?.uid === owner.metadata.uid &&
        selector.matches(pod.metadata.labels ?? {}),
    );
    let failure: unknown;
    this.context.cause = cause;
    if (isSatisfied && owner.metadata.deletionTimestamp === undefined)
      failure = yield* this.replicate(key, owner, reference, active);
    this.context.cause = cause;
    const updated = yield* this.report(owner, this.statusOf(owner, active, terminating, failure));
    if (failure !== undefined) throw failure;
    this.lookAgain(key, updated, active);
  }

  /** Makes or deletes what is missing or too much. Gives the first refusal. */
  private *replicate(key: string, owner: T, reference: OwnerReference, active: readonly Pod[]): Task<unknown> {
    const missing = Math.min(owner.spec.replicas - active.length, burstReplicas);
    if (missing > 0) {
      this.expectations.expectCreations(key, missing);
      const decision = this.decide(
        owner,
        'TooFewReplicas',
        `${active.length} of ${owner.spec.replicas} replicas: ${missing} to create`,
      );
      const { successes, error } = yield* slowStart(missing, () => this.createOne(owner, reference, decision));
      for (let skipped = missing - successes; skipped > 0; skipped--) this.expectations.creationObserved(key);
      return error;
    }
    const surplus = Math.min(active.length - owner.spec.replicas, burstReplicas);
    if (surplus <= 0) return undefined;
    const victims = podsToDelete(active, this.related(owner), surplus, this.context.now);
    this.expectations.expectDeletions(key, victims.map(keyOf));
    const decision = this.decide(
      owner,
      'TooManyReplicas',
      `${active.length} of ${owner.spec.replicas} replicas: ${surplus} to delete`,
    );
    let failure: unknown;
    for (const pod of victims) {
      try {
        yield* this.control.delete(owner, pod, decision);
      } catch (error) {
        this.expectations.deletionObserved(key, keyOf(pod));
        if (!isNotFound(error)) failure ??= error;
      }
    }
    return failure;
  }

  private *createOne(owner: T, reference: OwnerReference, decision: number): Task<void> {
    try {
      yield* this.control.create(owner, reference, owner.spec.template, decision);
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  /** Active pods of all sets that have the same controller as this one; none for a set on its own. */
  private related(owner: T): readonly Pod[] {
    const controller = controllerOf(owner);
    if (!controller) return [];
    return ownedBy(this.owners, controller.uid).flatMap((sibling) =>
      ownedBy(this.pods, sibling.metadata.uid).filter((pod) =>
        this.kind.selectorOf(sibling).matches(pod.metadata.labels ?? {}),
      ),
    );
  }

  private statusOf(owner: T, active: readonly Pod[], terminating: readonly Pod[], failure: unknown): ReplicaSetStatus {
    const wanted = Object.entries(owner.spec.template.metadata?.labels ?? {});
    // Pods of one template share their labels, so that most are the same object as the one before.
    let checked: object | undefined;
    let isLabeled = false;
    const minReadySeconds = owner.spec.minReadySeconds ?? 0;
    let fullyLabeled = 0;
    let ready = 0;
    let available = 0;
    for (const pod of active) {
      const { labels = none } = pod.metadata;
      if (labels !== checked) {
        checked = labels;
        isLabeled = wanted.every(([name, value]) => labels[name] === value);
      }
      if (isLabeled) fullyLabeled++;
      if (!isPodReady(pod)) continue;
      ready++;
      if (isPodAvailable(pod, minReadySeconds, this.context.now)) available++;
    }
    return {
      replicas: active.length,
      ...(fullyLabeled > 0 ? { fullyLabeledReplicas: fullyLabeled } : {}),
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      ...(available > 0 ? { availableReplicas: available } : {}),
      ...(this.kind.countsTerminating ? { terminatingReplicas: terminating.length } : {}),
      ...conditionsOf(owner, active.length, failure, rfc3339(this.context.now)),
      observedGeneration: owner.metadata.generation,
    };
  }

  /** Writes the status when it changed; once more from a fresh read when somebody else wrote in between. */
  private *report(owner: T, status: ReplicaSetStatus): Task<T> {
    if (equalJson(owner.status, status)) return owner;
    let live = owner;
    for (let tries = 0; ; tries++) {
      try {
        return yield* this.client.updateStatus({ ...live, status });
      } catch (error) {
        if (tries > 0 || !(error instanceof StatusError) || error.code !== 409) throw error;
        live = yield* this.client.get(owner.metadata.namespace ?? '', owner.metadata.name);
      }
    }
  }

  /** A pod becomes available by time alone: nobody will say so. */
  private lookAgain(key: string, owner: T, active: readonly Pod[]): void {
    const minReadySeconds = owner.spec.minReadySeconds ?? 0;
    const { readyReplicas = 0, availableReplicas = 0 } = owner.status;
    if (minReadySeconds === 0 || readyReplicas !== owner.spec.replicas || availableReplicas === owner.spec.replicas)
      return;
    let soonest: number | undefined;
    for (const pod of active) {
      const from = availableFrom(pod, minReadySeconds);
      if (from !== undefined && from > this.context.now) soonest = Math.min(soonest ?? from, from);
    }
    if (soonest !== undefined) this.queue.addAfter(key, (soonest - this.context.now) as Duration);
  }

  private decide(owner: T, reason: string, message: string): number {
    return this.parts.decide({
      reason,
      subjects: [subjectOf(owner)],
      message: `${this.kind.kind} ${owner.metadata.name} has ${message}`,
    });
  }
}

const none: Readonly<Record<string, string>> = {};

/** ReplicaFailure while pods cannot be made or deleted. */
function conditionsOf(
  owner: ReplicaOwner,
  active: number,
  failure: unknown,
  now: string,
): Pick<ReplicaSetStatus, 'conditions'> {
  const others = owner.status.conditions?.filter((condition) => condition.type !== 'ReplicaFailure') ?? [];
  const standing = owner.status.conditions?.find((condition) => condition.type === 'ReplicaFailure');
  if (failure === undefined) return others.length > 0 ? { conditions: others } : {};
  const missing = owner.spec.replicas - active;
  if (standing || missing === 0) return { conditions: owner.status.conditions };
  const condition: ReplicaSetCondition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: now,
    reason: missing > 0 ? 'FailedCreate' : 'FailedDelete',
    message: messageOf(failure),
  };
  return { conditions: [...others, condition] };
}
