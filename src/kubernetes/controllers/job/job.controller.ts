// The job controller: follows Jobs and their pods, and gives the finalizers of pods back that no Job counts any more.
// Upstream: pkg/controller/job/job_controller.go.
import { equalJson } from '@/base/json.ts';
import type { Job } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { jobsResource, podsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { Expectations } from '../lib/expectations.ts';
import { claim, controllerReference, indexByOwner, orphansIn, ownedBy } from '../lib/ownership.ts';
import { PodControl } from '../lib/pod-control.ts';
import { selectorOf } from '../lib/selectors.ts';
import { finishedAt, isTracked } from './job-pods.ts';
import { JobSync, removeFinalizer, type Failures, type JobTools } from './job-sync.ts';
import { deadlineLeft, isFinished, progressOf, type Progress } from './progress.ts';

/** Changes of pods are looked at together after this time. */
const batchPeriod = seconds(1);
const ownName = 'kubernetes.io/job-controller';
const noFailures: Failures = { count: 0, lastAt: undefined };

class JobController {
  private readonly jobs: Informer<Job>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly orphans: WorkQueue;
  private readonly tools: JobTools;
  private readonly podClient: ResourceClient<Pod>;
  private readonly failures = new Map<string, Failures>();

  constructor(
    private readonly context: Context,
    parts: ControllerParts,
  ) {
    this.jobs = parts.informers.informer<Job>(jobsResource);
    this.pods = parts.informers.informer<Pod>(podsResource);
    indexByOwner(this.pods);
    this.queue = new WorkQueue(context, { baseDelay: batchPeriod, maxDelay: seconds(60) });
    this.orphans = new WorkQueue(context, { baseDelay: batchPeriod, maxDelay: seconds(60) });
    this.podClient = parts.client.of<Pod>(podsResource);
    this.tools = {
      context,
      parts,
      jobs: parts.client.of<Job>(jobsResource),
      pods: this.podClient,
      control: new PodControl(context, parts),
      expectations: new Expectations(context),
      untracked: new Map(),
      lookAgainAfter: (key, span) => this.queue.addAfter(key, span),
    };
    this.jobs.onChange({
      added: (job) => this.jobChanged(job),
      updated: (job) => this.jobChanged(job),
      deleted: (job) => this.jobDeleted(job),
    });
    this.pods.onChange({
      added: (pod) => this.podChanged(pod, undefined),
      updated: (next, previous) => this.podChanged(next, previous),
      deleted: (pod) => this.podDeleted(pod, true),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.jobs.waitForSync();
    yield* this.pods.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
    runWorkers(this.context, this.orphans, 1, (key) => this.syncOrphan(key));
  }

  private jobChanged(job: Job): void {
    this.queue.add(keyOf(job));
    if (isFinished(job)) for (const pod of ownedBy(this.pods, job.metadata.uid)) this.enqueueOrphan(pod);
    const left = deadlineLeft(job, this.context.now);
    if (left !== undefined) this.queue.addAfter(keyOf(job), left);
  }

  private jobDeleted(job: Job): void {
    this.queue.add(keyOf(job));
    for (const pod of ownedBy(this.pods, job.metadata.uid)) this.enqueueOrphan(pod);
  }

  private podChanged(next: Pod, previous: Pod | undefined): void {
    if (next.metadata.deletionTimestamp !== undefined) {
      this.podDeleted(next, false);
      return;
    }
    const before = previous && this.ownerOf(previous);
    const owner = this.ownerOf(next);
    if (previous && before && before.metadata.uid !== owner?.metadata.uid) {
      this.seenUntracked(keyOf(before), previous);
      this.enqueueLater(before);
    }
    if (owner) {
      const key = keyOf(owner);
      if (!previous) this.tools.expectations.creationObserved(key);
      if (!isTracked(next)) this.seenUntracked(key, next);
      if (isFinished(owner)) this.enqueueOrphan(next);
      this.enqueueLater(owner);
      return;
    }
    this.enqueueOrphan(next);
    if (controllerOf(next)) return;
    if (previous && !before && equalJson(next.metadata.labels, previous.metadata.labels)) return;
    for (const job of this.jobs.listNamespace(next.metadata.namespace ?? ''))
      if (selectorOf(job.spec.selector).matches(next.metadata.labels ?? {})) this.enqueueLater(job);
  }

  private podDeleted(pod: Pod, isGone: boolean): void {
    const owner = this.ownerOf(pod);
    if (!owner || isFinished(owner)) this.enqueueOrphan(pod);
    if (!owner) return;
    const key = keyOf(owner);
    this.tools.expectations.deletionObserved(key, keyOf(pod));
    if (isGone || !isTracked(pod)) this.seenUntracked(key, pod);
    this.enqueueLater(owner);
  }

  private seenUntracked(key: string, pod: Pod): void {
    this.tools.untracked.get(key)?.delete(pod.metadata.uid);
  }

  private enqueueLater(job: Job): void {
    this.queue.addAfter(keyOf(job), batchPeriod);
  }

  private enqueueOrphan(pod: Pod): void {
    if (isTracked(pod)) this.orphans.add(keyOf(pod));
  }

  private ownerOf(pod: Pod): Job | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'Job') return undefined;
    const job = this.jobs.get(`${pod.metadata.namespace}/${reference.name}`);
    return job?.metadata.uid === reference.uid ? job : undefined;
  }

  /** Takes the finalizer off a pod that no living Job is going to count. */
  private *syncOrphan(key: string): Task<void> {
    const pod = this.pods.get(key);
    if (!pod || !isTracked(pod)) return;
    const reference = controllerOf(pod);
    if (reference && reference.kind !== 'Job') return;
    const owner = this.ownerOf(pod);
    if (owner && (!isFinished(owner) || isManagedElsewhere(owner))) return;
    yield* removeFinalizer(this.podClient, pod);
  }

  private *sync(key: string): Task<void> {
    const job = this.jobs.get(key);
    if (!job) {
      this.tools.expectations.forget(key);
      this.tools.untracked.delete(key);
      this.failures.delete(key);
      return;
    }
    if (isManagedElsewhere(job) || isFinished(job)) return;
    const isSatisfied = this.tools.expectations.isSatisfied(key);
    const { namespace = '', name, uid } = job.metadata;
    const { cause } = this.context;
    const pods = yield* claim([...ownedBy(this.pods, uid), ...orphansIn(this.pods, namespace)], {
      owner: job,
      reference: controllerReference(job, 'batch/v1', 'Job'),
      selector: selectorOf(job.spec.selector),
      client: this.podClient,
      freshOwner: () => this.tools.jobs.get(namespace, name),
    });
    this.context.cause = cause;
    const progress = progressOf(job, pods, this.tools.untracked.get(key) ?? new Set(), this.context.now);
    const failures = this.failuresAfter(key, progress);
    yield* new JobSync(this.tools, job, pods, progress, failures).run(isSatisfied);
    this.failures.set(key, failures);
  }

  /** Failures in a row; a success begins anew. */
  private failuresAfter(key: string, { newlyFailed, newlySucceeded }: Progress): Failures {
    const { now } = this.context;
    const known = this.failures.get(key) ?? noFailures;
    if (newlyFailed.length === 0) return newlySucceeded.length > 0 ? noFailures : known;
    const ends = newlyFailed.map((pod) => finishedAt(pod, now));
    const lastAt = ends.reduce((a, b) => (a > b ? a : b));
    if (newlySucceeded.length === 0) return { count: known.count + newlyFailed.length, lastAt };
    const succeededAt = Math.max(...newlySucceeded.map((pod) => finishedAt(pod, now)));
    const since = ends.filter((at) => at >= succeededAt).length;
    return since > 0 ? { count: since, lastAt } : noFailures;
  }
}

const isManagedElsewhere = ({ spec }: Job): boolean => spec.managedBy !== undefined && spec.managedBy !== ownName;

/** Upstream: pkg/controller/job. */
export const controller: ControllerDescriptor = {
  name: 'job-controller',
  explain: 'Runs the pods of a Job until enough of them have succeeded, tries again after failures, and says how it ended.',
  watches: [jobsResource, podsResource],
  rules: [
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
    { apiGroups: ['batch'], resources: ['jobs/status', 'jobs/finalizers'], verbs: ['update'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list', 'patch', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new JobController(context, parts),
};
