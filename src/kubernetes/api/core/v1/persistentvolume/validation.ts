// What a volume must be to be accepted, and what of it may never change. Upstream: pkg/apis/core/validation/validation.go.
import { equalJson } from '@/base/json.ts';
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  child,
  forbidden,
  invalid,
  key,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { goDiff } from '@/kubernetes/apimachinery/validation/go-diff.ts';
import { clusterScoped, validateMetadata } from '../../../core-metadata.ts';
import { goShape } from '../podspec/go-shape.ts';
import type { VolumeSource } from '../podspec/types.ts';
import { validatePathNoBacksteps } from '../podspec/validation/paths.ts';
import { validateNodeSelector } from '../podspec/validation/scheduling.ts';
import { volumeSourceRules } from '../podspec/validation/volume-sources.ts';
import type {
  CSIPersistentVolumeSource,
  LocalVolumeSource,
  PersistentVolume,
  PersistentVolumeSource,
  PersistentVolumeSpec,
} from './types.ts';

type SourceName = keyof PersistentVolumeSource;
type Rule = (source: object, path: string) => readonly FieldError[];

/** Upstream's order of looking: the first source counts, others are one too many. */
const sources: readonly SourceName[] = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];
const podRules = new Map(volumeSourceRules) as unknown as ReadonlyMap<keyof VolumeSource, Rule>;
const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const volumeModes = ['Block', 'Filesystem'];

export function validateVolume({ metadata, spec }: PersistentVolume): readonly FieldError[] {
  const errors = [
    ...validateMetadata(metadata, clusterScoped),
    ...validateModes(spec),
    ...validateCapacity(spec.capacity),
  ];
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  if (spec.nodeAffinity) {
    const path = 'spec.nodeAffinity.required';
    if (spec.nodeAffinity.required) errors.push(...validateNodeSelector(spec.nodeAffinity.required, path));
    else errors.push(required(path, 'must specify required node constraints'));
  }
  errors.push(...validateSource(spec));
  if (spec.hostPath?.path === '/' && policy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', detail));
  }
  for (const name of ['storageClassName', 'volumeAttributesClassName'] as const) {
    const value = spec[name];
    if (value)
      errors.push(...isDns1123Subdomain(value).map((problem) => invalid(child('spec', name), value, problem)));
  }
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode))
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, volumeModes));
  return errors;
}

function validateModes({ accessModes: modes = [] }: PersistentVolumeSpec): readonly FieldError[] {
  const path = 'spec.accessModes';
  const errors: FieldError[] = modes.length === 0 ? [required(path)] : [];
  for (const mode of modes)
    if (!accessModes.includes(mode)) errors.push(notSupported(path, mode, accessModes));
  if (modes.length > 1 && modes.includes('ReadWriteOncePod'))
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

function validateCapacity(capacity: PersistentVolumeSpec['capacity']): readonly FieldError[] {
  const path = 'spec.capacity';
  const names = Object.keys(capacity ?? {}).sort();
  const errors: FieldError[] = names.length === 0 ? [required(path)] : [];
  if (names.length !== 1 || names[0] !== 'storage')
    errors.push(notSupported(path, capacity && byName(capacity), ['storage']));
  for (const name of names) {
    const amount = parseQuantity(capacity?.[name] ?? '0');
    const here = `${path}[${name}]`;
    if (name !== 'storage') continue;
    if (amount.sign < 0)
      errors.push(invalid(here, Number(amount.value()), 'must be a valid resource quantity'));
    if (amount.sign <= 0) errors.push(invalid(here, amount.toString(), 'must be greater than zero'));
  }
  return errors;
}

/** As Go prints maps. */
const byName = (map: object): object =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

function validateSource(spec: PersistentVolumeSpec): readonly FieldError[] {
  const given = sources.filter((name) => spec[name] !== undefined);
  if (given.length === 0) return [required('spec', 'must specify a volume type')];
  return given.flatMap((name, at) => {
    const path = child('spec', name);
    if (at > 0) return [forbidden(path, 'may not specify more than 1 volume type')];
    if (name === 'local') return validateLocal(spec.local as LocalVolumeSource, spec, path);
    if (name === 'csi') return validateCsi(spec.csi as CSIPersistentVolumeSource, path);
    return podRules.get(name)?.(spec[name] as object, path) ?? [];
  });
}

function validateLocal(
  source: LocalVolumeSource,
  spec: PersistentVolumeSpec,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = source.path
    ? [...validatePathNoBacksteps(source.path, child(path, 'path'))]
    : [required(child(path, 'path'))];
  if (!spec.nodeAffinity)
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  return errors;
}

function validateCsi({ driver, volumeHandle }: CSIPersistentVolumeSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!driver) errors.push(required(child(path, 'driver')));
  else {
    const problems = isDns1123Subdomain(driver.toLowerCase());
    errors.push(...problems.map((problem) => invalid(child(path, 'driver'), driver, problem)));
  }
  if (!volumeHandle) errors.push(required(child(path, 'volumeHandle')));
  return errors;
}

const sourcePath = 'spec.persistentvolumesource';

/** The rules for every volume are asked twice, as upstream's are. */
export function validateVolumeUpdate(
  next: PersistentVolume,
  previous: PersistentVolume,
): readonly FieldError[] {
  const rules = validateVolume(next);
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...rules, ...rules];
  if (!equalJson(sourceOf(next.spec), sourceOf(previous.spec)))
    errors.push(forbidden(sourcePath, `${sourcePath} is immutable after creation\n${sourceDiff(previous.spec, next.spec)}`));
  errors.push(...validateImmutableField(next.spec.volumeMode, previous.spec.volumeMode, 'volumeMode'));
  const [affinity, before] = [next.spec.nodeAffinity, previous.spec.nodeAffinity];
  if (before && !equalJson(affinity, before)) {
    const shown = affinity && goShape('io.k8s.api.core.v1.VolumeNodeAffinity', affinity);
    const detail = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', shown, detail));
  }
  return errors;
}

/** Fields of the sources in Go's order, for messages. */
const shownSources = [
  'GCEPersistentDisk',
  'AWSElasticBlockStore',
  'HostPath',
  'Glusterfs',
  'NFS',
  'RBD',
  'Quobyte',
  'ISCSI',
  'FlexVolume',
  'Cinder',
  'CephFS',
  'FC',
  'Flocker',
  'AzureFile',
  'VsphereVolume',
  'AzureDisk',
  'PhotonPersistentDisk',
  'PortworxVolume',
  'ScaleIO',
  'Local',
  'StorageOS',
  'CSI',
];

function sourceDiff(before: PersistentVolumeSpec, after: PersistentVolumeSpec): string {
  const shape = (spec: PersistentVolumeSpec): object => {
    const all = goShape('io.k8s.api.core.v1.PersistentVolumeSpec', spec);
    const byName = new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
    return Object.fromEntries(shownSources.map((name) => [name, byName.get(name.toLowerCase()) ?? null]));
  };
  return goDiff(shape(before), shape(after));
}

function sourceOf(spec: PersistentVolumeSpec): PersistentVolumeSource {
  return Object.fromEntries(sources.map((name) => [name, spec[name]]));
}

export function validateVolumeStatusUpdate(
  next: PersistentVolume,
  previous: PersistentVolume,
): readonly FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}

/** The path of an annotation, for messages. */
export const annotationPath = (name: string): string => key('metadata.annotations', name);
