// What a ReplicationController must be to be accepted. Upstream: pkg/apis/core/validation/validation.go (ValidateReplicationController).
import { selectorFromSet } from '@/kubernetes/apimachinery/labels/labels.ts';
import { required, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validateNonNegative } from '../podspec/validation/probes.ts';
import {
  validateReplicaCounts,
  validateReplicatedTemplate,
} from '../podspec/validation/replicated-template.ts';
import type { ReplicationController } from './types.ts';

const counts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];

export function validateReplicationController(object: ReplicationController): readonly FieldError[] {
  return [...validateMetadata(object.metadata, namespaced), ...validateSpec(object)];
}

function validateSpec({ spec }: ReplicationController): readonly FieldError[] {
  const errors = [...validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds')];
  if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required('spec.selector'));
  errors.push(...validateNonNegative(spec.replicas, 'spec.replicas'));
  if (!spec.template) return [...errors, required('spec.template')];
  const found = validateReplicatedTemplate(
    spec.template,
    selectorFromSet(spec.selector ?? {}),
    'spec.template',
  );
  return [
    ...errors,
    ...found.map((error) => ({
      ...error,
      detail: error.detail.replace('in ReplicaSet', 'in ReplicationController'),
    })),
  ];
}

export function validateReplicationControllerUpdate(
  next: ReplicationController,
  previous: ReplicationController,
): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSpec(next)];
}

export function validateReplicationControllerStatusUpdate(
  next: ReplicationController,
  previous: ReplicationController,
): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateReplicaCounts({ ...next.status }, counts),
  ];
}
