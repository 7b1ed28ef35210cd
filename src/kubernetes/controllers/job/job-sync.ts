// What one look at a Job does: end it, or bring its pods to the number it wants; then count the pods that ended. Upstream:
// pkg/controller/job/job_controller.go (syncJob, manageJob, trackJobStatusAndRemoveFinalizers).
import { equalJson } from '@/base/json.ts';
import type { Job, JobStatus, UncountedTerminatedPods } from '@/kubernetes/api/batch/v1/job/types.ts';
import { trackingFinalizer } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import { rfc3339, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerParts } from '../controller.ts';
import type { Expectations } from '../lib/expectations.ts';
import { controllerReference } from '../lib/ownership.ts';
import { isNamespaceTerminating, isNotFound, slowStart, type PodControl } from '../lib/pod-control.ts';
import { podsToDelete } from '../lib/pod-ranking.ts';
import { subjectOf } from '../lib/subjects.ts';
import { judgeFailure } from './failure-policy.ts';
import {
  backoffLeft,
  failuresOfIndex,
  finishedAt,
  indexOf,
  indexedTemplate,
  isFailed,
  isIndexed,
  isTracked,
  limitsEachIndex,
  replacesOnlyFailed,
  trackedTemplate,
} from './job-pods.ts';
import { indexesField, withCondition, type Ending, type Progress } from './progress.ts';

/** At most this many pods are made, deleted or counted in one go. */
const burst = 500;

/** What one look works with. */
export interface JobTools {
  readonly context: Context;
  readonly parts: ControllerParts;
  readonly jobs: ResourceClient<Job>;
  readonly pods: ResourceClient<Pod>;
  readonly control: PodControl;
  readonly expectations: Expectations;
  /** Pods of a Job whose finalizer was taken off and whose cache entry still has it. */
  readonly untracked: Map<string, Set<string>>;
  lookAgainAfter(key: string, span: Duration): void;
}

/** Failures since the last success, per Job: they set the back-off. */
export interface Failures {
  readonly count: number;
  readonly lastAt: Instant | undefined;
}

export class JobSync {
  private readonly key: string;
  private status: JobStatus;

  constructor(
    private readonly tools: JobTools,
    private job: Job,
    private readonly pods: readonly Pod[],
    private readonly progress: Progress,
    private readonly failures: Failures,
  ) {
    this.key = keyOf(job);
    this.status = job.status;
  }

  /** `isSatisfied`: whether all that was asked for has been seen, so that pods may be made. */
  *run(isSatisfied: boolean): Task<void> {
    const { context } = this.tools;
    const { progress, job } = this;
    const { now, cause } = context;
    if (this.status.startTime === undefined && !job.spec.suspend)
      this.status = { ...this.status, startTime: rfc3339(now) };
    let { ending } = progress;
    let active = progress.active.length;
    let { terminating } = progress;
    if (ending) {
      const deleted = yield* this.deleteAll(progress.active, ending);
      active -= deleted;
      terminating += deleted;
    } else {
      const isManaged = isSatisfied && job.metadata.deletionTimestamp === undefined;
      if (isManaged) active = yield* this.manage();
      const { completions } = job.spec;
      const isComplete =
        completions === undefined
          ? progress.succeeded > 0 && active === 0
          : progress.succeeded >= completions && active === 0;
      if (isComplete) {
        const message = 'Reached expected number of succeeded pods';
        ending = { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message };
      } else if (isManaged) this.followSuspension();
    }
    context.cause = cause;
    const ready = ending && ending.type !== 'SuccessCriteriaMet' ? 0 : Math.min(progress.ready, active);
    this.status = this.counted(active, ending ? ready : progress.ready, terminating);
    yield* this.settle(ending, terminating);
  }

  private counted(active: number, ready: number, terminating: number): JobStatus {
    const { active: _, ...rest } = this.status;
    return {
      ...rest,
      ...(active > 0 ? { active } : {}),
      ready,
      terminating,
      uncountedTerminatedPods: rest.uncountedTerminatedPods ?? {},
    };
  }

  /** Suspended and Resumed, with the start time that goes with them. */
  private followSuspension(): void {
    const { now } = this.tools.context;
    const isSuspended = this.job.spec.suspend;
    const next = withCondition(
      this.status,
      isSuspended
        ? { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
        : { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' },
      now,
    );
    if (next === this.status) return;
    const { startTime: _, ...rest } = next;
    this.status = isSuspended ? rest : { ...rest, startTime: rfc3339(now) };
    if (isSuspended) this.tell('Normal', 'Suspended', 'Job suspended');
    else this.tell('Normal', 'Resumed', 'Job resumed');
  }

  /** Deletes all that still runs of a Job that ends; they are counted when they are gone. Gives how many were deleted. */
  private *deleteAll(active: readonly Pod[], ending: Ending): Task<number> {
    if (active.length === 0) return 0;
    const decision = this.decide(ending.reason, `${ending.message}: ${active.length} pods to delete`);
    let deleted = 0;
    for (const pod of active) {
      try {
        yield* this.tools.control.delete(this.job, pod, decision);
        deleted++;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    return deleted;
  }

  /** Makes or deletes pods until as many are active as the Job wants. Gives how many are then. */
  private *manage(): Task<number> {
    const { job, progress } = this;
    const { active, succeeded } = progress;
    const { completions, parallelism, suspend } = job.spec;
    if (suspend) return active.length - (yield* this.remove(active));
    const wanted =
      completions === undefined
        ? succeeded > 0
          ? active.length
          : parallelism
        : Math.max(0, Math.min(parallelism, completions - succeeded));
    const surplus = this.surplusPods(Math.max(0, active.length - wanted)).slice(0, burst);
    if (surplus.length > 0) return active.length - (yield* this.remove(surplus));
    const leaving = replacesOnlyFailed(job) ? progress.terminating : 0;
    const missing = Math.min(burst, wanted - leaving - active.length);
    return missing > 0 ? yield* this.add(missing) : active.length;
  }

  private surplusPods(atLeast: number): readonly Pod[] {
    const { active } = this.progress;
    const surplus: Pod[] = [];
    let rest = active;
    if (isIndexed(this.job)) {
      const seen = new Set<number>();
      const kept: Pod[] = [];
      for (const pod of active) {
        const index = indexOf(pod) ?? Infinity;
        if (index >= (this.job.spec.completions ?? 0) || seen.has(index)) surplus.push(pod);
        else kept.push(pod);
        seen.add(index);
      }
      rest = kept;
    }
    const more = atLeast - surplus.length;
    return more > 0 ? [...surplus, ...podsToDelete(rest, rest, more, this.tools.context.now)] : surplus;
  }

  /** Deletes pods that are too many; they do not count as failed, so their finalizer goes first. */
  private *remove(pods: readonly Pod[]): Task<number> {
    if (pods.length === 0) return 0;
    const { control, expectations } = this.tools;
    expectations.expectDeletions(this.key, pods.map(keyOf));
    const decision = this.decide('TooManyActivePods', `${pods.length} active pods too many`);
    let removed = 0;
    for (const pod of pods) {
      try {
        yield* this.untrack(pod);
        yield* control.delete(this.job, pod, decision);
        removed++;
      } catch (error) {
        expectations.deletionObserved(this.key, keyOf(pod));
        if (!isNotFound(error)) throw error;
      }
    }
    return removed;
  }

  private *add(missing: number): Task<number> {
    const { context, expectations, control, lookAgainAfter } = this.tools;
    const { job, progress, key } = this;
    const perIndex = limitsEachIndex(job);
    const left = perIndex ? 0 : backoffLeft(this.failures.count, this.failures.lastAt, context.now);
    if (left > 0) {
      // Upstream reports no active pods while it holds back.
      lookAgainAfter(key, left as Duration);
      return 0;
    }
    const indexes = isIndexed(job) ? this.pendingIndexes(missing) : undefined;
    const ripe = indexes?.filter((index) => this.indexBackoff(index) === 0);
    if (indexes && indexes.length > 0 && ripe?.length === 0) {
      lookAgainAfter(key, Math.min(...indexes.map((index) => this.indexBackoff(index))) as Duration);
      return 0;
    }
    const count = ripe?.length ?? missing;
    const active = progress.active.length;
    expectations.expectCreations(key, count);
    const decision = this.decide('TooFewActivePods', `${active} active pods: ${count} to create`);
    const reference = controllerReference(job, 'batch/v1', 'Job');
    const template = trackedTemplate(job);
    let next = 0;
    const { successes, error } = yield* slowStart(count, function* () {
      const index = ripe?.[next++];
      try {
        if (index === undefined) yield* control.create(job, reference, template, decision);
        else {
          const own = indexedTemplate(job, index, progress.awaitingRetry.get(index));
          yield* control.create(job, reference, own, decision, `${job.metadata.name}-${index}-`);
        }
      } catch (refused) {
        if (!isNamespaceTerminating(refused)) throw refused;
      }
    });
    for (let skipped = count - successes; skipped > 0; skipped--) expectations.creationObserved(key);
    if (error !== undefined) throw error;
    return active + successes;
  }

  private indexBackoff(index: number): number {
    const { now } = this.tools.context;
    const failed = this.progress.awaitingRetry.get(index);
    return failed ? backoffLeft(failuresOfIndex(failed), finishedAt(failed, now), now) : 0;
  }

  /** The lowest indexes that have neither a pod nor an outcome. */
  private pendingIndexes(count: number): readonly number[] {
    const { active, failedIndexes = [], succeededIndexes } = this.progress;
    const taken = new Set([...succeededIndexes, ...failedIndexes]);
    for (const pod of active) taken.add(indexOf(pod) ?? -1);
    if (replacesOnlyFailed(this.job))
      for (const pod of this.pods)
        if (pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Failed') taken.add(indexOf(pod) ?? -1);
    const pending: number[] = [];
    for (let index = 0; index < (this.job.spec.completions ?? 0) && pending.length < count; index++)
      if (!taken.has(index)) pending.push(index);
    return pending;
  }

  /** Notes the uids of pods that ended, takes their finalizers off, then counts them: so that none is counted twice. */
  private *settle(ending: Ending | undefined, terminating: number): Task<void> {
    const { job, progress } = this;
    const { now } = this.tools.context;
    this.forgetUntracked();
    const uncounted = this.status.uncountedTerminatedPods ?? {};
    const succeeded = [...(uncounted.succeeded ?? [])];
    const failed = [...(uncounted.failed ?? [])];
    const toUntrack: Pod[] = [];
    for (const pod of this.pods) {
      if (toUntrack.length === burst || !isTracked(pod) || this.isUntracked(pod)) continue;
      const { uid } = pod.metadata;
      const hasFailed = isFailed(pod, job);
      if (!this.mayUntrack(pod, hasFailed, ending)) continue;
      toUntrack.push(pod);
      if (pod.status.phase === 'Succeeded' && !failed.includes(uid)) {
        if (!isIndexed(job) && !succeeded.includes(uid)) succeeded.push(uid);
      } else if ((hasFailed || endsBadly(ending)) && !failed.includes(uid)) {
        const index = indexOf(pod);
        const isOutside = isIndexed(job) && (index === undefined || index >= (job.spec.completions ?? 0));
        if (!isOutside && judgeFailure(job, pod).countsAsFailure) failed.push(uid);
      }
    }
    this.status = { ...this.status, uncountedTerminatedPods: uncountedOf(succeeded, failed) };
    if (isIndexed(job)) this.status = withIndexes(this.status, progress);
    let last = ending;
    if (ending?.type === 'FailureTarget' || ending?.type === 'SuccessCriteriaMet') {
      this.status = withCondition(this.status, { ...ending, status: 'True' }, now);
      last = { ...ending, type: ending.type === 'FailureTarget' ? 'Failed' : 'Complete' };
    }
    yield* this.write();
    for (const pod of toUntrack) yield* this.untrack(pod);
    this.forgetUntracked();
    const left = this.status.uncountedTerminatedPods ?? {};
    const isOver = last && terminating === 0 && !left.succeeded?.length && !left.failed?.length;
    if (last && isOver) {
      this.status = withCondition(this.status, { ...last, status: 'True' }, now);
      if (last.type === 'Complete') this.status = { ...this.status, completionTime: rfc3339(now) };
      this.decide(last.reason, last.message);
    }
    yield* this.write();
    if (last && isOver) {
      if (last.type === 'Complete') this.tell('Normal', 'Completed', 'Job completed');
      else this.tell('Warning', last.reason, last.message);
    }
  }

  private mayUntrack(pod: Pod, hasFailed: boolean, ending: Ending | undefined): boolean {
    if (this.job.metadata.deletionTimestamp !== undefined || ending || pod.status.phase === 'Succeeded') return true;
    if (!hasFailed) return false;
    return this.progress.awaitingRetry.get(indexOf(pod) ?? -1)?.metadata.uid !== pod.metadata.uid;
  }

  private isUntracked(pod: Pod): boolean {
    return this.tools.untracked.get(this.key)?.has(pod.metadata.uid) ?? false;
  }

  /** Moves uids whose pods have no finalizer any more from the list into the numbers. */
  private forgetUntracked(): void {
    const uncounted = this.status.uncountedTerminatedPods;
    if (!uncounted?.succeeded?.length && !uncounted?.failed?.length) return;
    const tracked = new Set(
      this.pods.filter((pod) => isTracked(pod) && !this.isUntracked(pod)).map((pod) => pod.metadata.uid),
    );
    const stays = (uid: string): boolean => tracked.has(uid);
    const succeeded = (uncounted.succeeded ?? []).filter(stays);
    const failed = (uncounted.failed ?? []).filter(stays);
    const more = (uncounted.succeeded?.length ?? 0) - succeeded.length;
    const failures = (this.status.failed ?? 0) + (uncounted.failed?.length ?? 0) - failed.length;
    this.status = {
      ...this.status,
      ...(more > 0 ? { succeeded: (this.status.succeeded ?? 0) + more } : {}),
      ...(failures > 0 ? { failed: failures } : {}),
      uncountedTerminatedPods: uncountedOf(succeeded, failed),
    };
  }

  private *untrack(pod: Pod): Task<void> {
    if (!isTracked(pod) || this.isUntracked(pod)) return;
    const expected = this.tools.untracked.get(this.key) ?? new Set<string>();
    this.tools.untracked.set(this.key, expected);
    expected.add(pod.metadata.uid);
    try {
      yield* removeFinalizer(this.tools.pods, pod);
    } catch (error) {
      expected.delete(pod.metadata.uid);
      throw error;
    }
  }

  private *write(): Task<void> {
    if (equalJson(this.status, this.job.status)) return;
    this.job = yield* this.tools.jobs.updateStatus({ ...this.job, status: this.status });
    this.status = this.job.status;
  }

  private tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.tools.parts.event(this.job, type, reason, message);
  }

  private decide(reason: string, message: string): number {
    return this.tools.parts.decide({
      reason,
      subjects: [subjectOf(this.job)],
      message: `Job ${this.job.metadata.name}: ${message}`,
    });
  }
}

/** Lets a pod go that has been counted, or that nobody counts. */
export function* removeFinalizer(pods: ResourceClient<Pod>, pod: Pod): Task<void> {
  const { name, namespace = '', uid } = pod.metadata;
  const patch = { metadata: { uid, [`$deleteFromPrimitiveList/finalizers`]: [trackingFinalizer] } };
  try {
    yield* pods.patch(namespace, name, 'strategic', patch);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function uncountedOf(succeeded: readonly string[], failed: readonly string[]): UncountedTerminatedPods {
  return { ...(succeeded.length > 0 ? { succeeded } : {}), ...(failed.length > 0 ? { failed } : {}) };
}

function withIndexes(status: JobStatus, { failedIndexes, succeededIndexes }: Progress): JobStatus {
  const { completedIndexes: _, succeeded: __, ...rest } = status;
  const completedIndexes = indexesField(succeededIndexes);
  return {
    ...rest,
    ...(succeededIndexes.length > 0 ? { succeeded: succeededIndexes.length } : {}),
    ...(completedIndexes === undefined ? {} : { completedIndexes }),
    ...(failedIndexes ? { failedIndexes: indexesField(failedIndexes) ?? '' } : {}),
  };
}

/** Then all that still ran counts as failed. */
const endsBadly = (ending: Ending | undefined): boolean => ending?.type === 'FailureTarget' || ending?.type === 'Failed';
