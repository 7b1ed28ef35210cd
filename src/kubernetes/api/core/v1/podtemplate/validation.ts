// What a PodTemplate must be to be accepted. Upstream: pkg/apis/core/validation/validation.go (ValidatePodTemplate).
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validatePodTemplateSpec } from '../podspec/validation/pod-spec.ts';
import type { PodTemplate } from './types.ts';

export function validatePodTemplate(object: PodTemplate): readonly FieldError[] {
  return [
    ...validateMetadata(object.metadata, namespaced),
    ...validatePodTemplateSpec(object.template, 'template'),
  ];
}

export function validatePodTemplateUpdate(next: PodTemplate, previous: PodTemplate): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validatePodTemplateSpec(next.template, 'template'),
  ];
}
