// A claim that names no class gets the default one. Upstream: plugin/pkg/admission/storage/storageclass/setdefault.
import type { PersistentVolumeClaim } from '../../../api/core/v1/persistentvolumeclaim/types.ts';
import { defaultClassOf } from '../../../api/storage/v1/storageclass/default-class.ts';
import type { StorageClass } from '../../../api/storage/v1/storageclass/types.ts';
import { put } from '../../../api/sharing.ts';
import type { AdmissionDescriptor } from '../admission.ts';

export const plugin: AdmissionDescriptor = {
  name: 'DefaultStorageClass',
  explain: 'Gives a claim that names no storage class the default one, the youngest if there are several.',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  admit({ object }, access) {
    const claim = object as PersistentVolumeClaim;
    const old = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
    if (claim.spec?.storageClassName !== undefined || old !== undefined) return claim;
    const classes = access.list('storage.k8s.io', 'storageclasses') as Iterable<StorageClass>;
    const found = defaultClassOf(classes);
    if (!found) return claim;
    return put(claim, 'spec', { ...claim.spec, storageClassName: found.metadata.name });
  },
};
