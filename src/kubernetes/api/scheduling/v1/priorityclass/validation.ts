// What a PriorityClass must be to be accepted, and what of it may change later. Upstream: pkg/apis/scheduling/validation/validation.go.
import {
  forbidden,
  notSupported,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { clusterScoped, validateMetadata } from '../../../core-metadata.ts';
import type { PriorityClass } from './types.ts';

/** The classes of the system's own pods, with their values. Upstream: pkg/apis/scheduling/v1/helpers.go. */
const systemClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2000001000],
  ['system-cluster-critical', 2000000000],
]);
const highestUserValue = 1000000000;
const policies = ['PreemptLowerPriority', 'Never'];

export function validatePriorityClass(object: PriorityClass): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, clusterScoped)];
  const { name } = object.metadata;
  if (name.startsWith('system-')) {
    const value = systemClasses.get(name);
    if (value === undefined || value !== object.value || object.globalDefault) {
      const problem =
        value === undefined
          ? `${name} is not a known system priority class`
          : value !== object.value
            ? `value of ${name} PriorityClass must be ${value}`
            : `globalDefault of ${name} PriorityClass must be false`;
      const message = `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`;
      errors.push(forbidden('metadata.name', message));
    }
  } else if (object.value > highestUserValue) {
    errors.push(
      forbidden('value', `maximum allowed value of a user defined priority is ${highestUserValue}`),
    );
  }
  if (object.preemptionPolicy !== undefined && !policies.includes(object.preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', object.preemptionPolicy, policies));
  }
  return errors;
}

export function validatePriorityClassUpdate(
  next: PriorityClass,
  previous: PriorityClass,
): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata)];
  if (next.value !== previous.value) errors.push(forbidden('value', 'may not be changed in an update.'));
  errors.push(
    ...validateImmutableField(next.preemptionPolicy, previous.preemptionPolicy, 'preemptionPolicy'),
  );
  return errors;
}
