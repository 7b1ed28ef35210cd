// What a Deployment must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import {
  child,
  forbidden,
  invalid,
  notSupported,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isValidPercent } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { goShape } from '@/kubernetes/api/core/v1/podspec/go-shape.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import {
  selectorInOrder,
  validateReplicaCounts,
  validateReplicatedTemplate,
  validateWorkloadSelector,
  workloadSelector,
} from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { Deployment, DeploymentStrategy, RollingUpdateDeployment } from './types.ts';

const counts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'];

export function validateDeployment(object: Deployment): readonly FieldError[] {
  return [...validateMetadata(object.metadata, namespaced), ...validateSpec(object)];
}

function validateSpec({ spec }: Deployment): readonly FieldError[] {
  const errors = [
    ...validateNonNegative(spec.replicas, 'spec.replicas'),
    ...validateWorkloadSelector(spec.selector, 'spec.selector'),
  ];
  const selector = workloadSelector(spec.selector, 'spec.selector');
  if ('type' in selector) errors.push(selector);
  else errors.push(...validateReplicatedTemplate(spec.template, selector, 'spec.template'));
  errors.push(...validateStrategy(spec.strategy, 'spec.strategy'));
  errors.push(...validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'));
  errors.push(...validateNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(...validateNonNegative(deadline, 'spec.progressDeadlineSeconds'));
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function validateStrategy(strategy: DeploymentStrategy, path: string): readonly FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    const message = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate ? [forbidden(child(path, 'rollingUpdate'), message)] : [];
  }
  if (type === 'RollingUpdate')
    return rollingUpdate ? validateRollingUpdate(rollingUpdate, child(path, 'rollingUpdate')) : [];
  const shown = {
    Type: type,
    RollingUpdate: rollingUpdate
      ? goShape('io.k8s.api.apps.v1.RollingUpdateDeployment', rollingUpdate)
      : null,
  };
  return [notSupported(path, shown, ['Recreate', 'RollingUpdate'])];
}

/** A number, or a percentage; both zero would never move. */
function validateRollingUpdate(limits: RollingUpdateDeployment, path: string): readonly FieldError[] {
  const { maxUnavailable = 0, maxSurge = 0 } = limits;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, child(path, 'maxUnavailable')),
    ...validateIntOrPercent(maxSurge, child(path, 'maxSurge')),
  ];
  const here = child(path, 'maxUnavailable');
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(here, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if (
    typeof maxUnavailable === 'string' &&
    isValidPercent(maxUnavailable).length === 0 &&
    amountOf(maxUnavailable) > 100
  ) {
    errors.push(invalid(here, maxUnavailable, 'must not be greater than 100%'));
  }
  return errors;
}

const amountOf = (value: number | string): number =>
  typeof value === 'number' ? value : Number.parseInt(value, 10) || 0;

function validateIntOrPercent(value: number | string, path: string): readonly FieldError[] {
  if (typeof value === 'string') return isValidPercent(value).map((problem) => invalid(path, value, problem));
  return validateNonNegative(value, path);
}

export function validateDeploymentUpdate(next: Deployment, previous: Deployment): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next),
    ...validateImmutableField(
      selectorInOrder(next.spec.selector),
      selectorInOrder(previous.spec.selector),
      'spec.selector',
    ),
  ];
}

export function validateDeploymentStatusUpdate(
  next: Deployment,
  previous: Deployment,
): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateReplicaCounts({ ...next.status }, counts),
  ];
  const [after, before] = [next.status.collisionCount, previous.status.collisionCount];
  if (before !== undefined && (after ?? 0) < before) {
    errors.push(invalid('status.collisionCount', after ?? null, 'cannot be decremented'));
  }
  return errors;
}
