// The object in a request's body, as the server understands it: of the right kind, decoded as Go would, with its defaults.
// Upstream: apiserver/pkg/endpoints/handlers/{create,update}.go.
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import { decode } from '../../apimachinery/codec/codec.ts';
import { modelOfKind } from '../../apimachinery/schema/schema.ts';
import type { ResourceRequest } from './server.ts';

/** How a body is looked at for fields that its kind does not have. */
type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export function fieldValidationOf({ request }: ResourceRequest): FieldValidation {
  const asked = request.options?.fieldValidation;
  return asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn';
}

/** Upstream's name for the place that knows all kinds, as messages give it away. */
const scheme = 'pkg/api/legacyscheme/scheme.go:30';

/** The object of a POST or PUT with its defaults; `live` is what it replaces, whose parts need no second look. Throws BadRequest for a body that is not of this kind. */
export function objectOf(request: ResourceRequest, live?: KubeObject): KubeObject {
  const { descriptor, apiVersion } = request.resource;
  const body = request.request.body as Partial<KubeObject> | undefined;
  const given = (body ?? {}) as { readonly kind?: string; readonly apiVersion?: string };
  // Upstream fills in what the path says when a typed client left kind and version out.
  const kind = given.kind || descriptor.kind;
  const version = given.apiVersion || apiVersion;
  const problem = typeProblem({ apiVersion, kind: descriptor.kind }, version, kind);
  if (problem !== undefined) {
    const inVersion = version.slice(version.indexOf('/') + 1);
    throw new StatusError(
      badRequest(
        `${kind} in version ${JSON.stringify(inVersion)} cannot be handled as a ${descriptor.kind}: ${problem}`,
      ),
    );
  }
  const complete = given.kind === kind && given.apiVersion === version ? body : { ...body, kind, apiVersion: version };
  return descriptor.defaults(decoded(request, complete, live));
}

/** Why an object that says this of itself is not of the expected kind, in Go's words; undefined when it is. */
export function typeProblem(
  expected: { readonly apiVersion: string; readonly kind: string },
  apiVersion: string,
  kind: string,
): string | undefined {
  if (apiVersion === expected.apiVersion && kind === expected.kind) return undefined;
  const [group, version] = splitVersion(apiVersion);
  if (modelOfKind(group, version, kind) === undefined) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(scheme)}`;
  }
  const [own] = splitVersion(expected.apiVersion);
  return `converting (${version}.${kind}) to (${own === '' ? 'core' : own.split('.', 1)[0]}.${expected.kind}): unknown conversion`;
}

function splitVersion(apiVersion: string): readonly [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** Any JSON as an object of the request's kind; throws what Go's decoder would say. Parts shared with `known` are taken as they are. */
export function decoded(request: ResourceRequest, json: unknown, known?: KubeObject): KubeObject {
  const { descriptor } = request.resource;
  const validation = fieldValidationOf(request);
  const { object, warnings, errors } = decode<KubeObject>(descriptor.model, json, {
    strict: validation === 'Strict',
    known,
  });
  if (errors.length > 0) {
    const detail = errors.join(', ');
    throw new StatusError(
      badRequest(
        `${descriptor.kind} in version ${JSON.stringify(descriptor.version)} cannot be handled as a ${descriptor.kind}: ${detail}`,
      ),
    );
  }
  if (validation === 'Warn') request.warnings.push(...warnings);
  return object;
}
