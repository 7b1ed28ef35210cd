// What a Job's podFailurePolicy says of a failed pod. Upstream: pkg/controller/job/pod_failure_policy.go.
import type { Job, PodFailurePolicyRule } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';

export interface Verdict {
  /** The action of the rule that matched; undefined when none did. */
  readonly action?: PodFailurePolicyRule['action'];
  readonly countsAsFailure: boolean;
  /** Why the whole Job fails, for FailJob. */
  readonly message?: string;
}

const counted: Verdict = { countsAsFailure: true };

/** The first rule that fits decides; without one, a failure counts. */
export function judgeFailure(job: Job, pod: Pod): Verdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [at, rule] of rules.entries()) {
    const what = rule.onExitCodes ? exitText(rule.onExitCodes, pod) : conditionText(rule, pod);
    if (what === undefined) continue;
    const { action } = rule;
    if (action === 'Ignore') return { action, countsAsFailure: false };
    if (action !== 'FailJob') return { action, countsAsFailure: true };
    return { action, countsAsFailure: true, message: `${what} matching FailJob rule at index ${at}` };
  }
  return counted;
}

function exitText(rule: NonNullable<PodFailurePolicyRule['onExitCodes']>, { metadata, status }: Pod): string | undefined {
  for (const container of [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]) {
    if (rule.containerName !== undefined && rule.containerName !== container.name) continue;
    const exitCode = container.state?.terminated?.exitCode ?? 0;
    if (exitCode === 0 || rule.values.includes(exitCode) !== (rule.operator === 'In')) continue;
    return `Container ${container.name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function conditionText(rule: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  for (const condition of status.conditions ?? []) {
    const fits = rule.onPodConditions?.some(
      (pattern) => pattern.type === condition.type && pattern.status === condition.status,
    );
    if (fits) return `Pod ${metadata.namespace}/${metadata.name} has condition ${condition.type}`;
  }
  return undefined;
}
