// Nothing is made in a namespace that is not there or that is going away, and the system's own namespaces stay.
// Upstream: apiserver/pkg/admission/plugin/namespace/lifecycle.
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import { notFound } from '../../../apimachinery/status/status.ts';
import type { AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export const plugin: AdmissionDescriptor = {
  name: 'NamespaceLifecycle',
  explain:
    'Refuses new objects in a namespace that does not exist or is being deleted, and keeps the system namespaces.',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['*'],
  admit(attributes, access) {
    const { operation, resource, namespace, name, object } = attributes;
    const isNamespace = resource.group === '' && resource.plural === 'namespaces';
    if (operation === 'DELETE' && isNamespace && immortal.has(name))
      throw refusal(attributes, 'this namespace may not be deleted');
    if (operation !== 'CREATE' || isNamespace || namespace === '') return object;
    const room = access.get('', 'namespaces', '', namespace);
    if (!room) throw new StatusError(notFound({ group: '', resource: 'namespaces' }, namespace));
    if (room.metadata.deletionTimestamp === undefined) return object;
    throw refusal(attributes, `unable to create new content in namespace ${namespace} because it is being terminated`, [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ]);
  },
};
