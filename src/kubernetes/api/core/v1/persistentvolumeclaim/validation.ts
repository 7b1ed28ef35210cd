// What a claim must be to be accepted, and the little of it that may change. Upstream: pkg/apis/core/validation/validation.go.
import { equalJson } from '@/base/json.ts';
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  forbidden,
  key,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { goDiff } from '@/kubernetes/apimachinery/validation/go-diff.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { put } from '../../../sharing.ts';
import { goShape } from '../podspec/go-shape.ts';
import type { PersistentVolumeClaimSpec } from '../podspec/types.ts';
import { validateClaimSpec } from '../podspec/validation/ephemeral-claim.ts';
import type { PersistentVolumeClaim } from './types.ts';

export function validateClaim({ metadata, spec }: PersistentVolumeClaim): readonly FieldError[] {
  return [...validateMetadata(metadata, namespaced), ...validateClaimSpec(spec, 'spec')];
}

const immutable =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';

export function validateClaimUpdate(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateClaim(next),
  ];
  const [now, before] = comparable(next, previous);
  if (!equalJson(now, before)) {
    const shape = (spec: PersistentVolumeClaimSpec): object => goShape('io.k8s.api.core.v1.PersistentVolumeClaimSpec', spec);
    errors.push(forbidden('spec', `${immutable}${goDiff(shape(before), shape(now))}`));
  }
  const [size, sizeBefore] = [next, previous].map(({ spec }) =>
    parseQuantity(spec.resources?.requests?.storage ?? '0'),
  );
  const capacity = parseQuantity(previous.status.capacity?.storage ?? '0');
  if (size && sizeBefore && size.cmp(sizeBefore) < 0 && size.cmp(capacity) <= 0) {
    const path = 'spec.resources.requests.storage';
    errors.push(forbidden(path, 'field can not be less than status.capacity'));
  }
  errors.push(...validateImmutableField(next.spec.volumeMode, previous.spec.volumeMode, 'volumeMode'));
  return errors;
}

type Specs = [PersistentVolumeClaimSpec, PersistentVolumeClaimSpec];

/** Both specs, alike in what may change: a volume's name and a class once, size and attributes while bound. */
function comparable(next: PersistentVolumeClaim, previous: PersistentVolumeClaim): Specs {
  let [now, before] = [next.spec, previous.spec];
  if (!before.volumeName) {
    before = put(before, 'volumeName', now.volumeName);
    if (before.storageClassName === undefined) now = put(now, 'storageClassName', undefined);
  }
  if (next.status.phase !== 'Bound') return [now, before];
  const storage = before.resources?.requests?.storage;
  if (now.resources?.requests && storage !== undefined) {
    const requests = { ...now.resources.requests, storage };
    now = put(now, 'resources', { ...now.resources, requests });
  }
  if (now.volumeAttributesClassName !== undefined)
    now = put(now, 'volumeAttributesClassName', before.volumeAttributesClassName);
  return [now, before];
}

export function validateClaimStatusUpdate(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}

const oldClass = 'volume.beta.kubernetes.io/storage-class';

export function claimWarnings({ metadata, spec }: PersistentVolumeClaim): readonly string[] {
  const texts: string[] = [];
  if (metadata.annotations?.[oldClass] !== undefined) {
    const path = key('metadata.annotations', oldClass);
    texts.push(`${path}: deprecated since v1.8; use "storageClassName" attribute instead`);
  }
  for (const list of ['limits', 'requests'] as const) {
    const storage = spec.resources?.[list]?.storage;
    if (storage === undefined || parseQuantity(storage).milliValue() % 1000n === 0n) continue;
    const path = key(`spec.resources.${list}`, 'storage');
    texts.push(`${path}: fractional byte value "${storage}" is invalid, must be an integer`);
  }
  return texts;
}
