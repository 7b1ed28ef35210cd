// Patches of every type, turned into ways to change the live object. Upstream: apiserver/pkg/endpoints/handlers/patch.go.
import { jsonPatch, type JsonPatchOperation } from '../../apimachinery/patch/json-patch.ts';
import { mergePatch } from '../../apimachinery/patch/merge-patch.ts';
import { PatchError } from '../../apimachinery/patch/patch-error.ts';
import { strategicMergePatch } from '../../apimachinery/patch/strategic-merge-patch.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, failure, invalid, unexpected } from '../../apimachinery/status/status.ts';
import { invalid as invalidField } from '../../apimachinery/validation/field-error.ts';
import { decoded, typeProblem } from './body.ts';
import { apply, track } from './field-tracking.ts';
import { checkName } from './names.ts';
import type { ResourceRequest } from './server.ts';

const maxOperations = 10_000;
const listOfLists = 'list of lists is not supported';
/** What upstream finds wrong with the patch itself; anything else counts as its own failure. Upstream: interpretStrategicMergePatchError. */
const badRequests: ReadonlySet<string> = new Set([
  'Invalid JSON document',
  'invalid patch format of primitive list',
  'invalid patch format of retainKeys',
  'invalid patch format of setElementOrder list',
  'strategic merge patch format is not supported',
]);

/** The live object with the request's patch, decoded, with defaults, and credited to the patch's author. */
export function patched(request: ResourceRequest, live: KubeObject): KubeObject {
  const { descriptor } = request.resource;
  if (request.request.patchType === 'apply')
    return descriptor.defaults(decoded(request, apply(request, live, applied(request)), live));
  const json = patchedJson(request, descriptor.model, live);
  if (json === live) return live;
  const problem = typeProblem(
    { apiVersion: request.resource.apiVersion, kind: descriptor.kind },
    json.apiVersion,
    json.kind,
  );
  if (problem !== undefined) throw new StatusError(invalidPatch(json, problem));
  checkName(request, json);
  return track(request, live, descriptor.defaults(decodedPatch(request, json, live)));
}

/** The object that an apply makes where there is none. */
export function appliedAnew(request: ResourceRequest): KubeObject {
  const { resource } = request;
  const object = apply(request, undefined, applied(request));
  return resource.descriptor.defaults(decoded(request, object));
}

/** A document of that model with the request's patch. */
export function patchedJson<T extends object>(request: ResourceRequest, model: string, live: T): T {
  const { patchType, body } = request.request;
  try {
    if (patchType === 'json') return jsonPatch(live, operationsOf(body));
    if (patchType === 'merge') return mergePatch(live, body);
    return strategicMergePatch(model, live, body);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (patchType === 'json') throw new StatusError(failedJsonPatch());
    if (patchType === 'merge' || badRequests.has(error.message)) throw new StatusError(badRequest(error.message));
    throw new StatusError(
      error.message === listOfLists
        ? failure({ code: 422, reason: 'Invalid', message: error.message })
        : unexpected(error.message),
    );
  }
}

function operationsOf(body: unknown): readonly JsonPatchOperation[] {
  if (body === null) return [];
  if (!Array.isArray(body))
    throw new StatusError(
      badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch'),
    );
  if (body.length > maxOperations) {
    const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${maxOperations}, got ${body.length}`;
    throw new StatusError(failure({ code: 413, reason: 'RequestEntityTooLarge', message }));
  }
  return body as readonly JsonPatchOperation[];
}

function failedJsonPatch(): ReturnType<typeof failure> {
  return failure({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  });
}

function invalidPatch(live: object, detail: string): ReturnType<typeof failure> {
  return invalid({ group: '', kind: '' }, '', [invalidField('patch', JSON.stringify(live), detail)]);
}

/** A patched document that no longer decodes is the patch's fault. */
function decodedPatch(request: ResourceRequest, json: KubeObject, live: KubeObject): KubeObject {
  try {
    return decoded(request, json, live);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    const detail = error.message.slice(error.message.indexOf(': ') + 2);
    if (detail.startsWith('strict decoding error'))
      throw new StatusError(
        invalid({ group: '', kind: '' }, '', [invalidField('patch', JSON.stringify(json), detail)]),
      );
    throw new StatusError(invalidPatch(json, detail));
  }
}

/** The object in an apply's body; it must say what it is and be what the URL says. */
function applied(request: ResourceRequest): KubeObject {
  const { resource } = request;
  const object = request.request.body as KubeObject;
  const { apiVersion = '', kind = '' } = (object ?? {}) as Partial<KubeObject>;
  if (apiVersion === '' || kind === '')
    throw new StatusError(badRequest(`error decoding YAML: Object 'Kind' is missing in '${JSON.stringify(object)}'`));
  if (apiVersion === resource.apiVersion && kind !== resource.descriptor.kind) {
    const slash = apiVersion.indexOf('/');
    const groupVersion = slash < 0 ? `/${apiVersion}` : apiVersion;
    throw new StatusError(badRequest(`invalid object type: ${groupVersion}, Kind=${kind}`));
  }
  if (apiVersion !== resource.apiVersion) {
    throw new StatusError(
      badRequest(
        `Incorrect version specified in apply patch. Specified patch version: ${apiVersion}, expected: ${resource.apiVersion}`,
      ),
    );
  }
  checkName(request, object);
  return object;
}
