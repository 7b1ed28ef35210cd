// What a Job asks about its pods, and how it names those of an index. Upstream: pkg/controller/job/job_controller.go, indexed_job_utils.go.
import {
  completionIndexAnnotation,
  indexFailureCountAnnotation,
  indexIgnoredFailureCountAnnotation,
  trackingFinalizer,
  type Job,
} from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { parseRfc3339, plus, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import { podCondition } from '../lib/pod-state.ts';
import { judgeFailure } from './failure-policy.ts';

const firstBackoff = 10;
const longestBackoff = 600;

export const isTracked = (pod: Pod): boolean => pod.metadata.finalizers?.includes(trackingFinalizer) ?? false;
export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const limitsEachIndex = ({ spec }: Job): boolean => spec.backoffLimitPerIndex !== undefined;
export const replacesOnlyFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed';

/** A pod on its way out counts as failed already, unless the Job waits for its end. */
export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Succeeded';
}

/** The completion index of a pod, undefined for one without. */
export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[completionIndexAnnotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

const countIn = (pod: Pod, annotation: string): number => Number(pod.metadata.annotations?.[annotation] ?? 0) || 0;

/** Whether this failed pod was the last that its index may have. */
export function endsIndex(job: Job, pod: Pod): boolean {
  const { action, countsAsFailure } = judgeFailure(job, pod);
  if (action === 'FailIndex') return true;
  return countsAsFailure && countIn(pod, indexFailureCountAnnotation) >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** How often the index of a failed pod has failed, with this one; failures that a policy ignores as well. */
export function failuresOfIndex(pod: Pod): number {
  return countIn(pod, indexFailureCountAnnotation) + countIn(pod, indexIgnoredFailureCountAnnotation) + 1;
}

/** When a pod came to its end, as well as can be told. */
export function finishedAt(pod: Pod, now: Instant): Instant {
  let latest: Instant | undefined;
  for (const { state } of pod.status.containerStatuses ?? []) {
    const at = state?.terminated?.finishedAt ? parseRfc3339(state.terminated.finishedAt) : undefined;
    if (at !== undefined && (latest === undefined || at > latest)) latest = at;
  }
  if (latest !== undefined && pod.status.containerStatuses?.every(({ state }) => state?.terminated)) return latest;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  const deletedAt = deletionTimestamp ? parseRfc3339(deletionTimestamp) : undefined;
  if (deletedAt !== undefined) return plus(deletedAt, seconds(-deletionGracePeriodSeconds));
  const ready = podCondition(pod, 'Ready');
  const readyAt = ready?.lastTransitionTime ? parseRfc3339(ready.lastTransitionTime) : undefined;
  return readyAt ?? now;
}

/** How long to hold back after `failures` in a row, the last of them at `lastAt`. */
export function backoffLeft(failures: number, lastAt: Instant | undefined, now: Instant): Duration {
  if (failures === 0 || lastAt === undefined) return 0 as Duration;
  const span = Math.min(firstBackoff * 2 ** Math.min(failures - 1, 20), longestBackoff);
  return Math.max(0, plus(lastAt, seconds(span)) - now) as Duration;
}

/** The template of the Job's pods: with the finalizer that keeps them until they are counted. */
export function trackedTemplate({ spec: { template } }: Job): PodTemplateSpec {
  const finalizers = [...(template.metadata.finalizers ?? []), trackingFinalizer];
  return { ...template, metadata: { ...template.metadata, finalizers } };
}

/** The same for one index, with what the pod needs to know of it; `replaced` is the failed pod that it follows. */
export function indexedTemplate(job: Job, index: number, replaced: Pod | undefined): PodTemplateSpec {
  const { metadata, spec } = trackedTemplate(job);
  const text = String(index);
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${completionIndexAnnotation}']` } },
  };
  const withIndex = <C extends { readonly env?: readonly { readonly name: string }[] }>(container: C): C =>
    container.env?.some(({ name }) => name === variable.name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [completionIndexAnnotation]: text },
      annotations: { ...metadata.annotations, [completionIndexAnnotation]: text, ...failureCounts(job, replaced) },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${text}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
    },
  };
}

function failureCounts(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (!limitsEachIndex(job)) return {};
  if (!replaced) return { [indexFailureCountAnnotation]: '0' };
  const counts = judgeFailure(job, replaced).countsAsFailure;
  const failures = countIn(replaced, indexFailureCountAnnotation) + (counts ? 1 : 0);
  const ignored = countIn(replaced, indexIgnoredFailureCountAnnotation) + (counts ? 0 : 1);
  return {
    [indexFailureCountAnnotation]: String(failures),
    ...(ignored > 0 ? { [indexIgnoredFailureCountAnnotation]: String(ignored) } : {}),
  };
}
