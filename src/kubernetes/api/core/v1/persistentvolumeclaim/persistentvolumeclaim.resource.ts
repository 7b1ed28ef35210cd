// PersistentVolumeClaims: wishes for storage that outlives pods. Upstream: pkg/registry/core/persistentvolumeclaim.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { roundAmounts } from '../podspec/amounts.ts';
import type { PersistentVolumeClaimSpec } from '../podspec/types.ts';
import { accessModesText } from './access-modes.ts';
import type { PersistentVolumeClaim } from './types.ts';
import {
  claimWarnings,
  validateClaim,
  validateClaimStatusUpdate,
  validateClaimUpdate,
} from './validation.ts';

function defaults(object: PersistentVolumeClaim): PersistentVolumeClaim {
  const spec = at(fill(object.spec ?? {}, { volumeMode: 'Filesystem' }), 'resources', (resources) =>
    at(at(resources, 'limits', roundAmounts), 'requests', roundAmounts),
  );
  const status = fill(object.status ?? {}, { phase: 'Pending' });
  return put(put(object, 'spec', spec), 'status', status);
}

/** What a claim is filled from, said in both forms; other than claims and snapshots only in the newer one. */
function normalizeSources(object: PersistentVolumeClaim): PersistentVolumeClaim {
  return put(object, 'spec', withSources(object.spec));
}

function withSources(given: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  let spec = given.dataSourceRef?.namespace ? put(given, 'dataSourceRef', undefined) : given;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !isOldSource(dataSource)) spec = put(spec, 'dataSource', undefined);
  if (spec.dataSource && !dataSourceRef) return put(spec, 'dataSourceRef', spec.dataSource);
  return dataSourceRef && !spec.dataSource ? put(spec, 'dataSource', dataSourceRef) : spec;
}

const isOldSource = ({
  kind,
  apiGroup,
}: NonNullable<PersistentVolumeClaimSpec['dataSource']>): boolean =>
  (kind === 'PersistentVolumeClaim' && !apiGroup) ||
  (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io');

const volumeModeText =
  'volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec.';

export const resource: ResourceDescriptor<PersistentVolumeClaim> = {
  name: 'persistentvolumeclaims',
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  explain: 'A wish for storage that outlives pods: so much of it, used so, of that class.',
  defaults,
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  warnings: claimWarnings,
  strategy: specStrategy<PersistentVolumeClaim>({
    hasGeneration: false,
    emptyStatus: () => ({ phase: 'Pending' }),
    create: normalizeSources,
  }),
  statusStrategy: statusStrategy<PersistentVolumeClaim>({ validateUpdate: validateClaimStatusUpdate }),
  table: {
    columns: [
      nameColumn,
      column('Status', 'phase represents the current phase of PersistentVolumeClaim.'),
      column('Volume', 'volumeName is the binding reference to the PersistentVolume backing this claim.'),
      column('Capacity', 'capacity represents the actual resources of the underlying volume.'),
      column(
        'Access Modes',
        'accessModes contains the actual access modes the volume backing the PVC has. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1',
      ),
      column('StorageClass', 'StorageClass of the pvc'),
      column('VolumeAttributesClass', 'VolumeAttributesClass of the pvc'),
      ageColumn,
      column('VolumeMode', volumeModeText, { priority: 1 }),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
      spec.volumeName ?? '',
      spec.volumeName ? (status.capacity?.storage ?? '0') : '',
      spec.volumeName ? accessModesText(status.accessModes) : '',
      metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? '<unset>',
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ],
  },
};
