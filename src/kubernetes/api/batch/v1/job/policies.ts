// What a Job's failure and success policies must be. Upstream: pkg/apis/batch/validation/validation.go (validatePodFailurePolicy,
// validateSuccessPolicy).
import {
  child,
  duplicate,
  index,
  invalid,
  notSupported,
  omittedValue,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isQualifiedName } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import { countIndexes, IndexesError } from './indexes.ts';
import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from './types.ts';

const maxRules = 20;
const maxExitCodes = 255;
const maxIndexesLength = 65536;
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

const choice = (values: readonly string[]): string =>
  `valid values: [${values.map((value) => `"${value}"`).join(' ')}]`;

/** One of `values`, which must be there. */
function validateChoice(value: string | undefined, values: readonly string[], path: string): readonly FieldError[] {
  if (!value) return [required(path, choice(values))];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}

export function validatePodFailurePolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const { rules = [] } = spec.podFailurePolicy ?? {};
  const here = child(path, 'rules');
  const names = new Set(
    [...(spec.template.spec.initContainers ?? []), ...spec.template.spec.containers].map(({ name }) => name),
  );
  return [
    ...(rules.length > maxRules ? [tooMany(here, rules.length, maxRules)] : []),
    ...rules.flatMap((rule, at) => validateRule(rule, spec, names, index(here, at))),
  ];
}

function validateRule(
  rule: PodFailurePolicyRule,
  spec: JobSpec,
  names: ReadonlySet<string>,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const action = child(path, 'action');
  if (rule.action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(invalid(action, rule.action, 'requires the backoffLimitPerIndex to be set'));
  } else errors.push(...validateChoice(rule.action, actions, action));
  const hasConditions = (rule.onPodConditions?.length ?? 0) > 0;
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, child(path, 'onExitCodes')));
  if (hasConditions) errors.push(...validateConditions(rule.onPodConditions ?? [], child(path, 'onPodConditions')));
  if (rule.onExitCodes && hasConditions)
    errors.push(invalid(path, omittedValue, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!rule.onExitCodes && !hasConditions)
    errors.push(invalid(path, omittedValue, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

function validateConditions(
  patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>,
  path: string,
): readonly FieldError[] {
  return [
    ...(patterns.length > maxRules ? [tooMany(path, patterns.length, maxRules)] : []),
    ...patterns.flatMap(({ type = '', status }, at) => [
      ...isQualifiedName(type).map((problem) => invalid(child(index(path, at), 'type'), type, problem)),
      ...validateChoice(status, ['False', 'True', 'Unknown'], child(index(path, at), 'status')),
    ]),
  ];
}

function validateExitCodes(
  rule: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  names: ReadonlySet<string>,
  path: string,
): readonly FieldError[] {
  const errors = [...validateChoice(rule.operator, ['In', 'NotIn'], child(path, 'operator'))];
  if (rule.containerName !== undefined && !names.has(rule.containerName)) {
    const problem = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(child(path, 'containerName'), rule.containerName, problem));
  }
  const here = child(path, 'values');
  const values = rule.values ?? [];
  if (values.length === 0) return [...errors, invalid(here, values, 'at least one value is required')];
  if (values.length > maxExitCodes) return [...errors, tooMany(here, values.length, maxExitCodes)];
  const seen = new Set<number>();
  values.forEach((value, at) => {
    if (rule.operator === 'In' && value === 0)
      errors.push(invalid(index(here, at), value, 'must not be 0 for the In operator'));
    if (seen.has(value)) errors.push(duplicate(index(here, at), value));
    seen.add(value);
  });
  if (values.some((value, at) => at > 0 && (values[at - 1] ?? 0) > value))
    errors.push(invalid(here, values, 'must be ordered'));
  return errors;
}

export function validateSuccessPolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const here = child(path, 'rules');
  if (rules.length === 0)
    return [required(here, 'at least one rules must be specified when the successPolicy is specified')];
  return [
    ...(rules.length > maxRules ? [tooMany(here, rules.length, maxRules)] : []),
    ...rules.flatMap((rule, at) => validateSuccessRule(rule, spec.completions ?? 0, index(here, at))),
  ];
}

function validateSuccessRule(rule: SuccessPolicyRule, completions: number, path: string): readonly FieldError[] {
  const { succeededCount, succeededIndexes } = rule;
  if (succeededCount === undefined && succeededIndexes === undefined)
    return [required(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  const errors: FieldError[] = [];
  let total = 0;
  if (succeededIndexes !== undefined) {
    const here = child(path, 'succeededIndexes');
    if (succeededIndexes.length > maxIndexesLength) errors.push(tooLong(here, maxIndexesLength));
    try {
      total = countIndexes(succeededIndexes, completions);
    } catch (error) {
      if (!(error instanceof IndexesError)) throw error;
      errors.push(invalid(here, succeededIndexes, `error parsing succeededIndexes: ${error.message}`));
    }
  }
  if (succeededCount === undefined) return errors;
  const here = child(path, 'succeededCount');
  errors.push(...validateNonNegative(succeededCount, here));
  const atMost = (most: number, what: string): void => {
    if (succeededCount > most)
      errors.push(invalid(here, succeededCount, `must be less than or equal to ${most} (the number of ${what})`));
  };
  atMost(completions, 'specified completions');
  if (succeededIndexes !== undefined) atMost(total, 'indexes in the specified succeededIndexes field');
  return errors;
}
