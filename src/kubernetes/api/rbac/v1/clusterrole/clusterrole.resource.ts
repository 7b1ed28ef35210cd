// ClusterRoles: what may be done in the whole cluster. Upstream: pkg/registry/rbac/clusterrole.
import { required, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { nameColumn } from '../../../columns.ts';
import { allVerbs } from '../../../verbs.ts';
import { createdAtColumn } from '../rules/cells.ts';
import { roleStrategy } from '../rules/defaults.ts';
import { rbacGroup } from '../rules/names.ts';
import { validateRbacMetadata, validateRules } from '../rules/validation.ts';
import type { ClusterRole } from './types.ts';

function validateAggregation({ aggregationRule }: ClusterRole): readonly FieldError[] {
  if (!aggregationRule) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, at) => validateLabelSelector(selector, `${path}[${at}]`));
}

const validate = (role: ClusterRole): readonly FieldError[] => [
  ...validateRbacMetadata(role.metadata, false),
  ...validateRules(role.rules, false),
  ...validateAggregation(role),
];

export const resource: ResourceDescriptor<ClusterRole> = {
  name: 'clusterroles.rbac.authorization.k8s.io',
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  shortNames: [],
  categories: [],
  scope: 'Cluster',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.rbac.v1.ClusterRole',
  explain:
    'A list of what may be done with what, in the cluster as a whole or in the namespace of a binding that names it.',
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
