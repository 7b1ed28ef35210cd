// What a ReplicaSet must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import {
  selectorInOrder,
  validateReplicaCounts,
  validateReplicatedTemplate,
  validateWorkloadSelector,
  workloadSelector,
} from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { ReplicaSet } from './types.ts';

const counts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];

export function validateReplicaSet(object: ReplicaSet): readonly FieldError[] {
  return [...validateMetadata(object.metadata, namespaced), ...validateSpec(object)];
}

function validateSpec({ spec }: ReplicaSet): readonly FieldError[] {
  const errors = [
    ...validateNonNegative(spec.replicas, 'spec.replicas'),
    ...validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateWorkloadSelector(spec.selector, 'spec.selector'),
  ];
  const selector = workloadSelector(spec.selector, 'spec.selector');
  if ('type' in selector) return [...errors, selector];
  return [...errors, ...validateReplicatedTemplate(spec.template, selector, 'spec.template')];
}

export function validateReplicaSetUpdate(next: ReplicaSet, previous: ReplicaSet): readonly FieldError[] {
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

export function validateReplicaSetStatusUpdate(
  next: ReplicaSet,
  previous: ReplicaSet,
): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateReplicaCounts({ ...next.status }, counts),
  ];
}
