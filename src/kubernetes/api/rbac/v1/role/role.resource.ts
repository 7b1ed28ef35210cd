// Roles: what may be done in one namespace. Upstream: pkg/registry/rbac/role.
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { nameColumn } from '../../../columns.ts';
import { allVerbs } from '../../../verbs.ts';
import { createdAtColumn } from '../rules/cells.ts';
import { roleStrategy } from '../rules/defaults.ts';
import { rbacGroup } from '../rules/names.ts';
import { validateRbacMetadata, validateRules } from '../rules/validation.ts';
import type { Role } from './types.ts';

const validate = ({ metadata, rules }: Role): readonly FieldError[] => [
  ...validateRbacMetadata(metadata, true),
  ...validateRules(rules, true),
];

export const resource: ResourceDescriptor<Role> = {
  name: 'roles.rbac.authorization.k8s.io',
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.rbac.v1.Role',
  explain: 'A list of what may be done with what in one namespace; it takes a binding to give it to somebody.',
  defaults: (role) => role,
  validate,
  validateUpdate: (next, previous) => [
    ...validate(next),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ],
  strategy: roleStrategy(),
  table: {
    columns: [nameColumn, createdAtColumn],
    cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
  },
};
