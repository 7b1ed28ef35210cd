// The object in a request's body, as the server understands it: of the right kind, decoded as Go would, with its defaults.
// Upstream: apiserver/pkg/endpoints/handlers/{create,update}.go.
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import { decode } from '../../apimachinery/codec/codec.ts';
import type { ResourceRequest } from './server.ts';

/** How a body is looked at for fields that its kind does not have. */
type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export function fieldValidationOf({ request }: ResourceRequest): FieldValidation {
  const asked = request.options?.fieldValidation;
  return asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn';
}

/** The object of a POST or PUT with its defaults; `live` is what it replaces, whose parts need no second look. Throws BadRequest for a body that is not of this kind. */
export function objectOf(request: ResourceRequest, live?: KubeObject): KubeObject {
  const { descriptor, apiVersion } = request.resource;
  const body = request.request.body as Partial<KubeObject> | undefined;
  const given = (body ?? {}) as { readonly kind?: unknown; readonly apiVersion?: unknown };
  // Upstream fills in what the path says when a typed client left kind and version out.
  const kind = given.kind === undefined || given.kind === '' ? descriptor.kind : given.kind;
  const version = given.apiVersion === undefined || given.apiVersion === '' ? apiVersion : given.apiVersion;
  if (version !== apiVersion) {
    const message = `the API version in the data (${String(version)}) does not match the expected API version (${apiVersion})`;
    throw new StatusError(badRequest(message));
  }
  if (kind !== descriptor.kind) throw new StatusError(badRequest(`${String(kind)} in version ${JSON.stringify(descriptor.version)} cannot be handled as a ${descriptor.kind}: no kind ${JSON.stringify(kind)} is registered`));
  const complete = given.kind === kind && given.apiVersion === version ? body : { ...body, kind, apiVersion: version };
  return descriptor.defaults(decoded(request, complete, live));
}

/** Any JSON as an object of the request's kind; throws what Go's decoder would say. Parts shared with `known` are taken as they are. */
export function decoded(request: ResourceRequest, json: unknown, known?: KubeObject): KubeObject {
  const { descriptor } = request.resource;
  const validation = fieldValidationOf(request);
  const { object, warnings, errors } = decode<KubeObject>(descriptor.model, json, { strict: validation === 'Strict', known });
  if (errors.length > 0) {
    const detail = errors.join(', ');
    throw new StatusError(badRequest(`${descriptor.kind} in version ${JSON.stringify(descriptor.version)} cannot be handled as a ${descriptor.kind}: ${detail}`));
  }
  if (validation === 'Warn') request.warnings.push(...warnings);
  return object;
}
