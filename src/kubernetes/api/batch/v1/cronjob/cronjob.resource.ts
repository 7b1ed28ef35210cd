// CronJobs: Jobs at set times. Upstream: pkg/registry/batch/cronjob.
import { withoutClosedTemplateFields } from '@/kubernetes/api/core/v1/podspec/closed-gates.ts';
import { defaultPodTemplate } from '@/kubernetes/api/core/v1/podspec/defaults.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { podTemplateWarnings } from '@/kubernetes/api/core/v1/podspec/warnings.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, nameColumn, orNone, selectorText } from '../../../columns.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { JobSpec, PodFailurePolicyRule } from '../job/types.ts';
import type { CronJob, CronJobSpec, JobTemplateSpec } from './types.ts';
import { validateCronJob, validateCronJobUpdate } from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;

function defaults(object: CronJob): CronJob {
  let spec: CronJobSpec = fill(object.spec ?? {}, {
    schedule: '',
    concurrencyPolicy: 'Allow',
    suspend: false,
    jobTemplate: {} as JobTemplateSpec,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  spec = put(spec, 'jobTemplate', defaultJobTemplate(spec.jobTemplate));
  return fill(put(object, 'spec', spec), { status: {} });
}

function defaultJobTemplate(given: JobTemplateSpec): JobTemplateSpec {
  const template = fill(given, { metadata: {}, spec: {} as JobSpec });
  return at(template, 'spec', (spec) => {
    const next = put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate));
    return at(next, 'podFailurePolicy', (policy) => at(policy, 'rules', (rules) => each(rules, defaultRule)));
  });
}

const defaultRule = (rule: PodFailurePolicyRule): PodFailurePolicyRule =>
  at(rule, 'onPodConditions', (patterns) =>
    each(patterns, (pattern) => (pattern.status ? pattern : put(pattern, 'status', 'True'))),
  );

const withoutClosed = (object: CronJob): CronJob =>
  at(object, 'spec', (spec) =>
    at(spec, 'jobTemplate', (template) => at(template, 'spec', (job) => at(job, 'template', withoutClosedTemplateFields))),
  );

export const resource: ResourceDescriptor<CronJob> = {
  name: 'cronjobs.batch',
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.batch.v1.CronJob',
  explain: 'Makes a Job at set times, given in the format of cron.',
  defaults,
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  warnings: (next, previous) =>
    next.spec.jobTemplate === previous?.spec.jobTemplate
      ? []
      : podTemplateWarnings(next.spec.jobTemplate.spec.template, 'spec.jobTemplate.spec.template'),
  strategy: specStrategy<CronJob>({
    hasGeneration: true,
    emptyStatus: () => ({}),
    create: withoutClosed,
    update: withoutClosed,
  }),
  statusStrategy: statusStrategy<CronJob>({
    validateUpdate: (next, previous) => validateObjectMetaUpdate(next.metadata, previous.metadata),
  }),
  table: {
    columns: [
      nameColumn,
      column('Schedule', 'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.'),
      column(
        'Timezone',
        'The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones',
      ),
      column(
        'Suspend',
        'This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.',
        { type: 'boolean' },
      ),
      column('Active', 'A list of pointers to currently running jobs.', { type: 'integer' }),
      column('Last Schedule', 'Information when was the last time the job was successfully scheduled.'),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
        { priority: 1 },
      ),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      spec.schedule,
      orNone(spec.timeZone),
      spec.suspend ? 'True' : 'False',
      status.active?.length ?? 0,
      status.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>',
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.jobTemplate.spec.template.spec.containers),
      selectorText(spec.jobTemplate.spec.selector),
    ],
  },
};
