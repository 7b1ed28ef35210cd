// Events: what components saw happen. Upstream: pkg/registry/core/event.
import type { ResourceDescriptor } from '../../../resource.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { eventCells, eventColumns } from './table.ts';
import type { Event } from './types.ts';
import { validateEvent, validateEventUpdate } from './validation.ts';

export const resource: ResourceDescriptor<Event> = {
  name: 'events',
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.Event',
  explain: 'What a component saw happen to an object, kept for an hour.',
  defaults: (event) =>
    fill(event, {
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    }),
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
  strategy: plainStrategy({ allowCreateOnUpdate: true }),
  selectableFieldNames: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  selectableFields: ({ involvedObject, reason, reportingComponent, source, type }) => ({
    'involvedObject.kind': involvedObject.kind ?? '',
    'involvedObject.namespace': involvedObject.namespace ?? '',
    'involvedObject.name': involvedObject.name ?? '',
    'involvedObject.uid': involvedObject.uid ?? '',
    'involvedObject.apiVersion': involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': involvedObject.fieldPath ?? '',
    reason: reason ?? '',
    reportingComponent,
    source: source.component || reportingComponent,
    type: type ?? '',
  }),
  table: { columns: eventColumns, cells: eventCells },
};
