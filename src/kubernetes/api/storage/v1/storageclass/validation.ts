// What a StorageClass must be to be accepted, and what of it may change later. Upstream: pkg/apis/storage/validation/validation.go.
import {
  child,
  duplicate,
  index,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isQualifiedName } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { clusterScoped, validateMetadata } from '../../../core-metadata.ts';
import type { StorageClass, TopologySelectorTerm } from './types.ts';

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];
const mostParameters = 512;
const mostParameterBytes = 256 * 1024;

export function validateStorageClass(object: StorageClass): readonly FieldError[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = object;
  const errors = [...validateMetadata(object.metadata, clusterScoped)];
  if (!provisioner) errors.push(required('provisioner'));
  else {
    const lower = provisioner.toLowerCase();
    errors.push(...isQualifiedName(lower).map((problem) => invalid('provisioner', lower, problem)));
  }
  errors.push(...validateParameters(parameters));
  if (reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy))
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies));
  if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode'));
  else if (!bindingModes.includes(volumeBindingMode))
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, bindingModes));
  (allowedTopologies ?? []).forEach((term, at) =>
    errors.push(...validateTopology(term, index('allowedTopologies', at))),
  );
  return errors;
}

function validateParameters(parameters: StorageClass['parameters']): readonly FieldError[] {
  if (!parameters) return [];
  const names = Object.keys(parameters).sort();
  if (names.length > mostParameters)
    return [
      {
        type: 'FieldValueTooLong',
        field: 'Provisioner Parameters',
        badValue: '',
        detail: `may not be more than ${mostParameters} bytes`,
      },
    ];
  const errors: FieldError[] = [];
  let size = 0;
  for (const name of names) {
    if (name === '') errors.push(invalid('parameters', name, 'field can not be empty.'));
    size += name.length + (parameters[name] ?? '').length;
  }
  if (size > mostParameterBytes) errors.push(tooLong('parameters', mostParameterBytes));
  return errors;
}

function validateTopology(term: TopologySelectorTerm, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (term.matchLabelExpressions ?? []).forEach(({ key, values = [] }, at) => {
    const here = index(child(path, 'matchLabelExpressions'), at);
    if (values.length === 0) errors.push(required(child(here, 'values')));
    const known = new Set<string>();
    values.forEach((value, place) => {
      if (known.has(value)) errors.push(duplicate(index(child(here, 'values'), place), value));
      known.add(value);
    });
    errors.push(...isQualifiedName(key).map((problem) => invalid(child(here, 'key'), key, problem)));
    if (seen.has(key)) errors.push(duplicate(child(here, 'key'), key));
    seen.add(key);
  });
  return errors;
}

export function validateStorageClassUpdate(
  next: StorageClass,
  previous: StorageClass,
): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateStorageClass(next),
  ];
  errors.push(...validateImmutableField(byName(next.parameters), byName(previous.parameters), 'parameters'));
  errors.push(...validateImmutableField(next.provisioner, previous.provisioner, 'provisioner'));
  errors.push(...validateImmutableField(next.reclaimPolicy, previous.reclaimPolicy, 'reclaimPolicy'));
  errors.push(
    ...validateImmutableField(next.volumeBindingMode, previous.volumeBindingMode, 'volumeBindingMode'),
  );
  return errors;
}

/** As Go prints maps. */
function byName(map: StorageClass['parameters']): StorageClass['parameters'] {
  return map && Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
