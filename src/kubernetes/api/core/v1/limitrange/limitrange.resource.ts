// LimitRanges: bounds and defaults of what runs in a namespace. Upstream: pkg/registry/core/limitrange, pkg/apis/core/v1/defaults.go.
import { equalJson } from '@/base/json.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { ageColumn, column, nameColumn } from '../../../columns.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { roundAmounts } from '../podspec/amounts.ts';
import type { LimitRange, LimitRangeItem } from './types.ts';
import { validateLimitRange, validateLimitRangeUpdate } from './validation.ts';

const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** A limit that is not given is the largest allowed; a request that is not given is the limit, or else the smallest allowed. */
function withDefaults(given: LimitRangeItem): LimitRangeItem {
  let item = given;
  for (const list of lists) item = at(item, list, roundAmounts);
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  const filled = (list: typeof limits, given: typeof limits | undefined): typeof limits | undefined =>
    Object.keys(list).length === 0 ? undefined : equalJson(list, given ?? null) ? given : list;
  return put(
    put(item, 'default', filled(limits, item.default)),
    'defaultRequest',
    filled(requests, item.defaultRequest),
  );
}

export const resource: ResourceDescriptor<LimitRange> = {
  name: 'limitranges',
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.LimitRange',
  explain: 'The smallest and largest that containers, pods and claims of a namespace may be, and what they get when they do not say.',
  defaults: (range) =>
    at(fill<LimitRange>(range, { spec: { limits: null } }), 'spec', (spec) =>
      at(spec, 'limits', (limits) => each(limits, withDefaults)),
    ),
  validate: validateLimitRange,
  validateUpdate: validateLimitRangeUpdate,
  strategy: plainStrategy(),
  table: {
    columns: [nameColumn, column('Created At', ageColumn.description, { type: 'date' })],
    cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
  },
};
