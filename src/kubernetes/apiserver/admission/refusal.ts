// How a plugin refuses. Upstream: apiserver/pkg/admission/errors.go.
import type { StatusCause } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { forbidden } from '../../apimachinery/status/status.ts';
import type { AdmissionAttributes } from './admission.ts';

/** The error to throw: `pods "web" is forbidden: …`. */
export function refusal(
  { resource, name, object }: AdmissionAttributes,
  message: string,
  causes?: readonly StatusCause[],
): StatusError {
  const known = name || object?.metadata.name || object?.metadata.generateName || 'Unknown/errorGettingName';
  return new StatusError(forbidden({ group: resource.group, resource: resource.plural }, known, message, causes));
}
