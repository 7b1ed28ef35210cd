// What each source of a volume needs. Upstream: pkg/apis/core/validation/validation.go (validateVolumeSource).
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain, isInRange } from '@/kubernetes/apimachinery/validation/names.ts';
import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  EmptyDirVolumeSource,
  FCVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  ImageVolumeSource,
  QuobyteVolumeSource,
  Volume,
  VolumeSource,
} from '../types.ts';
import { validateEphemeralClaim } from './ephemeral-claim.ts';
import { validatePathNoBacksteps, validateLocalDescendingPath } from './paths.ts';
import {
  validateDownwardFiles,
  validateFileMode,
  validateKeyToPaths,
  validateProjected,
} from './projected.ts';

type Rule<K extends keyof VolumeSource> = (
  source: NonNullable<VolumeSource[K]>,
  path: string,
) => readonly FieldError[];

const needs = (source: object, names: readonly string[], path: string): readonly FieldError[] =>
  names
    .filter((name) => isEmpty((source as Record<string, unknown>)[name]))
    .map((name) => required(child(path, name)));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const needing =
  (...names: readonly string[]) =>
  (source: object, path: string): readonly FieldError[] =>
    needs(source, names, path);

const validatePartition = (partition: number | undefined, path: string): readonly FieldError[] =>
  (partition ?? 0) < 0 || (partition ?? 0) > 255
    ? [invalid(child(path, 'partition'), partition, 'must be between 0 and 255, inclusive')]
    : [];

function validateEmptyDir(source: EmptyDirVolumeSource, path: string): readonly FieldError[] {
  const isNegative = source.sizeLimit !== undefined && parseQuantity(source.sizeLimit).sign < 0;
  return isNegative
    ? [forbidden(child(path, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
    : [];
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function validateHostPath(source: HostPathVolumeSource, path: string): readonly FieldError[] {
  if (!source.path) return [required(child(path, 'path'))];
  const errors = [...validatePathNoBacksteps(source.path, child(path, 'path'))];
  if (source.type !== undefined && !hostPathTypes.includes(source.type)) {
    errors.push(notSupported(child(path, 'type'), source.type, hostPathTypes));
  }
  return errors;
}

function validateIscsi(source: ISCSIVolumeSource, path: string): readonly FieldError[] {
  const errors = [...needs(source, ['targetPortal'], path)];
  const { iqn, lun } = source;
  if (!iqn) errors.push(required(child(path, 'iqn')));
  else if (!/^(iqn|eui|naa)/.test(iqn)) {
    errors.push(invalid(child(path, 'iqn'), iqn, 'must be valid format starting with iqn, eui, or naa'));
  } else if (
    !/^(iqn\.\d{4}-\d{2}\.([a-z0-9-.:]*[a-z0-9])+(:[^,;*&$|\s]+)?|eui\.[0-9A-Fa-f]{16}|naa\.[0-9A-Fa-f]{32})$/.test(
      iqn,
    )
  ) {
    errors.push(invalid(child(path, 'iqn'), iqn, 'must be valid format'));
  }
  if ((lun ?? 0) < 0 || (lun ?? 0) > 255)
    errors.push(invalid(child(path, 'lun'), lun, isInRange(lun ?? 0, 0, 255)[0] ?? ''));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(child(path, 'secretRef')));
  return errors;
}

function validateFc(source: FCVolumeSource, path: string): readonly FieldError[] {
  const { targetWWNs = [], wwids = [], lun } = source;
  if (targetWWNs.length === 0 && wwids.length === 0) {
    return [required(child(path, 'targetWWNs'), 'must specify either targetWWNs or wwids, but not both')];
  }
  if (targetWWNs.length > 0 && wwids.length > 0) {
    return [
      invalid(
        child(path, 'targetWWNs'),
        targetWWNs,
        'targetWWNs and wwids can not be specified simultaneously',
      ),
    ];
  }
  if (targetWWNs.length === 0) return [];
  if (lun === undefined) return [required(child(path, 'lun'), 'lun is required if targetWWNs is specified')];
  return lun < 0 || lun > 255 ? [invalid(child(path, 'lun'), lun, isInRange(lun, 0, 255)[0] ?? '')] : [];
}

function validateAzureDisk(source: AzureDiskVolumeSource, path: string): readonly FieldError[] {
  const errors = [...needs(source, ['diskName', 'diskURI'], path)];
  const caching = ['None', 'ReadOnly', 'ReadWrite'];
  if (source.cachingMode !== undefined && !caching.includes(source.cachingMode)) {
    errors.push(notSupported(child(path, 'cachingMode'), source.cachingMode, caching));
  }
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  if (source.kind !== undefined && !kinds.includes(source.kind))
    errors.push(notSupported(child(path, 'kind'), source.kind, kinds));
  const { kind, diskURI = '' } = source;
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/')) {
    errors.push(notSupported(child(path, 'diskURI'), diskURI, [managedDisk]));
  } else if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')) {
    errors.push(notSupported(child(path, 'diskURI'), diskURI, [blobDisk]));
  }
  return errors;
}

const managedDisk =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function validateQuobyte(
  { registry, volume, tenant = '' }: QuobyteVolumeSource,
  path: string,
): readonly FieldError[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(child(path, 'registry'), pairs));
  else if (tenant.length > 64) {
    errors.push(
      required(child(path, 'tenant'), 'must be a UUID and may not exceed a length of 64 characters'),
    );
  } else if (registry.split(',').some((pair) => !/^[^:]+:[^:]+$/.test(pair))) {
    errors.push(invalid(child(path, 'registry'), registry, pairs));
  }
  if (!volume) errors.push(required(child(path, 'volume')));
  return errors;
}

function validateCsi(source: CSIVolumeSource, path: string): readonly FieldError[] {
  const { driver } = source;
  if (!driver) return [required(child(path, 'driver'))];
  const errors: FieldError[] = isDns1123Subdomain(driver.toLowerCase()).map((problem) =>
    invalid(child(path, 'driver'), driver, problem),
  );
  if (source.nodePublishSecretRef && !source.nodePublishSecretRef.name)
    errors.push(required(child(path, 'nodePublishSecretRef', 'name')));
  return errors;
}

function validateImage(source: ImageVolumeSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const reference = source.reference ?? '';
  if (reference === '') errors.push(required(child(path, 'reference')));
  else if (reference.trim() !== reference) {
    errors.push(invalid(child(path, 'reference'), reference, 'must not have leading or trailing whitespace'));
  }
  const policies = ['Always', 'IfNotPresent', 'Never'];
  if (!source.pullPolicy) errors.push(required(child(path, 'pullPolicy')));
  else if (!policies.includes(source.pullPolicy))
    errors.push(notSupported(child(path, 'pullPolicy'), source.pullPolicy, policies));
  return errors;
}

type Rules = { readonly [K in keyof VolumeSource]-?: Rule<K> };

/** In upstream's order of looking: the first source counts, others are one too many. */
const rules: Rules = {
  emptyDir: validateEmptyDir,
  hostPath: validateHostPath,
  gitRepo: (source, path) => [
    ...needs(source, ['repository'], path),
    ...validateLocalDescendingPath(source.directory ?? '', child(path, 'directory')),
  ],
  gcePersistentDisk: (source, path) => [
    ...needs(source, ['pdName'], path),
    ...validatePartition(source.partition, path),
  ],
  awsElasticBlockStore: (source, path) => [
    ...needs(source, ['volumeID'], path),
    ...validatePartition(source.partition, path),
  ],
  secret: (source, path) => [
    ...needs(source, ['secretName'], path),
    ...validateFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateKeyToPaths(source.items, child(path, 'items')),
  ],
  nfs: (source, path) => {
    const errors = [...needs(source, ['server', 'path'], path)];
    if (!source.path?.startsWith('/'))
      errors.push(invalid(child(path, 'path'), source.path ?? '', 'must be an absolute path'));
    return errors;
  },
  iscsi: validateIscsi,
  glusterfs: needing('endpoints', 'path'),
  flocker: (source, path) => {
    const { datasetName = '', datasetUUID = '' } = source;
    if (!datasetName && !datasetUUID)
      return [required(path, 'one of datasetName and datasetUUID is required')];
    if (datasetName && datasetUUID)
      return [invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')];
    return datasetName.includes('/')
      ? [invalid(child(path, 'datasetName'), datasetName, "must not contain '/'")]
      : [];
  },
  persistentVolumeClaim: needing('claimName'),
  rbd: needing('monitors', 'image'),
  cinder: (source, path) => {
    const errors = [...needs(source, ['volumeID'], path)];
    if (source.secretRef && !source.secretRef.name) errors.push(required(child(path, 'secretRef', 'name')));
    return errors;
  },
  cephfs: needing('monitors'),
  fc: validateFc,
  flexVolume: needing('driver'),
  azureFile: needing('secretName', 'shareName'),
  configMap: (source, path) => [
    ...needs(source, ['name'], path),
    ...validateFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateKeyToPaths(source.items, child(path, 'items')),
  ],
  downwardAPI: (source, path) => [
    ...validateFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateDownwardFiles(source.items, path),
  ],
  photonPersistentDisk: needing('pdID'),
  portworxVolume: needing('volumeID'),
  azureDisk: validateAzureDisk,
  storageos: needing('volumeName'),
  projected: validateProjected,
  quobyte: validateQuobyte,
  scaleIO: needing('gateway', 'system', 'volumeName'),
  vsphereVolume: needing('volumePath'),
  csi: validateCsi,
  ephemeral: validateEphemeralClaim,
  image: validateImage,
};

export const volumeSourceRules = Object.entries(rules) as readonly [
  keyof Omit<Volume, 'name'>,
  Rule<keyof VolumeSource>,
][];
