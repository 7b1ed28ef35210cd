// What a DaemonSet must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import {
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import { goShape } from '@/kubernetes/api/core/v1/podspec/go-shape.ts';
import { intOrPercentAmount, validateIntOrPercent } from '@/kubernetes/api/core/v1/podspec/validation/int-or-percent.ts';
import { validatePodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/validation/pod-spec.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import { selectorInOrder, workloadSelector } from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { DaemonSet, DaemonSetUpdateStrategy } from './types.ts';

export function validateDaemonSet(object: DaemonSet): readonly FieldError[] {
  return [...validateMetadata(object.metadata, namespaced), ...validateSpec(object)];
}

function validateSpec({ spec }: DaemonSet): readonly FieldError[] {
  const { template } = spec;
  const errors: FieldError[] = [...validateLabelSelector(spec.selector, 'spec.selector')];
  const { labels } = template.metadata;
  const selector = spec.selector ? workloadSelector(spec.selector, 'spec.selector') : undefined;
  if (!selector || (!('type' in selector) && !selector.matches(labels ?? {}))) {
    const problem = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', labels ?? null, problem));
  }
  const { matchLabels, matchExpressions } = spec.selector ?? {};
  if (spec.selector && Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length)
    errors.push(invalid('spec.selector', selectorInOrder(spec.selector), 'empty selector is invalid for daemonset'));
  errors.push(...validatePodTemplateSpec(template, 'spec.template'));
  if (template.spec.restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', template.spec.restartPolicy, ['Always']));
  if (template.spec.activeDeadlineSeconds !== undefined) {
    const problem = 'activeDeadlineSeconds in DaemonSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', problem));
  }
  return [
    ...errors,
    ...validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateUpdateStrategy(spec.updateStrategy, 'spec.updateStrategy'),
    ...validateNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

function validateUpdateStrategy(strategy: DaemonSetUpdateStrategy, path: string): readonly FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    const model = 'io.k8s.api.apps.v1.RollingUpdateDaemonSet';
    const shown = { Type: type, RollingUpdate: rollingUpdate ? goShape(model, rollingUpdate) : null };
    return [notSupported(path, shown, ['RollingUpdate', 'OnDelete'])];
  }
  if (!rollingUpdate) return [required(child(path, 'rollingUpdate'))];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const unavailable = child(path, 'rollingUpdate', 'maxUnavailable');
  const surge = child(path, 'rollingUpdate', 'maxSurge');
  const errors = [...validateIntOrPercent(maxUnavailable, unavailable), ...validateIntOrPercent(maxSurge, surge)];
  const hasUnavailable = intOrPercentAmount(maxUnavailable) !== 0;
  const hasSurge = intOrPercentAmount(maxSurge) !== 0;
  if (hasUnavailable && hasSurge)
    errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!hasUnavailable && !hasSurge) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export function validateDaemonSetUpdate(next: DaemonSet, previous: DaemonSet): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateImmutableField(
      selectorInOrder(next.spec.selector),
      selectorInOrder(previous.spec.selector),
      'spec.selector',
    ),
    ...validateSpec(next),
  ];
}

export function validateDaemonSetStatusUpdate(next: DaemonSet, previous: DaemonSet): readonly FieldError[] {
  const counts = [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
  ] as const;
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...counts.flatMap((name) => validateNonNegative(next.status[name], `status.${name}`)),
  ];
  const [after, before] = [next.status.collisionCount, previous.status.collisionCount];
  if (before !== undefined && (after ?? 0) < before)
    errors.push(invalid('status.collisionCount', after ?? null, 'cannot be decremented'));
  return errors;
}
