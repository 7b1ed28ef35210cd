// Events as `kubectl get` prints them, in either form. Upstream: pkg/printers/internalversion/printers.go (printEvent).
import type { Instant } from '@/simulation/clock/duration.ts';
import type { TableColumn } from '@/kubernetes/apimachinery/table/table.ts';
import { age, column, nameColumn } from '../../../columns.ts';
import type { Event } from './types.ts';

export const eventColumns: readonly TableColumn[] = [
  column('Last Seen', 'The time at which the most recent occurrence of this event was recorded.'),
  column('Type', 'Type of this event (Normal, Warning), new types could be added in the future'),
  column(
    'Reason',
    "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
  ),
  column('Object', 'The object that this event is about.'),
  column(
    'Subobject',
    'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
    { priority: 1 },
  ),
  column('Source', 'The component reporting this event. Should be a short machine understandable string.', {
    priority: 1,
  }),
  column('Message', 'A human-readable description of the status of this operation.'),
  column(
    'First Seen',
    'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
    { priority: 1 },
  ),
  column('Count', 'The number of times this event has occurred.', { priority: 1 }),
  { ...nameColumn, priority: 1 },
];

function source(event: Event): string {
  const component = event.source?.component || event.reportingComponent;
  const host = event.source?.host || event.reportingInstance;
  return [component, host].filter((part) => part).join(', ');
}

/** The cells of an event in its stored form. */
export function eventCells(event: Event, now: Instant): readonly (string | number)[] {
  const first = event.firstTimestamp || event.eventTime;
  const last = event.series ? event.series.lastObservedTime : event.lastTimestamp;
  const count = event.series ? event.series.count : event.count;
  const seen = age(first, now);
  const object = event.involvedObject;
  return [
    last ? age(last, now) : event.series ? '<unknown>' : seen,
    event.type ?? '',
    event.reason ?? '',
    object.kind ? `${object.kind.toLowerCase()}/${object.name ?? ''}` : (object.name ?? ''),
    object.fieldPath ?? '',
    source(event),
    (event.message ?? '').trim(),
    seen,
    count || 1,
    event.metadata.name,
  ];
}
