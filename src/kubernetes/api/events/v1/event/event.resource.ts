// Events in their newer form: the same stored objects under other field names. Upstream: pkg/apis/events.
import { eventCells, eventColumns } from '@/kubernetes/api/core/v1/event/table.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { fromStored, toStored } from './conversion.ts';
import type { Event } from './types.ts';
import { validateEvent, validateEventUpdate } from './validation.ts';

export const resource: ResourceDescriptor<Event> = {
  name: 'events.events.k8s.io',
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.events.v1.Event',
  explain:
    'What a component saw happen to an object, in the newer form that tells action and reporter apart.',
  storedAs: { group: '', version: 'v1', plural: 'events', toStored, fromStored },
  defaults: (event) =>
    fill(event, {
      eventTime: null,
      regarding: {},
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    }),
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
  strategy: plainStrategy({ allowCreateOnUpdate: true }),
  selectableFieldNames: [
    'reason',
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'regarding.apiVersion',
    'regarding.resourceVersion',
    'regarding.fieldPath',
    'reportingController',
    'type',
  ],
  selectableFields: ({ regarding, reason, reportingController, type }) => ({
    reason: reason ?? '',
    'regarding.kind': regarding?.kind ?? '',
    'regarding.namespace': regarding?.namespace ?? '',
    'regarding.name': regarding?.name ?? '',
    'regarding.uid': regarding?.uid ?? '',
    'regarding.apiVersion': regarding?.apiVersion ?? '',
    'regarding.resourceVersion': regarding?.resourceVersion ?? '',
    'regarding.fieldPath': regarding?.fieldPath ?? '',
    reportingController: reportingController ?? '',
    type: type ?? '',
  }),
  table: { columns: eventColumns, cells: (event, now) => eventCells(toStored(event), now) },
};
