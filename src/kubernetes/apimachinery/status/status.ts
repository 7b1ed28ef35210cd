// Refusals as the API server words them. Upstream: apimachinery/pkg/api/errors.
import type { Status, StatusCause, StatusDetails } from '../meta/meta.ts';
import { aggregateText, fieldErrorBody, type FieldError } from '../validation/field-error.ts';

/** A resource by its plural name, or a kind; the core group is ''. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** `deployments.apps`, `pods`. */
export function groupResourceText({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function groupKindText({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

interface Failure {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: StatusDetails;
}

/** Any failure; the ones below have upstream's words. */
export function failure({ code, reason, message, details }: Failure): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

/** Details name a resource or kind; empty members are left out. */
function detailsOf(name: string, group: string, kind: string, more: StatusDetails = {}): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), ...(kind === '' ? {} : { kind }), ...more };
}

const ofResource = ({ group, resource }: GroupResource, name: string, more?: StatusDetails): StatusDetails =>
  detailsOf(name, group, resource, more);

export function notFound(resource: GroupResource, name: string): Status {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: `${groupResourceText(resource)} "${name}" not found`,
    details: ofResource(resource, name),
  });
}

/** The answer for a path under a served version that names no resource there. */
export function unknownResource(): Status {
  return failure({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
}

export function alreadyExists(resource: GroupResource, name: string): Status {
  const message = `${groupResourceText(resource)} "${name}" already exists`;
  return failure({ code: 409, reason: 'AlreadyExists', message, details: ofResource(resource, name) });
}

/** A create that met an object which is going away. */
export function beingDeleted(resource: GroupResource, name: string): Status {
  const message = `object is being deleted: ${groupResourceText(resource)} "${name}" already exists`;
  return failure({ code: 409, reason: 'AlreadyExists', message, details: ofResource(resource, name) });
}

export function conflict(resource: GroupResource, name: string, message: string): Status {
  return failure({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${groupResourceText(resource)} "${name}": ${message}`,
    details: ofResource(resource, name),
  });
}

/** What {@link conflict} says when an update came with an old resourceVersion. */
export const modifiedMessage = 'the object has been modified; please apply your changes to the latest version and try again';

/** One field of an apply that another manager owns: `conflict with "a"` and `.spec.replicas`. */
export interface ApplyConflict {
  readonly message: string;
  readonly field: string;
}

/** Conflicts of one apply; the message groups the fields by who owns them, in the order given. */
export function applyConflict(conflicts: readonly ApplyConflict[]): Status {
  const byMessage = new Map<string, string[]>();
  for (const { message, field } of conflicts) byMessage.set(message, [...(byMessage.get(message) ?? []), field]);
  const parts = [...byMessage]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([message, fields]) =>
      fields.length === 1
        ? `${message}: ${fields[0]}`
        : `${message.replace('conflict with', 'conflicts with')}:${fields.map((field) => `\n- ${field}`).join('')}`,
    );
  const causes = conflicts.map(({ message, field }) => ({ reason: 'FieldManagerConflict', message, field }));
  const count = `${conflicts.length} conflict${conflicts.length === 1 ? '' : 's'}`;
  return failure({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${count}: ${parts.join('\n')}`,
    details: { causes },
  });
}

/** An object that breaks the rules of its kind, with a cause for each field. */
export function invalid(kind: GroupKind, name: string, errors: readonly FieldError[]): Status {
  const causes = errors.map((error) => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field === '' ? '<nil>' : error.field,
  }));
  const message = `${groupKindText(kind)} "${name}" is invalid${errors.length === 0 ? '' : `: ${aggregateText(errors)}`}`;
  return failure({ code: 422, reason: 'Invalid', message, details: detailsOf(name, kind.group, kind.kind, { causes }) });
}

/** `message` says what stands in the way; without a resource the whole server is meant. */
export function forbidden(resource: GroupResource, name: string, message: string, causes?: readonly StatusCause[]): Status {
  const text = groupResourceText(resource);
  const head = text === '' ? 'forbidden' : name === '' ? `${text} is forbidden` : `${text} "${name}" is forbidden`;
  return failure({
    code: 403,
    reason: 'Forbidden',
    message: `${head}: ${message}`,
    details: ofResource(resource, name, causes === undefined ? {} : { causes }),
  });
}

export function unauthorized(): Status {
  return failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function badRequest(message: string): Status {
  return failure({ code: 400, reason: 'BadRequest', message });
}

/** A resource that has no such verb. */
export function methodNotSupported(resource: GroupResource, action: string): Status {
  const message = `${action} is not supported on resources of kind "${groupResourceText(resource)}"`;
  return failure({ code: 405, reason: 'MethodNotAllowed', message, details: ofResource(resource, '') });
}

/** A path that does not take the HTTP method. */
export function methodNotAllowed(): Status {
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

/** History that is no longer kept. */
export function expired(message: string): Status {
  return failure({ code: 410, reason: 'Expired', message });
}

/** A watch or list from before the oldest revision kept. */
export function tooOldResourceVersion(requested: string, oldest: string): Status {
  return expired(`too old resource version: ${requested} (${oldest})`);
}

/** The continue token outlived its list; `freshToken` goes on with the rest as it is now. */
export function continueExpired(freshToken: string): Status {
  const status = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the ' +
      'continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects ' +
      'that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return { ...status, metadata: { continue: freshToken } };
}

export function gone(message: string): Status {
  return failure({ code: 410, reason: 'Gone', message });
}

export function tooManyRequests(message: string, retryAfterSeconds = 0, causes?: readonly StatusCause[]): Status {
  const details = { ...(causes === undefined ? {} : { causes }), ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}) };
  return failure({ code: 429, reason: 'TooManyRequests', message, details });
}

export function internalError(message: string): Status {
  return failure({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
}

/** An error that upstream passes on as it is: 500 without a reason. */
export function unexpected(message: string): Status {
  return failure({ code: 500, message });
}

export function timeout(message: string, retryAfterSeconds = 0): Status {
  const details = retryAfterSeconds > 0 ? { retryAfterSeconds } : {};
  return failure({ code: 504, reason: 'Timeout', message: `Timeout: ${message}`, details });
}

/** The client knows a newer version than this server. */
export function tooLargeResourceVersion(requested: string, current: string): Status {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${requested}, current: ${current}`;
  return failure({ code: 504, reason: 'Timeout', message, details: { causes, retryAfterSeconds: 1 } });
}

export function serverTimeout(resource: GroupResource, operation: string, retryAfterSeconds: number): Status {
  return failure({
    code: 500,
    reason: 'ServerTimeout',
    message: `The ${operation} operation against ${groupResourceText(resource)} could not be completed at this time, please try again.`,
    details: ofResource(resource, '', retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });
}

export function serviceUnavailable(message: string): Status {
  return failure({ code: 503, reason: 'ServiceUnavailable', message });
}

export function unsupportedMediaType(message: string): Status {
  return failure({ code: 415, reason: 'UnsupportedMediaType', message });
}

/** A patch whose content type this resource does not take. */
export function unsupportedPatchType(accepted: readonly string[]): Status {
  return unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export function notAcceptable(message: string): Status {
  return failure({ code: 406, reason: 'NotAcceptable', message });
}

export function notAcceptableMediaType(accepted: readonly string[]): Status {
  return notAcceptable(`only the following media types are accepted: ${accepted.join(', ')}`);
}

export function requestEntityTooLarge(message: string): Status {
  return failure({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: ${message}` });
}

/** What upstream says where only the code of a refusal is known: patches that do not apply. */
export function genericInvalid(): Status {
  return failure({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  });
}

/** The answer to a delete that leaves nothing to show. */
export function deleted(resource: GroupResource, name: string, uid: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { ...ofResource(resource, name), uid } };
}

export function isStatus(value: unknown): value is Status {
  const object = value as Partial<Status> | null | undefined;
  return typeof object === 'object' && object !== null && object.kind === 'Status' && object.apiVersion === 'v1';
}

/** Whether this is a refusal, of this reason when one is given. */
export function isFailure(value: unknown, reason?: string): value is Status {
  return isStatus(value) && value.status === 'Failure' && (reason === undefined || value.reason === reason);
}
