// What a CronJob must be to be accepted. Upstream: pkg/apis/batch/validation/validation.go.
import {
  child,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import { selectorInOrder } from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validateJobSpec } from '../job/validation.ts';
import { parseSchedule, ScheduleError } from './schedule.ts';
import { findZone } from './time-zones.ts';
import type { CronJob, CronJobSpec, JobTemplateSpec } from './types.ts';

/** So that the minute fits behind it in a Job's name. */
const longestName = 52;

export function validateCronJob({ metadata, spec }: CronJob): readonly FieldError[] {
  const errors = [...validateMetadata(metadata, namespaced), ...validateSpec(spec)];
  if (metadata.name.length > longestName)
    errors.push(invalid('metadata.name', metadata.name, `must be no more than ${longestName} characters`));
  return errors;
}

function validateSpec(spec: CronJobSpec): readonly FieldError[] {
  const policies = ['Allow', 'Forbid', 'Replace'];
  const policy = spec.concurrencyPolicy as string;
  return [
    ...validateSchedule(spec),
    ...validateNonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...validateTimeZone(spec.timeZone),
    ...(policies.includes(policy)
      ? []
      : [policy === '' ? required('spec.concurrencyPolicy') : notSupported('spec.concurrencyPolicy', policy, policies)]),
    ...validateTemplate(spec.jobTemplate, 'spec.jobTemplate.spec'),
    ...validateNonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

function validateSchedule({ schedule, timeZone }: CronJobSpec): readonly FieldError[] {
  const path = 'spec.schedule';
  if (!schedule) return [required(path)];
  const errors: FieldError[] = [];
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    errors.push(invalid(path, schedule, error.message));
  }
  if (!schedule.includes('TZ')) return errors;
  const problem =
    timeZone === undefined
      ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
      : 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  return [...errors, invalid(path, schedule, problem)];
}

function validateTimeZone(zone: string | undefined): readonly FieldError[] {
  const path = 'spec.timeZone';
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local') {
    const problem = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(path, zone, problem)];
  }
  if (findZone(zone)) return [];
  const isPath = zone.includes('..') || zone.startsWith('/') || zone.includes('\\');
  return [invalid(path, zone, isPath ? 'time: invalid location name' : `unknown time zone ${zone}`)];
}

function validateTemplate({ spec }: JobTemplateSpec, path: string): readonly FieldError[] {
  const errors = [...validateJobSpec(spec, path)];
  if (spec.selector)
    errors.push(invalid(child(path, 'selector'), selectorInOrder(spec.selector), '`selector` will be auto-generated'));
  if (spec.manualSelector) errors.push(notSupported(child(path, 'manualSelector'), true, ['nil', 'false']));
  return errors;
}

export function validateCronJobUpdate(next: CronJob, previous: CronJob): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSpec(next.spec)];
}
