// Events in their newer form: the same stored objects under other field names. Upstream: pkg/apis/events.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Event as StoredEvent } from '@/kubernetes/api/core/v1/event/types.ts';
import { eventCells, eventColumns } from '@/kubernetes/api/core/v1/event/table.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { Event } from './types.ts';
import { validateEvent, validateEventUpdate } from './validation.ts';

function withoutUndefined<T extends object>(object: T): T {
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] === undefined) delete object[key];
  return object;
}

/** An event as core/v1 has it. */
function toStored(event: Event): StoredEvent {
  return withoutUndefined<StoredEvent>({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: event.metadata,
    involvedObject: event.regarding ?? {},
    reason: event.reason,
    message: event.note,
    source: event.deprecatedSource ?? {},
    firstTimestamp: event.deprecatedFirstTimestamp ?? null,
    lastTimestamp: event.deprecatedLastTimestamp ?? null,
    count: event.deprecatedCount,
    type: event.type,
    eventTime: event.eventTime,
    series: event.series,
    action: event.action,
    related: event.related,
    reportingComponent: event.reportingController ?? '',
    reportingInstance: event.reportingInstance ?? '',
  });
}

function fromStored(stored: KubeObject): Event {
  const event = stored as StoredEvent;
  return withoutUndefined<Event>({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: event.metadata,
    eventTime: event.eventTime ?? null,
    series: event.series as Event['series'],
    reportingController: event.reportingComponent || undefined,
    reportingInstance: event.reportingInstance || undefined,
    action: event.action,
    reason: event.reason,
    regarding: event.involvedObject,
    related: event.related,
    note: event.message,
    type: event.type,
    deprecatedSource: event.source,
    deprecatedFirstTimestamp: event.firstTimestamp ?? null,
    deprecatedLastTimestamp: event.lastTimestamp ?? null,
    deprecatedCount: event.count,
  });
}

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
