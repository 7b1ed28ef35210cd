// What an Event must be to be accepted, in either form. Upstream: pkg/apis/core/validation/events.go.
import { equalJson } from '@/base/json.ts';
import {
  child,
  invalid,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isQualifiedName, isValidPathSegmentName } from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced } from '../../../core-metadata.ts';
import { goShape } from '../podspec/go-shape.ts';
import type { Event } from './types.ts';

/** A name may be almost anything: recorders add a time to the name of the object. */
const oldRules = { isNamespaced: true, nameRule: isValidPathSegmentName } as const;

/** An event by the old API; by the new one it must be whole. */
export function validateEvent(object: Event): readonly FieldError[] {
  const errors = [...validateObjectMeta(object.metadata, oldRules), ...validateLegacy(object)];
  return errors;
}

function validateLegacy(object: Event): readonly FieldError[] {
  const errors: FieldError[] = [];
  const about = object.involvedObject.namespace ?? '';
  const namespace = object.metadata.namespace ?? '';
  if (about === '') {
    if (namespace !== 'default' && namespace !== 'kube-system' && isNamespacedKind(object)) {
      errors.push(invalid('involvedObject.namespace', '', 'does not match event.namespace'));
    }
  } else if (about !== namespace)
    errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'));
  if (object.eventTime) {
    if (!object.reportingComponent) errors.push(required('reportingController'));
    errors.push(
      ...isQualifiedName(object.reportingComponent).map((problem) =>
        invalid('reportingController', object.reportingComponent, problem),
      ),
    );
    if (!object.reportingInstance) errors.push(required('reportingInstance'));
    errors.push(...limited(object));
  }
  const message = object.message ?? '';
  if (message.length > 1024) errors.push(invalid('message', '', 'can have at most 1024 characters'));
  return errors;
}

/** An event about something outside of namespaces belongs into `default`. */
const isNamespacedKind = (_event: Event): boolean => true;

function limited(object: Event): readonly FieldError[] {
  const errors: FieldError[] = [];
  const tooLong = (name: string): FieldError => invalid(name, '', 'can have at most 128 characters');
  if (object.reportingInstance.length > 128) errors.push(tooLong('reportingInstance'));
  if (!object.action) errors.push(required('action'));
  else if (object.action.length > 128) errors.push(tooLong('action'));
  if (!object.reason) errors.push(required('reason'));
  else if (object.reason.length > 128) errors.push(tooLong('reason'));
  return errors;
}

export function validateEventUpdate(next: Event, previous: Event): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEvent(next)];
}

/** What the newer API asks for beyond that; names of fields are the stored ones, as upstream says them. */
export function validateNewEvent(object: Event): readonly FieldError[] {
  const errors = [...validateObjectMeta(object.metadata, namespaced), ...validateLegacy(object)];
  if (!object.eventTime) errors.push(required('eventTime'));
  if (object.type !== 'Normal' && object.type !== 'Warning')
    errors.push(invalid('type', '', `has invalid value: ${object.type ?? ''}`));
  const { series } = object;
  if (series) {
    if ((series.count ?? 0) < 2) errors.push(invalid(child('series', 'count'), '', 'should be at least 2'));
    if (!series.lastObservedTime) errors.push(required(child('series', 'lastObservedTime')));
  }
  return errors;
}

const fixed = [
  'involvedObject',
  'reason',
  'reportingComponent',
  'reportingInstance',
  'action',
  'reason',
  'message',
  'eventTime',
  'type',
] as const;
const shownAs: Readonly<Record<string, string>> = { reportingComponent: 'reportingController' };

/** By the newer API only the series changes. */
export function validateNewEventUpdate(next: Event, previous: Event): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateLegacy(next)];
  for (const name of fixed) {
    const value = next[name];
    if (equalJson(value ?? '', previous[name] ?? '')) continue;
    const shown =
      name === 'involvedObject'
        ? goShape('io.k8s.api.core.v1.ObjectReference', next.involvedObject ?? {})
        : name === 'eventTime'
          ? (value ?? null)
          : (value ?? '');
    errors.push(invalid(shownAs[name] ?? name, shown, 'field is immutable'));
  }
  return errors;
}
