// What a Job must be to be accepted, and what of it may change later. Upstream: pkg/apis/batch/validation/validation.go.
import { equalJson } from '@/base/json.ts';
import { isDomainPrefixedPath } from '@/kubernetes/apimachinery/validation/domain-names.ts';
import {
  child,
  invalid,
  key,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import { goShape } from '@/kubernetes/api/core/v1/podspec/go-shape.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { validatePodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/validation/pod-spec.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import { selectorInOrder, workloadSelector } from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { put } from '../../../sharing.ts';
import { controllerUidLabel, jobNameLabel, legacyControllerUidLabel, legacyJobNameLabel } from './labels.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './policies.ts';
import type { Job, JobSpec } from './types.ts';

const maxIndexedParallelism = 100_000;
const maxCompletionsWithoutLimits = 100_000;
const maxBesideManyCompletions = 10_000;

export function validateJob(object: Job): readonly FieldError[] {
  const { metadata, spec } = object;
  // Labels that come from the template are refused there.
  const ownMetadata = metadata.labels === spec.template.metadata.labels ? put(metadata, 'labels', undefined) : metadata;
  const errors = [
    ...validateMetadata(ownMetadata, namespaced),
    ...validateGeneratedSelector(object),
    ...validateSpec(spec),
  ];
  if (spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 0) {
    const name = `${metadata.name}-${(spec.completions ?? 0) - 1}`;
    if (isDns1123Label(name).length > 0) {
      const problem = `will not able to create pod with invalid DNS label: ${name}`;
      errors.push(invalid('metadata.name', metadata.name, problem));
    }
  }
  return errors;
}

/** The labels that the server makes must be there, unless the author selects by hand. */
function validateGeneratedSelector({ metadata, spec }: Job): readonly FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { labels = {} } = spec.template.metadata;
  const expected = [
    [legacyControllerUidLabel, metadata.uid],
    [legacyJobNameLabel, metadata.name],
    [controllerUidLabel, metadata.uid],
    [jobNameLabel, metadata.name],
  ] as const;
  const errors: FieldError[] = expected.flatMap(([name, value]) => {
    if (labels[name] === value) return [];
    const path = key('spec.template.metadata.labels', name);
    return [
      labels[name] === undefined
        ? required(path, `must be '${value}'`)
        : invalid(path, labels, `must be '${value}'`),
    ];
  });
  const selector = workloadSelector(spec.selector, 'spec.selector');
  if (!('type' in selector) && !selector.matches({ [controllerUidLabel]: metadata.uid, [jobNameLabel]: metadata.name }))
    errors.push(invalid('spec.selector', selectorInOrder(spec.selector), '`selector` not auto-generated'));
  return errors;
}

function validateSpec(spec: JobSpec): readonly FieldError[] {
  const errors = [...validateJobSpec(spec, 'spec')];
  if (!spec.selector) errors.push(required('spec.selector'));
  else errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const labels = spec.template.metadata.labels;
  const selector = spec.selector ? workloadSelector(spec.selector, 'spec.selector') : undefined;
  if (!selector || (!('type' in selector) && !selector.matches(labels ?? {}))) {
    const problem = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', labels ?? null, problem));
  }
  return errors;
}

/** All of the spec but its selector: what a CronJob's template must keep to as well. */
export function validateJobSpec(spec: JobSpec, path: string): readonly FieldError[] {
  const at = (name: string): string => child(path, name);
  const errors: FieldError[] = [
    ...validateNonNegative(spec.parallelism, at('parallelism')),
    ...validateNonNegative(spec.completions, at('completions')),
    ...validateNonNegative(spec.activeDeadlineSeconds, at('activeDeadlineSeconds')),
    ...validateNonNegative(spec.backoffLimit, at('backoffLimit')),
    ...validateNonNegative(spec.ttlSecondsAfterFinished, at('ttlSecondsAfterFinished')),
    ...validateNonNegative(spec.backoffLimitPerIndex, at('backoffLimitPerIndex')),
  ];
  if (spec.maxFailedIndexes !== undefined) {
    errors.push(...validateNonNegative(spec.maxFailedIndexes, at('maxFailedIndexes')));
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(required(at('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(at('managedBy'), spec.managedBy));
    if (spec.managedBy.length > 63) errors.push(tooLong(at('managedBy'), 63));
  }
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validatePodFailurePolicy(spec, at('podFailurePolicy')));
  if (spec.successPolicy) {
    if (spec.completionMode === 'Indexed') errors.push(...validateSuccessPolicy(spec, at('successPolicy')));
    else {
      const shown = goShape('io.k8s.api.batch.v1.SuccessPolicy', spec.successPolicy);
      errors.push(invalid(at('successPolicy'), shown, 'requires indexed completion mode'));
    }
  }
  const replacement: string | undefined = spec.podReplacementPolicy;
  const allowed = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (replacement !== undefined && !allowed.includes(replacement))
    errors.push(notSupported(at('podReplacementPolicy'), replacement, allowed));
  errors.push(...validatePodTemplateSpec(spec.template, at('template')));
  return [...errors, ...validateRestartPolicy(spec, child(path, 'template', 'spec', 'restartPolicy'))];
}

function validateCompletionMode(spec: JobSpec, path: string): readonly FieldError[] {
  const at = (name: string): string => child(path, name);
  const errors: FieldError[] = [];
  const { completions, maxFailedIndexes, parallelism } = spec;
  // The template of a CronJob's Jobs says only what its author did.
  const mode: string | undefined = spec.completionMode;
  if (mode === undefined || mode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[name] !== undefined) errors.push(invalid(at(name), spec[name], 'requires indexed completion mode'));
    }
    return errors;
  }
  if (mode !== 'Indexed')
    return [notSupported(at('completionMode'), mode, ['NonIndexed', 'Indexed'])];
  if (completions === undefined) errors.push(required(at('completions'), 'when completion mode is Indexed'));
  if (parallelism > maxIndexedParallelism) {
    const problem = `must be less than or equal to ${maxIndexedParallelism} when completion mode is Indexed`;
    errors.push(invalid(at('parallelism'), parallelism, problem));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(invalid(at('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions'));
  if (maxFailedIndexes !== undefined && maxFailedIndexes > maxIndexedParallelism) {
    const problem = `must be less than or equal to ${maxIndexedParallelism}`;
    errors.push(invalid(at('maxFailedIndexes'), maxFailedIndexes, problem));
  }
  if ((completions ?? 0) > maxCompletionsWithoutLimits && spec.backoffLimitPerIndex !== undefined) {
    const above = `completions is above ${maxCompletionsWithoutLimits}`;
    if (maxFailedIndexes === undefined)
      errors.push(required(at('maxFailedIndexes'), `must be specified when ${above}`));
    const problem = `must be less than or equal to ${maxBesideManyCompletions} when completions are above ${maxCompletionsWithoutLimits} and used with backoff limit per index`;
    if (parallelism > maxBesideManyCompletions) errors.push(invalid(at('parallelism'), parallelism, problem));
    if ((maxFailedIndexes ?? 0) > maxBesideManyCompletions)
      errors.push(invalid(at('maxFailedIndexes'), maxFailedIndexes, problem));
  }
  return errors;
}

function validateRestartPolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const { restartPolicy } = spec.template.spec;
  if (restartPolicy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never')
    return [notSupported(path, restartPolicy, ['OnFailure', 'Never'])];
  if (!spec.podFailurePolicy || restartPolicy === 'Never') return [];
  return [invalid(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')];
}

export function validateJobUpdate(next: Job, previous: Job): readonly FieldError[] {
  return [
    ...validateJob(next),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec),
    ...validateCompletionsUpdate(next.spec, previous.spec),
    ...validateImmutableField(
      selectorInOrder(next.spec.selector),
      selectorInOrder(previous.spec.selector),
      'spec.selector',
    ),
    ...validateTemplateUpdate(next, previous),
    ...(['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const).flatMap(
      (name) => validateImmutableField(next.spec[name] ?? null, previous.spec[name] ?? null, `spec.${name}`),
    ),
  ];
}

/** Indexed Jobs may grow and shrink, with as many pods at once as indexes. */
function validateCompletionsUpdate(next: JobSpec, previous: JobSpec): readonly FieldError[] {
  const path = 'spec.completions';
  if (next.completionMode !== 'Indexed')
    return validateImmutableField(next.completions ?? null, previous.completions ?? null, path);
  if (next.completions === previous.completions) return [];
  if (next.completions === undefined) return [];
  if (next.completions === next.parallelism && previous.completions === previous.parallelism) return [];
  return [invalid(path, next.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** A suspended Job that has never started may still be sent elsewhere. */
function validateTemplateUpdate(next: Job, previous: Job): readonly FieldError[] {
  const { template } = next.spec;
  const isMovable = previous.spec.suspend && previous.status.startTime === undefined;
  if (!isMovable) {
    if (equalJson(template, previous.spec.template)) return [];
    return validateImmutableField(shownTemplate(template), undefined, 'spec.template');
  }
  const { spec } = previous.spec.template;
  let affinity = spec.affinity;
  if (template.spec.affinity || affinity) {
    const others = { ...affinity, nodeAffinity: template.spec.affinity?.nodeAffinity };
    affinity = template.spec.affinity ? put(others, 'nodeAffinity', others.nodeAffinity) : undefined;
  }
  const moved = {
    ...spec,
    affinity,
    nodeSelector: template.spec.nodeSelector,
    tolerations: template.spec.tolerations,
    schedulingGates: template.spec.schedulingGates,
  };
  if (equalJson(withoutAbsent(moved), withoutAbsent(template.spec))) return [];
  return validateImmutableField(goShape('io.k8s.api.core.v1.PodSpec', template.spec), undefined, 'spec.template.spec');
}

const withoutAbsent = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

function shownTemplate({ metadata, spec }: PodTemplateSpec): unknown {
  return {
    ...(metadata.labels ? { labels: metadata.labels } : {}),
    ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
    Spec: goShape('io.k8s.api.core.v1.PodSpec', spec),
  };
}

export function validateJobStatusUpdate(next: Job, previous: Job): readonly FieldError[] {
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...counts.flatMap((name) => validateNonNegative(next.status[name], `status.${name}`)),
  ];
}
