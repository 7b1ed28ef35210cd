// PodDisruptionBudgets: what evictions must leave alone. Upstream: pkg/registry/policy/poddisruptionbudget.
import {
  child,
  invalid,
  notSupported,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateConditions, validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import { goShape } from '@/kubernetes/api/core/v1/podspec/go-shape.ts';
import { validateAtMostWhole, validateIntOrPercent } from '@/kubernetes/api/core/v1/podspec/validation/int-or-percent.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { fill } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from './types.ts';

const nothingKnown = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

function validateSpec(spec: PodDisruptionBudgetSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const shown = goShape('io.k8s.api.policy.v1.PodDisruptionBudgetSpec', spec);
    errors.push(invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[name];
    if (value === undefined) continue;
    const path = child('spec', name);
    errors.push(...validateIntOrPercent(value, path), ...validateAtMostWhole(value, path));
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  const policy = spec.unhealthyPodEvictionPolicy;
  if (policy !== undefined && !policies.includes(policy))
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies));
  return errors;
}

const validate = ({ metadata, spec }: PodDisruptionBudget): readonly FieldError[] => [
  ...validateMetadata(metadata, namespaced),
  ...validateSpec(spec),
];

function validateStatusUpdate(next: PodDisruptionBudget, previous: PodDisruptionBudget): readonly FieldError[] {
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateConditions(next.status.conditions ?? [], 'status.conditions'),
    ...counts.flatMap((name) => validateNonNegative(next.status[name], `status.${name}`)),
  ];
}

const amountText = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

export const resource: ResourceDescriptor<PodDisruptionBudget> = {
  name: 'poddisruptionbudgets.policy',
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  explain: 'Says how many of some pods must stay up while others are drained or moved; evictions that would leave too few are refused.',
  defaults: (object) => fill(object, { spec: {}, status: nothingKnown }),
  validate,
  validateUpdate: (next, previous) => [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec),
  ],
  strategy: specStrategy<PodDisruptionBudget>({
    hasGeneration: true,
    emptyStatus: () => nothingKnown,
    allowUnconditionalUpdate: false,
  }),
  statusStrategy: statusStrategy<PodDisruptionBudget>({ validateUpdate: validateStatusUpdate }),
  table: {
    columns: [
      nameColumn,
      column('Min Available', 'The minimum number of pods that must be available.'),
      column('Max Unavailable', 'The maximum number of pods that may be unavailable.'),
      column('Allowed Disruptions', 'Calculated number of pods that may be disrupted at this time.', {
        type: 'integer',
      }),
      ageColumn,
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      amountText(spec.minAvailable),
      amountText(spec.maxUnavailable),
      status.disruptionsAllowed,
      age(metadata.creationTimestamp, now),
    ],
  },
};
