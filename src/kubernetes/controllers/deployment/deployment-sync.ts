// One look at one Deployment: what to create, scale and report. The strategies build on it.
// Upstream: pkg/controller/deployment/deployment_controller.go (syncDeployment) and sync.go.
import { equalJson } from '@/base/json.ts';
import type { Deployment, DeploymentStatus } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import { templateHash } from '@/kubernetes/api/core/v1/pod/template-hash.ts';
import type { LabelSelector, NewObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import { RetryError } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerParts } from '../controller.ts';
import { controllerReference } from '../lib/ownership.ts';
import { isNamespaceTerminating, isNotFound, messageOf } from '../lib/pod-control.ts';
import { subjectOf } from '../lib/subjects.ts';
import {
  activeOrLatest,
  byRevision,
  desiredReplicasOf,
  findNewSet,
  hashLabel,
  isActive,
  isSameTemplate,
  isSaturated,
  newSetSize,
  proportionalSizes,
  revisionAnnotation,
  revisionOf,
  withRevision,
  withSizes,
} from './replica-sets.ts';
import {
  conditionOf,
  hasProgressDeadline,
  rolloutStatusOf,
  statusOf,
  withCondition,
  type NewCondition,
} from './status.ts';

const noHistoryLimit = 0x7fffffff;

/** What a sync works with. */
export interface SyncParts {
  readonly context: Context;
  readonly parts: ControllerParts;
  readonly deployments: ResourceClient<Deployment>;
  readonly sets: ResourceClient<ReplicaSet>;
  /** The ReplicaSet of that name as the informer knows it. */
  knownSet(namespace: string, name: string): ReplicaSet | undefined;
}

/** Holds the Deployment as the writes of this sync leave it. */
export class DeploymentSync {
  private readonly cause: number;
  private hasWrittenStatus = false;

  constructor(
    private readonly tools: SyncParts,
    public deployment: Deployment,
    private readonly sets: readonly ReplicaSet[],
  ) {
    this.cause = tools.context.cause;
  }

  /** While paused, being deleted or scaled: everything but the rollout. */
  *scaleOnly(): Task<void> {
    let newSet = yield* this.newSet(false);
    let old = this.oldSets();
    ({ newSet, old } = yield* this.scaleAll(newSet, old));
    if (this.deployment.spec.paused) yield* this.cleanUp(old);
    yield* this.report(newSet, old);
  }

  *statusOnly(): Task<void> {
    const newSet = yield* this.newSet(false);
    yield* this.report(newSet, this.oldSets());
  }

  /** Says in the Progressing condition that the Deployment is paused, or no longer. */
  *notePause(): Task<void> {
    const { spec, status } = this.deployment;
    if (!hasProgressDeadline(this.deployment)) return;
    const current = conditionOf(status, 'Progressing');
    if (current?.reason === 'ProgressDeadlineExceeded') return;
    const isNoted = current?.reason === 'DeploymentPaused';
    if (Boolean(spec.paused) === isNoted) return;
    yield* this.progress(
      spec.paused
        ? { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
        : { type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' },
    );
  }

  /** Whether the size changed since the sets with pods were last sized. */
  *isScaling(): Task<boolean> {
    const newSet = yield* this.newSet(false);
    const all = [...this.oldSets(), ...(newSet ? [newSet] : [])];
    return all.some((set) => {
      const desired = isActive(set) ? desiredReplicasOf(set) : undefined;
      return desired !== undefined && desired !== this.deployment.spec.replicas;
    });
  }

  /** All sets that do not have the template of now. */
  oldSets(): readonly ReplicaSet[] {
    const newSet = findNewSet(this.deployment, this.sets);
    return this.sets.filter((set) => set.metadata.uid !== newSet?.metadata.uid);
  }

  newSet(create: false): Task<ReplicaSet | undefined>;
  newSet(create: true): Task<ReplicaSet>;
  /** The set with the template of now, its revision and annotations brought up to date; made when it is missing and `create`. */
  *newSet(create: boolean): Task<ReplicaSet | undefined> {
    const old = this.oldSets();
    const revision = Math.max(0, ...old.map((set) => revisionOf(set) ?? 0)) + 1;
    const existing = findNewSet(this.deployment, this.sets);
    if (existing) return yield* this.refreshNewSet(existing, revision);
    return create ? yield* this.createNewSet(old, revision) : undefined;
  }

  private *refreshNewSet(set: ReplicaSet, revision: number): Task<ReplicaSet> {
    const annotations = withRevision(set.metadata.annotations, this.deployment, revision);
    const { minReadySeconds } = this.deployment.spec;
    if (annotations !== set.metadata.annotations || (set.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
      this.tools.context.cause = this.cause;
      return yield* this.tools.sets.update({
        ...set,
        metadata: { ...set.metadata, annotations },
        spec: { ...set.spec, minReadySeconds },
      });
    }
    const isUnknown = hasProgressDeadline(this.deployment) && !conditionOf(this.deployment.status, 'Progressing');
    const message = `Found new replica set "${set.metadata.name}"`;
    yield* this.progress(
      isUnknown ? { type: 'Progressing', status: 'True', reason: 'FoundNewReplicaSet', message } : undefined,
      annotations[revisionAnnotation],
    );
    return set;
  }

  private *createNewSet(old: readonly ReplicaSet[], revision: number): Task<ReplicaSet> {
    const { deployment } = this;
    const draft = this.draftSet(old, revision);
    const name = draft.metadata.name ?? '';
    const size = draft.spec.replicas;
    this.tools.context.cause = this.cause;
    let created: ReplicaSet;
    try {
      const message = `Scaled up replica set ${name} from 0 to ${size}`;
      if (size > 0) this.decide('ScalingReplicaSet', name, message);
      created = yield* this.tools.sets.create(deployment.metadata.namespace ?? '', draft);
      if (size > 0) this.tools.parts.event(deployment, 'Normal', 'ScalingReplicaSet', message);
    } catch (error) {
      return yield* this.refusedNewSet(name, error, revision);
    }
    const message = `Created new replica set "${name}"`;
    yield* this.progress(
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message },
      String(revision),
    );
    return created;
  }

  private draftSet(old: readonly ReplicaSet[], revision: number): NewObject<ReplicaSet> {
    const { metadata, spec, status } = this.deployment;
    const hash = templateHash(spec.template, status.collisionCount);
    const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
    const selector: LabelSelector = {
      ...spec.selector,
      matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash },
    };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${hash}`,
        labels,
        annotations: withSizes(withRevision(undefined, this.deployment, revision), this.deployment),
        ownerReferences: [controllerReference(this.deployment, 'apps/v1', 'Deployment')],
      },
      spec: {
        replicas: newSetSize(this.deployment, old, 0),
        minReadySeconds: spec.minReadySeconds,
        selector,
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    };
  }

  private *refusedNewSet(name: string, error: unknown, revision: number): Task<ReplicaSet> {
    if (isNamespaceTerminating(error) || !(error instanceof StatusError)) throw error;
    const { deployment } = this;
    if (error.reason === 'AlreadyExists') {
      const there = this.tools.knownSet(deployment.metadata.namespace ?? '', name);
      if (!there) throw new RetryError(`replicaset "${name}" is there, but not yet known`);
      const isOurs = there.metadata.ownerReferences?.some(
        (owner) => owner.controller && owner.uid === deployment.metadata.uid,
      );
      if (isOurs && isSameTemplate(deployment.spec.template, there.spec.template)) {
        yield* this.progress(undefined, String(revision));
        return there;
      }
      const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
      yield* this.writeStatus({ ...deployment.status, collisionCount });
      throw error;
    }
    const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
    yield* this.progress({ type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message });
    this.tools.parts.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
    throw error;
  }

  /** Sizes all sets for a Deployment whose own size changed. */
  private *scaleAll(
    newSet: ReplicaSet | undefined,
    old: readonly ReplicaSet[],
  ): Task<{ newSet: ReplicaSet | undefined; old: readonly ReplicaSet[] }> {
    const { deployment } = this;
    const { replicas, strategy } = deployment.spec;
    const changed = new Map<string, ReplicaSet>();
    const only = activeOrLatest(newSet, old);
    const active = [...old, ...(newSet ? [newSet] : [])].filter(isActive);
    let sizes: readonly (readonly [ReplicaSet, number])[] = [];
    if (only) sizes = only.spec.replicas === replicas ? [] : [[only, replicas]];
    else if (isSaturated(deployment, newSet)) sizes = old.filter(isActive).map((set) => [set, 0] as const);
    else if (strategy.type === 'RollingUpdate') sizes = proportionalSizes(deployment, active);
    for (const [set, size] of sizes) changed.set(set.metadata.uid, yield* this.scale(set, size));
    const latest = (set: ReplicaSet): ReplicaSet => changed.get(set.metadata.uid) ?? set;
    return { newSet: newSet && latest(newSet), old: old.map(latest) };
  }

  /** Gives the set a size, and the Deployment's sizes as annotations. Gives the set as it is then. */
  *scale(set: ReplicaSet, size: number): Task<ReplicaSet> {
    const annotations = withSizes(set.metadata.annotations, this.deployment);
    const before = set.spec.replicas;
    if (size === before && annotations === set.metadata.annotations) return set;
    const direction = size > before ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${size}`;
    this.tools.context.cause = this.cause;
    if (size !== before) this.decide('ScalingReplicaSet', set.metadata.name, message);
    const scaled = yield* this.tools.sets.update({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas: size },
    });
    if (size !== before) this.tools.parts.event(this.deployment, 'Normal', 'ScalingReplicaSet', message);
    return scaled;
  }

  /** Deletes empty old sets beyond the history limit, those of the lowest revisions first. */
  *cleanUp(old: readonly ReplicaSet[]): Task<void> {
    const { revisionHistoryLimit } = this.deployment.spec;
    if (revisionHistoryLimit === undefined || revisionHistoryLimit === noHistoryLimit) return;
    const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined).sort(byRevision);
    for (const set of alive.slice(0, Math.max(0, alive.length - revisionHistoryLimit))) {
      const isBehind = (set.metadata.generation ?? 0) > (set.status.observedGeneration ?? 0);
      if (set.status.replicas !== 0 || set.spec.replicas !== 0 || isBehind) continue;
      this.tools.context.cause = this.cause;
      try {
        yield* this.tools.sets.delete(set.metadata.namespace ?? '', set.metadata.name);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  private *report(newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): Task<void> {
    const all = [...old, ...(newSet ? [newSet] : [])];
    yield* this.writeStatus(statusOf(this.deployment, all, newSet, this.tools.context.now));
  }

  *reportRollout(newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): Task<void> {
    const all = [...old, ...(newSet ? [newSet] : [])];
    yield* this.writeStatus(rolloutStatusOf(this.deployment, all, newSet, this.tools.context.now));
  }

  /** Sets the Progressing condition and the revision annotation, in one write, if either changes. */
  private *progress(condition: NewCondition | undefined, revision?: string): Task<void> {
    const { metadata, status } = this.deployment;
    const before = status.conditions ?? [];
    const wanted = condition && hasProgressDeadline(this.deployment) ? condition : undefined;
    const conditions = wanted ? withCondition(before, wanted, this.tools.context.now) : before;
    const isNewRevision = revision !== undefined && metadata.annotations?.[revisionAnnotation] !== revision;
    if (conditions === before && !isNewRevision) return;
    const annotations = isNewRevision
      ? { ...metadata.annotations, [revisionAnnotation]: revision }
      : metadata.annotations;
    yield* this.send({ ...this.deployment, metadata: { ...metadata, annotations }, status: { ...status, conditions } });
  }

  private *writeStatus(status: DeploymentStatus): Task<void> {
    if (!equalJson(status, this.deployment.status)) yield* this.send({ ...this.deployment, status });
  }

  /**
   * Writes the status once per look: what follows is left to the next one. Upstream sends a second write too, from the revision it began with,
   * and is refused with a conflict; the outcome is the same.
   */
  private *send(next: Deployment): Task<void> {
    if (this.hasWrittenStatus)
      throw new RetryError(`deployment "${next.metadata.name}" changed while it was looked at`);
    this.hasWrittenStatus = true;
    this.tools.context.cause = this.cause;
    yield* this.tools.deployments.updateStatus(next);
    this.deployment = next;
  }

  private decide(reason: string, set: string, message: string): void {
    const { namespace } = this.deployment.metadata;
    this.tools.parts.decide({
      reason,
      subjects: [subjectOf(this.deployment), `ReplicaSet/${namespace}/${set}`],
      message,
    });
  }
}
