// Leases: signs of life and of leadership. Upstream: pkg/registry/coordination/lease.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { Lease } from './types.ts';
import { validateLease, validateLeaseUpdate } from './validation.ts';

export const resource: ResourceDescriptor<Lease> = {
  name: 'leases.coordination.k8s.io',
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.coordination.v1.Lease',
  explain:
    'A sign that lasts a while: a node renews its own to say that it lives, a leader to say that it leads.',
  defaults: (lease) => fill(lease, { spec: {} }),
  validate: validateLease,
  validateUpdate: validateLeaseUpdate,
  strategy: plainStrategy({ allowCreateOnUpdate: true, allowUnconditionalUpdate: false }),
  table: {
    columns: [
      nameColumn,
      column(
        'Holder',
        'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
      ),
      ageColumn,
    ],
    cells: ({ metadata, spec }, now) => [
      metadata.name,
      spec.holderIdentity ?? '',
      age(metadata.creationTimestamp, now),
    ],
  },
};
