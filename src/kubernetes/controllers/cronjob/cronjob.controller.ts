// Makes the Jobs of CronJobs when they are due, and clears away old ones. Upstream: pkg/controller/cronjob/cronjob_controllerv2.go.
import { equalJson } from '@/base/json.ts';
import { parseSchedule, ScheduleError, type Schedule } from '@/kubernetes/api/batch/v1/cronjob/schedule.ts';
import type { CronJob, CronJobStatus } from '@/kubernetes/api/batch/v1/cronjob/types.ts';
import type { Job } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { ObjectReference } from '@/kubernetes/api/core/v1/references.ts';
import { controllerOf, keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { cronJobsResource, jobsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { milliseconds, parseRfc3339, rfc3339, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { controllerReference, indexByOwner, ownedBy } from '../lib/ownership.ts';
import { isNamespaceTerminating, isNotFound, messageOf } from '../lib/pod-control.ts';
import { subjectOf } from '../lib/subjects.ts';
import { dueTime } from './missed-times.ts';

/** A little after the time, rather than just before it. */
const margin = milliseconds(100);
const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

function endOf({ status }: Job): string | undefined {
  return status.conditions?.find(({ status: holds, type }) => holds === 'True' && (type === 'Complete' || type === 'Failed'))
    ?.type;
}

const secondsOf = (time: string | undefined): number | undefined => {
  const at = time === undefined ? undefined : parseRfc3339(time);
  return at === undefined ? undefined : at / 1e6;
};

const timeText = (at: number): string => rfc3339((at * 1e6) as Instant);

class CronJobController {
  private readonly cronJobs: Informer<CronJob>;
  private readonly jobs: Informer<Job>;
  private readonly queue: WorkQueue;
  private readonly client: ResourceClient<CronJob>;
  private readonly jobClient: ResourceClient<Job>;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.cronJobs = parts.informers.informer<CronJob>(cronJobsResource);
    this.jobs = parts.informers.informer<Job>(jobsResource);
    indexByOwner(this.jobs);
    this.queue = new WorkQueue(context);
    this.client = parts.client.of<CronJob>(cronJobsResource);
    this.jobClient = parts.client.of<Job>(jobsResource);
    const enqueue = (cronJob: CronJob): void => this.queue.add(keyOf(cronJob));
    this.cronJobs.onChange({ added: enqueue, updated: enqueue });
    const enqueueOwner = (job: Job): void => {
      const owner = controllerOf(job);
      if (owner?.kind === 'CronJob') this.queue.add(`${job.metadata.namespace}/${owner.name}`);
    };
    this.jobs.onChange({ added: enqueueOwner, updated: enqueueOwner, deleted: enqueueOwner });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.cronJobs.waitForSync();
    yield* this.jobs.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private *sync(key: string): Task<void> {
    const cronJob = this.cronJobs.get(key);
    if (!cronJob) return;
    const { cause } = this.context;
    const jobs = ownedBy(this.jobs, cronJob.metadata.uid);
    yield* this.clearAway(cronJob, jobs);
    this.context.cause = cause;
    const status = yield* this.start(cronJob, jobs, this.followJobs(cronJob, jobs));
    if (!equalJson(status, cronJob.status)) yield* this.client.updateStatus({ ...cronJob, status });
  }

  /** The status without Jobs that have ended or are gone. */
  private followJobs(cronJob: CronJob, jobs: readonly Job[]): CronJobStatus {
    let { lastSuccessfulTime } = cronJob.status;
    const active: ObjectReference[] = [];
    for (const reference of cronJob.status.active ?? []) {
      const job = jobs.find(({ metadata: { uid } }) => uid === reference.uid);
      const end = job && endOf(job);
      if (job && end === undefined) active.push(reference);
      else if (!job) this.tell(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      else {
        this.tell(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${end}`);
        const { completionTime } = job.status;
        if (end === 'Complete' && completionTime && completionTime > (lastSuccessfulTime ?? ''))
          lastSuccessfulTime = completionTime;
      }
    }
    const { active: _, lastSuccessfulTime: __, ...rest } = cronJob.status;
    return { ...rest, ...(active.length > 0 ? { active } : {}), ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) };
  }

  /** Starts what is due, and comes back at the next time. Gives the status after that. */
  private *start(cronJob: CronJob, jobs: readonly Job[], status: CronJobStatus): Task<CronJobStatus> {
    const { metadata, spec } = cronJob;
    if (metadata.deletionTimestamp !== undefined || spec.suspend) return status;
    const schedule = this.scheduleOf(cronJob);
    if (!schedule) return status;
    const now = Math.floor(this.context.now / 1e6);
    const next = schedule.next(now);
    if (next !== undefined)
      this.queue.addAfter(keyOf(cronJob), (seconds(next) + margin - this.context.now) as Duration);
    const deadline = spec.startingDeadlineSeconds;
    const since = secondsOf(status.lastScheduleTime) ?? secondsOf(metadata.creationTimestamp) ?? now;
    const { at, missedTooMany } = dueTime(schedule, Math.max(since, deadline === undefined ? 0 : now - deadline), now);
    if (missedTooMany) {
      const text =
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.tell(cronJob, 'Warning', 'TooManyMissedTimes', text);
    }
    if (at === undefined) return status;
    if (deadline !== undefined && at + deadline < now) {
      this.tell(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${timeText(at)}`);
      return status;
    }
    const name = `${metadata.name}-${Math.floor(at / 60)}`;
    if (status.active?.some((one) => one.name === name) || secondsOf(status.lastScheduleTime) === at) return status;
    let active = status.active ?? [];
    if (active.length > 0 && spec.concurrencyPolicy === 'Forbid') {
      const text = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.tell(cronJob, 'Normal', 'JobAlreadyActive', text);
      return status;
    }
    if (spec.concurrencyPolicy === 'Replace') {
      for (const job of jobs) if (active.some(({ uid }) => uid === job.metadata.uid)) yield* this.delete(cronJob, job);
      active = [];
    }
    const job = yield* this.create(cronJob, name, at);
    if (!job) return status;
    const { uid, resourceVersion, namespace } = job.metadata;
    const reference = { kind: 'Job', apiVersion: 'batch/v1', namespace, name, uid, resourceVersion };
    return { ...status, active: [...active, reference as ObjectReference], lastScheduleTime: timeText(at) };
  }

  private scheduleOf(cronJob: CronJob): Schedule | undefined {
    const { schedule, timeZone } = cronJob.spec;
    try {
      return parseSchedule(timeZone === undefined || schedule.includes('TZ') ? schedule : `TZ=${timeZone} ${schedule}`);
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      this.tell(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${schedule}" : ${error.message}`);
      return undefined;
    }
  }

  private *create(cronJob: CronJob, name: string, at: number): Task<Job | undefined> {
    const { metadata, spec } = cronJob.spec.jobTemplate;
    const namespace = cronJob.metadata.namespace ?? '';
    this.context.cause = this.parts.decide({
      reason: 'Scheduled',
      subjects: [subjectOf(cronJob)],
      message: `CronJob ${cronJob.metadata.name} is due at ${timeText(at)}`,
    });
    try {
      const job = yield* this.jobClient.create(namespace, {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {
          name,
          labels: metadata.labels,
          annotations: { ...metadata.annotations, [scheduledAnnotation]: timeText(at) },
          ownerReferences: [controllerReference(cronJob, 'batch/v1', 'CronJob')],
        },
        spec,
      });
      this.tell(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      return job;
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      if (!(error instanceof StatusError)) throw error;
      if (error.status.reason === 'AlreadyExists') return yield* this.jobClient.get(namespace, name);
      this.tell(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
  }

  private *delete(cronJob: CronJob, job: Job): Task<void> {
    const { name, namespace = '' } = job.metadata;
    try {
      yield* this.jobClient.delete(namespace, name, { propagationPolicy: 'Background' });
      this.tell(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Deletes the oldest Jobs that have ended, beyond what is to be kept of each outcome. */
  private *clearAway(cronJob: CronJob, jobs: readonly Job[]): Task<void> {
    const { failedJobsHistoryLimit, successfulJobsHistoryLimit } = cronJob.spec;
    const startedAt = (job: Job): string => job.status.startTime ?? '';
    for (const [end, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      const ended = jobs
        .filter((job) => endOf(job) === end && job.metadata.deletionTimestamp === undefined)
        .sort((a, b) => (startedAt(a) < startedAt(b) ? -1 : 1));
      for (const job of ended.slice(0, Math.max(0, ended.length - limit))) yield* this.delete(cronJob, job);
    }
  }

  private tell(cronJob: CronJob, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.parts.event(cronJob, type, reason, message);
  }
}

/** Upstream: pkg/controller/cronjob. */
export const controller: ControllerDescriptor = {
  name: 'cronjob-controller',
  explain: 'Makes a Job of a CronJob each time its schedule says so, and deletes those of long ago.',
  watches: [cronJobsResource, jobsResource],
  rules: [
    { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', 'list', 'update', 'watch'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] },
    { apiGroups: ['batch'], resources: ['cronjobs/status', 'cronjobs/finalizers'], verbs: ['update'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new CronJobController(context, parts),
};
