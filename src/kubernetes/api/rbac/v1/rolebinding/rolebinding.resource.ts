// RoleBindings: who has which role in a namespace. Upstream: pkg/registry/rbac/rolebinding.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { bindingCells, bindingColumns } from '../rules/cells.ts';
import { defaultBinding } from '../rules/defaults.ts';
import { rbacGroup } from '../rules/names.ts';
import {
  validateRbacMetadata,
  validateRoleRef,
  validateSameRoleRef,
  validateSubjects,
} from '../rules/validation.ts';
import type { RoleBinding } from './types.ts';

const validate = ({ metadata, roleRef, subjects }: RoleBinding): readonly FieldError[] => [
  ...validateRbacMetadata(metadata, true),
  ...validateRoleRef(roleRef, ['Role', 'ClusterRole']),
  ...validateSubjects(subjects),
];

export const resource: ResourceDescriptor<RoleBinding> = {
  name: 'rolebindings.rbac.authorization.k8s.io',
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.rbac.v1.RoleBinding',
  explain: 'Gives the users, groups and service accounts that it names a role, in its own namespace.',
  defaults: defaultBinding,
  validate,
  validateUpdate: (next, previous) => [
    ...validate(next),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSameRoleRef(next.roleRef, previous.roleRef),
  ],
  strategy: plainStrategy({ allowCreateOnUpdate: true }),
  table: {
    columns: bindingColumns(
      'roleBinding',
      'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
    ),
    cells: bindingCells,
  },
};
