// ResourceQuotas: how much of everything a namespace may have. Upstream: pkg/registry/core/resourcequota.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { at, fill } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { roundAmounts } from '../podspec/amounts.ts';
import type { ResourceQuota } from './types.ts';
import {
  validateResourceQuota,
  validateResourceQuotaStatusUpdate,
  validateResourceQuotaUpdate,
} from './validation.ts';

/** `pods: 1/2, requests.cpu: …` of the limits, or of the rest. */
function usageText({ status }: ResourceQuota, ofLimits: boolean): string {
  const { hard = {}, used = {} } = status;
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === ofLimits)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

export const resource: ResourceDescriptor<ResourceQuota> = {
  name: 'resourcequotas',
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.core.v1.ResourceQuota',
  explain: 'How much a namespace may have: objects by number, CPU, memory and storage by sum. What exceeds it is refused.',
  defaults: (quota) =>
    at(fill(quota, { spec: {}, status: {} }), 'spec', (spec) => at(spec, 'hard', roundAmounts)),
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
  strategy: specStrategy({ emptyStatus: () => ({}), hasGeneration: false, allowUnconditionalUpdate: true }),
  statusStrategy: statusStrategy({ validateUpdate: validateResourceQuotaStatusUpdate }),
  table: {
    columns: [
      nameColumn,
      column(
        'Request',
        'Request represents a minimum amount of cpu/memory that a container may consume.',
      ),
      column(
        'Limit',
        'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
      ),
      ageColumn,
    ],
    cells: (quota, now) => [
      quota.metadata.name,
      usageText(quota, false),
      usageText(quota, true),
      age(quota.metadata.creationTimestamp, now),
    ],
  },
};
