// The labels by which a Job knows its pods, made by the server unless the author wants to select by hand.
// Upstream: pkg/registry/batch/job/strategy.go (generateSelector).
import { put } from '../../../sharing.ts';
import type { Job } from './types.ts';

export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
export const jobNameLabel = 'batch.kubernetes.io/job-name';
export const legacyControllerUidLabel = 'controller-uid';
export const legacyJobNameLabel = 'job-name';

/** The Job with its selector and the template's labels; what its author wrote there stays, to be refused later if it is wrong. */
export function withGeneratedSelector(job: Job): Job {
  if (job.spec.manualSelector) return job;
  const { name, uid } = job.metadata;
  const { template } = job.spec;
  const labels = {
    [controllerUidLabel]: uid,
    [jobNameLabel]: name,
    [legacyControllerUidLabel]: uid,
    [legacyJobNameLabel]: name,
    ...template.metadata.labels,
  };
  const selector = {
    ...job.spec.selector,
    matchLabels: { [controllerUidLabel]: uid, ...job.spec.selector?.matchLabels },
  };
  const metadata = { ...template.metadata, labels };
  return put(job, 'spec', { ...job.spec, selector, template: { ...template, metadata } });
}

/** A Job without labels of its own has those of its template. */
export function withTemplateLabels(job: Job): Job {
  const labels = job.spec.template.metadata.labels;
  if (Object.keys(job.metadata.labels ?? {}).length > 0 || !labels) return job;
  return put(job, 'metadata', { ...job.metadata, labels });
}
