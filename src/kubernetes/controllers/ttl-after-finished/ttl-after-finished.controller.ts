// Deletes Jobs some time after their end, where they ask for it. Upstream: pkg/controller/ttlafterfinished.
import type { Job } from '@/kubernetes/api/batch/v1/job/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { jobsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { parseRfc3339, plus, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { ControllerDescriptor } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { subjectOf } from '../lib/subjects.ts';

/** When the Job may go; undefined for one that runs, or stays. */
function expiry({ metadata, spec, status }: Job): Instant | undefined {
  if (metadata.deletionTimestamp !== undefined || spec.ttlSecondsAfterFinished === undefined) return undefined;
  const end = status.conditions?.find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  );
  const at = end?.lastTransitionTime ? parseRfc3339(end.lastTransitionTime) : undefined;
  return at === undefined ? undefined : plus(at, seconds(spec.ttlSecondsAfterFinished));
}

export const controller: ControllerDescriptor = {
  name: 'ttl-after-finished-controller',
  explain: 'Deletes Jobs, with their pods, once the time has passed that they are to be kept after their end.',
  watches: [jobsResource],
  rules: [
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['delete', 'get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start(context, { client, informers, decide }) {
    const jobs = informers.informer<Job>(jobsResource);
    const queue = new WorkQueue(context);
    const plan = (job: Job): void => {
      const at = expiry(job);
      if (at !== undefined) queue.addAfter(keyOf(job), (at - context.now) as Duration);
    };
    jobs.onChange({ added: plan, updated: plan });
    runWorkers(context, queue, 1, function* (key) {
      const seen = jobs.get(key);
      if (!seen || expiry(seen) === undefined) return;
      const { name, namespace = '', uid } = seen.metadata;
      try {
        // Looked at once more before it is gone for good.
        const job = yield* client.of<Job>(jobsResource).get(namespace, name);
        const at = expiry(job);
        if (at === undefined || at > context.now) {
          plan(job);
          return;
        }
        const message = `Job ${name} has ended more than ${job.spec.ttlSecondsAfterFinished} s ago`;
        context.cause = decide({ reason: 'TTLExpired', subjects: [subjectOf(job)], message });
        const options = { propagationPolicy: 'Foreground' as const, preconditions: { uid } };
        yield* client.of<Job>(jobsResource).delete(namespace, name, options);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  },
};
