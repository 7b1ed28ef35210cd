// A bound claim grows only where its class allows it. Upstream: plugin/pkg/admission/storage/persistentvolume/resize.
import type { PersistentVolumeClaim } from '../../../api/core/v1/persistentvolumeclaim/types.ts';
import type { StorageClass } from '../../../api/storage/v1/storageclass/types.ts';
import { parseQuantity } from '../../../apimachinery/quantity/quantity.ts';
import type { AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';

const sizeOf = ({ spec }: PersistentVolumeClaim): string => spec?.resources?.requests?.storage ?? '0';

export const plugin: AdmissionDescriptor = {
  name: 'PersistentVolumeClaimResize',
  explain: 'Lets a claim ask for more only when its storage class allows volumes to grow.',
  operations: ['UPDATE'],
  resources: ['persistentvolumeclaims'],
  validate(attributes, access) {
    const next = attributes.object as PersistentVolumeClaim;
    const previous = attributes.previous as PersistentVolumeClaim | undefined;
    if (!previous) return;
    const [size, before] = [parseQuantity(sizeOf(next)), parseQuantity(sizeOf(previous))];
    if (size.cmp(before) <= 0) return;
    if (previous.status.phase !== 'Bound') {
      throw refusal(attributes, 'Only bound persistent volume claims can be expanded');
    }
    const name = previous.spec.storageClassName ?? '';
    const found = access.get('storage.k8s.io', 'storageclasses', '', name) as StorageClass | undefined;
    if (found?.allowVolumeExpansion) return;
    throw refusal(
      attributes,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  },
};
