// One look at a Job: what its pods amount to and whether that ends it. Upstream: pkg/controller/job/job_controller.go (syncJob).
import { indexesText, parseIndexes } from '@/kubernetes/api/batch/v1/job/indexes.ts';
import type { Job, JobCondition, JobStatus } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { between, parseRfc3339, rfc3339, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../lib/pod-state.ts';
import { judgeFailure } from './failure-policy.ts';
import { endsIndex, failuresOfIndex, indexOf, isFailed, isIndexed, isTracked, limitsEachIndex } from './job-pods.ts';

/** How the Job is about to end. */
export interface Ending {
  readonly type: 'FailureTarget' | 'Failed' | 'SuccessCriteriaMet' | 'Complete';
  readonly reason: string;
  readonly message: string;
}

/** What a Job's pods amount to. */
export interface Progress {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Ended and not counted yet. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly succeededIndexes: readonly number[];
  readonly failedIndexes: readonly number[] | undefined;
  /** Failed pods that wait to be counted until their index is tried again, by index. */
  readonly awaitingRetry: ReadonlyMap<number, Pod>;
  readonly ending: Ending | undefined;
}

export function hasCondition(status: JobStatus, type: string): boolean {
  return status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}

export const isFinished = ({ status }: Job): boolean => hasCondition(status, 'Complete') || hasCondition(status, 'Failed');

/** `expectedUntracked` are pods whose finalizer is gone already, though the cache does not know. */
export function progressOf(
  job: Job,
  pods: readonly Pod[],
  expectedUntracked: ReadonlySet<string>,
  now: Instant,
): Progress {
  const active = pods.filter(isPodActive);
  const uncounted = job.status.uncountedTerminatedPods ?? {};
  const isNew = (pod: Pod): boolean => isTracked(pod) && !expectedUntracked.has(pod.metadata.uid);
  const newlySucceeded = pods.filter(
    (pod) => pod.status.phase === 'Succeeded' && isNew(pod) && !uncounted.succeeded?.includes(pod.metadata.uid),
  );
  const newlyFailed = pods.filter(
    (pod) => isFailed(pod, job) && isNew(pod) && !uncounted.failed?.includes(pod.metadata.uid),
  );
  const countedFailures = newlyFailed.filter((pod) => judgeFailure(job, pod).countsAsFailure).length;
  const failed = (job.status.failed ?? 0) + countedFailures + (uncounted.failed?.length ?? 0);
  const succeededIndexes = isIndexed(job) ? indexesOfSucceeded(job, pods, isNew) : [];
  const failedIndexes = isIndexed(job) && limitsEachIndex(job) ? indexesOfFailed(job, pods) : undefined;
  const awaitingRetry = failedIndexes ? retries(job, pods, succeededIndexes, failedIndexes) : new Map<number, Pod>();
  const counts = { succeededIndexes, failedIndexes, failed };
  return {
    active,
    terminating: pods.filter(isPodTerminating).length,
    ready: active.filter(isPodReady).length,
    succeeded: isIndexed(job)
      ? succeededIndexes.length
      : (job.status.succeeded ?? 0) + newlySucceeded.length + (uncounted.succeeded?.length ?? 0),
    newlySucceeded,
    newlyFailed,
    awaitingRetry,
    ...counts,
    ending: endingOf(job, pods, counts, now),
  };
}

function indexesOfSucceeded(job: Job, pods: readonly Pod[], isNew: (pod: Pod) => boolean): readonly number[] {
  const completions = job.spec.completions ?? 0;
  const indexes = new Set(parseIndexes(job.status.completedIndexes, completions));
  for (const pod of pods) {
    const index = indexOf(pod);
    if (pod.status.phase === 'Succeeded' && isNew(pod) && index !== undefined && index < completions) indexes.add(index);
  }
  return [...indexes].sort((a, b) => a - b);
}

function indexesOfFailed(job: Job, pods: readonly Pod[]): readonly number[] {
  const completions = job.spec.completions ?? 0;
  const indexes = new Set(parseIndexes(job.status.failedIndexes, completions));
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || index >= completions || indexes.has(index)) continue;
    if (isFailed(pod, job) && isTracked(pod) && endsIndex(job, pod)) indexes.add(index);
  }
  return [...indexes].sort((a, b) => a - b);
}

/** Per index without a living pod and without an outcome, the failed pod that knows most of its failures. */
function retries(
  job: Job,
  pods: readonly Pod[],
  succeeded: readonly number[],
  failed: readonly number[],
): ReadonlyMap<number, Pod> {
  const over = new Set([...succeeded, ...failed]);
  for (const pod of pods) if (isPodActive(pod)) over.add(indexOf(pod) ?? -1);
  const waiting = new Map<number, Pod>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || index >= (job.spec.completions ?? 0) || over.has(index)) continue;
    if (!isFailed(pod, job) || !isTracked(pod)) continue;
    const standing = waiting.get(index);
    if (!standing || failuresOfIndex(pod) > failuresOfIndex(standing)) waiting.set(index, pod);
  }
  return waiting;
}

type Counts = Pick<Progress, 'succeededIndexes' | 'failedIndexes' | 'failed'>;

function endingOf(job: Job, pods: readonly Pod[], counts: Counts, now: Instant): Ending | undefined {
  const { spec, status } = job;
  const decided = (type: string): JobCondition | undefined =>
    status.conditions?.find((one) => one.type === type && one.status === 'True');
  const met = decided('SuccessCriteriaMet');
  if (met) return { type: 'Complete', reason: met.reason ?? '', message: met.message ?? '' };
  const target = decided('FailureTarget');
  if (target) return { type: 'Failed', reason: target.reason ?? '', message: target.message ?? '' };
  const failing = (reason: string, message: string): Ending => ({ type: 'FailureTarget', reason, message });
  if (spec.podFailurePolicy) {
    for (const pod of pods) {
      const message = isFailed(pod, job) ? judgeFailure(job, pod).message : undefined;
      if (message !== undefined) return failing('PodFailurePolicy', message);
    }
  }
  const hasNewFailure = counts.failed > (status.failed ?? 0);
  if ((hasNewFailure && counts.failed > spec.backoffLimit) || restartsTooOften(job, pods))
    return failing('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const left = deadlineLeft(job, now);
  if (left !== undefined && left <= 0)
    return failing('DeadlineExceeded', 'Job was active longer than specified deadline');
  return isIndexed(job) ? endingOfIndexes(job, counts, failing) : undefined;
}

function endingOfIndexes(
  { spec }: Job,
  { failedIndexes, succeededIndexes }: Counts,
  failing: (reason: string, message: string) => Ending,
): Ending | undefined {
  if (failedIndexes) {
    if (spec.maxFailedIndexes !== undefined && failedIndexes.length > spec.maxFailedIndexes) {
      const message = 'Job has exceeded the specified maximal number of failed indexes';
      return failing('MaxFailedIndexesExceeded', message);
    }
    const over = failedIndexes.length + succeededIndexes.length;
    if (failedIndexes.length > 0 && over >= (spec.completions ?? 0))
      return failing('FailedIndexes', 'Job has failed indexes');
  }
  const done = new Set(succeededIndexes);
  const rule = spec.successPolicy?.rules.findIndex(({ succeededIndexes: wanted, succeededCount }) => {
    if (wanted === undefined) return succeededIndexes.length >= (succeededCount ?? 0);
    const indexes = parseIndexes(wanted, spec.completions ?? 0);
    return indexes.filter((index) => done.has(index)).length >= (succeededCount ?? indexes.length);
  });
  if (rule === undefined || rule < 0) return undefined;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
}

/** Containers that are restarted in place count against the limit as well. */
function restartsTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status.phase !== 'Running' && status.phase !== 'Pending') continue;
    for (const one of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += one.restartCount;
  }
  return spec.backoffLimit === 0 ? restarts > 0 : restarts >= spec.backoffLimit;
}

/** What is left until the Job's deadline; undefined when there is none or it does not run. */
export function deadlineLeft({ spec, status }: Job, now: Instant): Duration | undefined {
  const start = status.startTime ? parseRfc3339(status.startTime) : undefined;
  if (spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend) return undefined;
  return (seconds(spec.activeDeadlineSeconds) - between(start, now)) as Duration;
}

/** The status with this condition; the same reference when it is so already. A False one is not begun. */
export function withCondition(
  status: JobStatus,
  condition: Pick<JobCondition, 'type' | 'status' | 'reason' | 'message'>,
  now: Instant,
): JobStatus {
  const conditions = status.conditions ?? [];
  const standing = conditions.find(({ type }) => type === condition.type);
  if (!standing && condition.status !== 'True') return status;
  if (standing?.status === condition.status && standing.reason === condition.reason && standing.message === condition.message)
    return status;
  const time = rfc3339(now);
  const next = { lastProbeTime: time, lastTransitionTime: time, ...condition };
  return {
    ...status,
    conditions: standing ? conditions.map((one) => (one === standing ? next : one)) : [...conditions, next],
  };
}

/** Indexes as the status has them. */
export const indexesField = (indexes: readonly number[]): string | undefined => indexesText(indexes) || undefined;
