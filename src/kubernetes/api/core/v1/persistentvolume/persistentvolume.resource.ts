// PersistentVolumes: pieces of storage that claims are bound to. Upstream: pkg/registry/core/persistentvolume.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { accessModesText } from '../persistentvolumeclaim/access-modes.ts';
import { roundAmounts } from '../podspec/amounts.ts';
import { defaultVolume } from '../podspec/volume-defaults.ts';
import { nodeLabels, volumeKinds } from '../podspec/warnings.ts';
import type { Volume } from '../podspec/types.ts';
import type { PersistentVolume, PersistentVolumeSpec } from './types.ts';
import {
  annotationPath,
  validateVolume,
  validateVolumeStatusUpdate,
  validateVolumeUpdate,
} from './validation.ts';

function defaults(object: PersistentVolume): PersistentVolume {
  let spec = fill<PersistentVolumeSpec>(object.spec ?? {}, {
    persistentVolumeReclaimPolicy: 'Retain',
    volumeMode: 'Filesystem',
  });
  spec = at(spec, 'capacity', roundAmounts);
  for (const name of ['hostPath', 'iscsi', 'rbd', 'azureDisk', 'scaleIO'] as const) {
    const source = spec[name];
    if (source)
      spec = put(spec, name, defaultVolume({ name: '', [name]: source } as Volume)[name] as typeof source);
  }
  const status = fill(object.status ?? {}, { phase: 'Pending' });
  return put(put(object, 'spec', spec), 'status', status);
}

const oldClass = 'volume.beta.kubernetes.io/storage-class';
const oldMountOptions = 'volume.beta.kubernetes.io/mount-options';

function warnings({ metadata, spec }: PersistentVolume): readonly string[] {
  const texts: string[] = [];
  const has = (name: string): boolean => metadata.annotations?.[name] !== undefined;
  if (has(oldClass))
    texts.push(`${annotationPath(oldClass)}: deprecated since v1.8; use "storageClassName" attribute instead`);
  if (has(oldMountOptions))
    texts.push(`${annotationPath(oldMountOptions)}: deprecated since v1.31; use "mountOptions" attribute instead`);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    texts.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  spec.nodeAffinity?.required?.nodeSelectorTerms?.forEach(({ matchExpressions = [] }, term) =>
    matchExpressions.forEach(({ key }, place) => {
      const text = nodeLabels[key];
      const path = `spec.nodeAffinity.required.nodeSelectorTerms[${term}].matchExpressions[${place}].key`;
      if (text) texts.push(`${path}: ${text}`);
    }),
  );
  for (const name of Object.keys(volumeKinds))
    if (spec[name as keyof PersistentVolumeSpec]) texts.push(`spec.${name}: ${volumeKinds[name]}`);
  return texts;
}

const volumeModeText =
  'volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state. Value of Filesystem is implied when not included in spec.';

export const resource: ResourceDescriptor<PersistentVolume> = {
  name: 'persistentvolumes',
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  categories: [],
  scope: 'Cluster',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.core.v1.PersistentVolume',
  explain: 'A piece of storage of the cluster, made by somebody or on demand, for one claim at a time.',
  defaults,
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  warnings,
  strategy: specStrategy<PersistentVolume>({
    hasGeneration: false,
    emptyStatus: (_object, { now }) => ({ phase: 'Pending', lastPhaseTransitionTime: rfc3339(now) }),
  }),
  statusStrategy: statusStrategy<PersistentVolume>({
    validateUpdate: validateVolumeStatusUpdate,
    update(next, { status }, { now }) {
      const isStale = next.status.lastPhaseTransitionTime === status.lastPhaseTransitionTime;
      if (next.status.phase === status.phase || !isStale) return next;
      return put(next, 'status', put(next.status, 'lastPhaseTransitionTime', rfc3339(now)));
    },
  }),
  table: {
    columns: [
      nameColumn,
      column(
        'Capacity',
        "capacity is the description of the persistent volume's resources and capacity. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
      ),
      column(
        'Access Modes',
        'accessModes contains all ways the volume can be mounted. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes',
      ),
      column(
        'Reclaim Policy',
        'persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin underlying this PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming',
      ),
      column(
        'Status',
        'phase indicates if a volume is available, bound to a claim, or released by a claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase',
      ),
      column(
        'Claim',
        'claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding',
      ),
      column('StorageClass', 'StorageClass of the pv'),
      column('VolumeAttributesClass', 'VolumeAttributesClass of the pv'),
      column(
        'Reason',
        'reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI.',
      ),
      ageColumn,
      column('VolumeMode', volumeModeText, { priority: 1 }),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      spec.capacity?.storage ?? '0',
      accessModesText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
      spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
      metadata.annotations?.[oldClass] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? '<unset>',
      status.reason ?? '',
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ],
  },
};
