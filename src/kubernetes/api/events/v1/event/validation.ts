// What an Event must be to be accepted through the newer API: the stored form is looked at. Upstream: pkg/apis/core/validation/events.go.
import type { FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateNewEvent, validateNewEventUpdate } from '@/kubernetes/api/core/v1/event/validation.ts';
import { toStored } from './conversion.ts';
import type { Event } from './types.ts';

export function validateEvent(object: Event): readonly FieldError[] {
  return validateNewEvent(toStored(object));
}

export function validateEventUpdate(next: Event, previous: Event): readonly FieldError[] {
  return validateNewEventUpdate(toStored(next), toStored(previous));
}
