// CronJob: makes Jobs at set times. Upstream: staging/src/k8s.io/api/batch/v1/types.go.
import type { ObjectReference } from '@/kubernetes/api/core/v1/references.ts';
import type { KubeObject, ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { JobSpec } from '../job/types.ts';

export interface CronJob extends KubeObject {
  readonly spec: CronJobSpec;
  readonly status: CronJobStatus;
}

export interface CronJobSpec {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly suspend: boolean;
  readonly jobTemplate: JobTemplateSpec;
  readonly successfulJobsHistoryLimit: number;
  readonly failedJobsHistoryLimit: number;
}

/** What each Job is made of; a Job's own defaults come with the Job. */
export interface JobTemplateSpec {
  readonly metadata: Partial<ObjectMeta>;
  readonly spec: JobSpec;
}

export interface CronJobStatus {
  readonly active?: readonly ObjectReference[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}
