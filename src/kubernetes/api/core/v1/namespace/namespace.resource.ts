// Namespaces: rooms for names. Upstream: pkg/registry/core/namespace.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import type { Namespace } from './types.ts';
import { validateNamespace, validateNamespaceStatusUpdate, validateNamespaceUpdate } from './validation.ts';

const nameLabel = 'kubernetes.io/metadata.name';

function defaults(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  let next = fill(namespace, { spec: {}, status: { phase: 'Active' } });
  next = put(next, 'status', fill(next.status, { phase: 'Active' }));
  if (!name || labels?.[nameLabel] === name) return next;
  return put(next, 'metadata', { ...next.metadata, labels: { ...labels, [nameLabel]: name } });
}

/** The finalizer that keeps a deleted namespace until all in it is gone. */
function withFinalizer(namespace: Namespace): Namespace {
  const finalizers = namespace.spec.finalizers ?? [];
  return finalizers.includes('kubernetes')
    ? namespace
    : put(namespace, 'spec', { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] });
}

export const resource: ResourceDescriptor<Namespace> = {
  name: 'namespaces',
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  scope: 'Cluster',
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: ['finalize', 'status'],
  model: 'io.k8s.api.core.v1.Namespace',
  explain:
    'A room for names: objects in different namespaces may share a name. Deleting it deletes all in it.',
  defaults,
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
  strategy: specStrategy<Namespace>({
    hasGeneration: false,
    emptyStatus: () => ({ phase: 'Active' }),
    // A generated name is known only now.
    create: (namespace) => withFinalizer(defaults(namespace)),
    update: (next, previous) => put(next, 'spec', put(next.spec, 'finalizers', previous.spec.finalizers)),
  }),
  statusStrategy: statusStrategy<Namespace>({ validateUpdate: validateNamespaceStatusUpdate }),
  selectableFieldNames: ['status.phase', 'name'],
  selectableFields: ({ metadata, status }) => ({ 'status.phase': status.phase, name: metadata.name }),
  table: {
    columns: [nameColumn, column('Status', 'The status of the namespace'), ageColumn],
    cells: ({ metadata, status }, now) => [metadata.name, status.phase, age(metadata.creationTimestamp, now)],
  },
};
