// ClusterRoleBindings: who has which role everywhere. Upstream: pkg/registry/rbac/clusterrolebinding.
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
import type { ClusterRoleBinding } from './types.ts';

const validate = ({ metadata, roleRef, subjects }: ClusterRoleBinding): readonly FieldError[] => [
  ...validateRbacMetadata(metadata, false),
  ...validateRoleRef(roleRef, ['ClusterRole']),
  ...validateSubjects(subjects),
];

export const resource: ResourceDescriptor<ClusterRoleBinding> = {
  name: 'clusterrolebindings.rbac.authorization.k8s.io',
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  shortNames: [],
  categories: [],
  scope: 'Cluster',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  explain: 'Gives the users, groups and service accounts that it names a cluster role, in all namespaces and for the cluster itself.',
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
      'clusterRoleBinding',
      'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.',
    ),
    cells: bindingCells,
  },
};
