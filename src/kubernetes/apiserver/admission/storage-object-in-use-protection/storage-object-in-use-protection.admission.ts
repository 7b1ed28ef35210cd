// Volumes and claims begin with a finalizer, so that none vanishes while it is in use.
// Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection.
import { put } from '../../../api/sharing.ts';
import type { AdmissionDescriptor } from '../admission.ts';

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
};

export const plugin: AdmissionDescriptor = {
  name: 'StorageObjectInUseProtection',
  explain: 'Keeps volumes and claims that are deleted until nobody uses them any more.',
  operations: ['CREATE'],
  resources: ['persistentvolumes', 'persistentvolumeclaims'],
  admit({ object, resource }) {
    const wanted = finalizers[resource.plural];
    if (!object || !wanted || object.metadata.finalizers?.includes(wanted)) return object;
    const metadata = { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), wanted] };
    return put(object, 'metadata', metadata);
  },
};
