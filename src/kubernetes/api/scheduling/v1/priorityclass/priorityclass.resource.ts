// PriorityClasses: how much pods matter against each other. Upstream: pkg/registry/scheduling/priorityclass.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy, withGeneration } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { PriorityClass } from './types.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validation.ts';

export const resource: ResourceDescriptor<PriorityClass> = {
  name: 'priorityclasses.scheduling.k8s.io',
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  categories: [],
  scope: 'Cluster',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.scheduling.v1.PriorityClass',
  explain:
    'A name for a priority: pods of a higher one are scheduled first, and may drive out those of a lower one.',
  defaults: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
  strategy: plainStrategy({ prepareForCreate: (object) => withGeneration(object, 1) }),
  table: {
    columns: [
      nameColumn,
      column(
        'Value',
        'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
        { type: 'integer' },
      ),
      column(
        'Global-Default',
        'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.',
        { type: 'boolean' },
      ),
      ageColumn,
      column(
        'PreemptionPolicy',
        'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
      ),
    ],
    cells: ({ metadata, value, globalDefault, preemptionPolicy }, now) => [
      metadata.name,
      value,
      globalDefault ?? false,
      age(metadata.creationTimestamp, now),
      preemptionPolicy,
    ],
  },
};
