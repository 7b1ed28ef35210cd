// What a Job's author may leave out. Upstream: pkg/apis/batch/v1/defaults.go.
import { defaultPodTemplate } from '@/kubernetes/api/core/v1/podspec/defaults.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import type { JobSpec, PodFailurePolicyRule } from './types.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;
const noLimit = 2147483647;

/** The spec with all that its author left out; also for the template of a CronJob. */
export function defaultJobSpec(given: Partial<JobSpec>): JobSpec {
  // Neither number given means one pod; parallelism alone means a work queue.
  const isSingle = given.completions === undefined && given.parallelism === undefined;
  let spec = fill(given as JobSpec, {
    ...(isSingle ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: given.backoffLimitPerIndex === undefined ? 6 : noLimit,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: given.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  spec = put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate));
  return at(spec, 'podFailurePolicy', (policy) => at(policy, 'rules', (rules) => each(rules, defaultRule)));
}

const defaultRule = (rule: PodFailurePolicyRule): PodFailurePolicyRule =>
  at(rule, 'onPodConditions', (patterns) => each(patterns, (pattern) => (pattern.status ? pattern : put(pattern, 'status', 'True'))));
