// The claim that a pod brings with it. Upstream: pkg/apis/core/validation/validation.go (validateEphemeralVolumeSource).
import type { ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateAnnotations, validateLabels } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import type { EphemeralVolumeSource, PersistentVolumeClaimSpec } from '../types.ts';

const forbiddenMeta = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

export function validateEphemeralClaim(source: EphemeralVolumeSource, path: string): readonly FieldError[] {
  const template = source.volumeClaimTemplate;
  const here = child(path, 'volumeClaimTemplate');
  if (!template) return [required(here)];
  const errors: FieldError[] = [];
  const given: Partial<ObjectMeta> = template.metadata ?? {};
  errors.push(...validateAnnotations(given.annotations, child(here, 'metadata', 'annotations')));
  errors.push(...validateLabels(given.labels, child(here, 'metadata', 'labels')));
  for (const name of forbiddenMeta) {
    if (given[name] !== undefined && given[name] !== '')
      errors.push(forbidden(child(here, 'metadata', name), 'cannot be set'));
  }
  errors.push(...validateClaimSpec(template.spec ?? {}, child(here, 'spec')));
  return errors;
}

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** The spec of a claim. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0)
    errors.push(required(child(path, 'accessModes'), 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(spec.selector, child(path, 'selector')));
  modes.forEach((mode) => {
    if (!accessModes.includes(mode)) errors.push(notSupported(child(path, 'accessModes'), mode, accessModes));
  });
  if (modes.length > 1 && modes.includes('ReadWriteOncePod')) {
    errors.push(
      forbidden(child(path, 'accessModes'), 'may not use ReadWriteOncePod with other access modes'),
    );
  }
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(child(path, 'resources[storage]')));
  else if (parseQuantity(storage).sign <= 0) {
    errors.push(
      invalid(
        child(path, 'resources[storage]'),
        parseQuantity(storage).toString(),
        'must be greater than zero',
      ),
    );
  }
  if (spec.storageClassName) {
    errors.push(
      ...isDns1123Subdomain(spec.storageClassName).map((problem) =>
        invalid(child(path, 'storageClassName'), spec.storageClassName, problem),
      ),
    );
  }
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Block' && spec.volumeMode !== 'Filesystem') {
    errors.push(notSupported(child(path, 'volumeMode'), spec.volumeMode, ['Block', 'Filesystem']));
  }
  errors.push(...validateDataSources(spec, path));
  const attributes = spec.volumeAttributesClassName;
  if (attributes) {
    errors.push(
      ...isDns1123Subdomain(attributes).map((problem) =>
        invalid(child(path, 'volumeAttributesClassName'), attributes, problem),
      ),
    );
  }
  return errors;
}

interface DataSource {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

function validateDataSources(
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (dataSource) errors.push(...validateDataSource(dataSource, child(path, 'dataSource')));
  if (dataSourceRef) errors.push(...validateDataSource(dataSourceRef, child(path, 'dataSourceRef')));
  const isSame =
    !dataSource ||
    !dataSourceRef ||
    (dataSource.kind === dataSourceRef.kind &&
      dataSource.name === dataSourceRef.name &&
      (dataSource.apiGroup ?? '') === (dataSourceRef.apiGroup ?? ''));
  return isSame ? errors : [...errors, invalid(path, {}, 'must match dataSourceRef')];
}

function validateDataSource({ apiGroup, kind, name }: DataSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(child(path, 'name')));
  if (!kind) errors.push(required(child(path, 'kind')));
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind ?? '', detail));
  } else if (apiGroup) {
    errors.push(
      ...isDns1123Subdomain(apiGroup).map((problem) => invalid(child(path, 'apiGroup'), apiGroup, problem)),
    );
  }
  return errors;
}
