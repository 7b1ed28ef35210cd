// ServiceAccounts: who pods are to the API server. Upstream: pkg/registry/core/serviceaccount.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, nameColumn } from '../../../columns.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { ServiceAccount } from './types.ts';
import {
  serviceAccountWarnings,
  validateServiceAccount,
  validateServiceAccountUpdate,
} from './validation.ts';

export const resource: ResourceDescriptor<ServiceAccount> = {
  name: 'serviceaccounts',
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['token'],
  model: 'io.k8s.api.core.v1.ServiceAccount',
  explain: 'The identity of what runs in pods, when it talks to the API server.',
  defaults: (account) => account,
  validate: validateServiceAccount,
  validateUpdate: validateServiceAccountUpdate,
  warnings: serviceAccountWarnings,
  strategy: plainStrategy(),
  table: {
    columns: [nameColumn, ageColumn],
    cells: ({ metadata }, now) => [metadata.name, age(metadata.creationTimestamp, now)],
  },
};
