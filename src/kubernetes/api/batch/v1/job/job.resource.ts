// Jobs: run pods to their end. Upstream: pkg/registry/batch/job.
import { between, inSeconds, parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { humanDuration } from '@/kubernetes/apimachinery/duration/duration.ts';
import { withoutClosedTemplateFields } from '@/kubernetes/api/core/v1/podspec/closed-gates.ts';
import { podNameWarnings, podTemplateWarnings } from '@/kubernetes/api/core/v1/podspec/warnings.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, nameColumn, selectorText } from '../../../columns.ts';
import { at, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { defaultJobSpec } from './defaults.ts';
import { withGeneratedSelector, withTemplateLabels } from './labels.ts';
import type { Job } from './types.ts';
import { validateJob, validateJobStatusUpdate, validateJobUpdate } from './validation.ts';

const withoutClosed = (object: Job): Job =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

export const resource: ResourceDescriptor<Job> = {
  name: 'jobs.batch',
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  shortNames: [],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.batch.v1.Job',
  explain: 'Runs pods until enough of them have ended well, and tries again when they fail.',
  defaults(object) {
    const next = put(object, 'spec', defaultJobSpec(object.spec ?? {}));
    return withTemplateLabels(next.status ? next : { ...next, status: {} });
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings: (next, previous) => [
    ...(previous ? [] : podNameWarnings(next.metadata.name)),
    ...(next.spec.template === previous?.spec.template ? [] : podTemplateWarnings(next.spec.template, 'spec.template')),
  ],
  strategy: specStrategy<Job>({
    hasGeneration: true,
    emptyStatus: () => ({}),
    create: (object) => withTemplateLabels(withGeneratedSelector(withoutClosed(object))),
    update: withoutClosed,
  }),
  statusStrategy: statusStrategy<Job>({ validateUpdate: validateJobStatusUpdate }),
  orphansByDefault: true,
  orphanWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  selectableFields: ({ status }) => ({ 'status.successful': String(status.succeeded ?? 0) }),
  selectableFieldNames: ['status.successful'],
  table: {
    columns: [
      nameColumn,
      column('Status', 'Status of the job.'),
      column(
        'Completions',
        'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.',
      ),
      column('Duration', 'Time required to complete the job.'),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
        { priority: 1 },
      ),
    ],
    cells: (object, now) => [
      object.metadata.name,
      statusText(object),
      completionsText(object),
      durationText(object, now),
      age(object.metadata.creationTimestamp, now),
      ...containerCells(object.spec.template.spec.containers),
      selectorText(object.spec.selector),
    ],
  },
};

function statusText({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running';
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  return spec.parallelism > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, now: Instant): string {
  const start = status.startTime ? parseRfc3339(status.startTime) : undefined;
  if (start === undefined) return '';
  const end = status.completionTime ? parseRfc3339(status.completionTime) : undefined;
  return humanDuration(inSeconds(between(start, end ?? now)));
}
