// Creating an object: credited to its field manager, admitted, named, validated, stored. Upstream: apiserver/pkg/endpoints/handlers/create.go.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { alreadyExists, badRequest, unexpected } from '../../apimachinery/status/status.ts';
import { track } from './field-tracking.ts';
import type { ResourceRequest } from './server.ts';
import {
  admissionAttributes,
  putObject,
  refuseEscalation,
  refuseInvalid,
  writeContext,
  type WriteNote,
} from './write.ts';

const created: WriteNote = { reason: 'Created', deed: 'was created' };
const maxNameTries = 8;
const generatedNameLimit = 63;
const suffixLength = 5;

/** Stores a new object and gives it back as stored. `decoded` has its defaults. */
export function* createObject(request: ResourceRequest, decoded: KubeObject, tracksFields = true): Task<KubeObject> {
  const { server, resource } = request;
  const given = placed(request, decoded);
  const tracked = tracksFields ? track(request, undefined, given) : given;
  const attributes = { name: given.metadata.name ?? '', object: tracked, previous: undefined };
  const admitted = server.admission.admit(admissionAttributes(request, 'CREATE', attributes)) as KubeObject;
  refuseEscalation(request, admitted, undefined);
  if (admitted.metadata.resourceVersion)
    throw new StatusError(unexpected('resourceVersion should not be set on objects to be created'));
  for (let tries = 1; ; tries++) {
    const stored = yield* store(request, admitted);
    if (stored) return stored;
    const { name = '', generateName } = admitted.metadata;
    if (name !== '' || !generateName || tries === maxNameTries)
      throw new StatusError(alreadyExists(resource.groupResource, name || `${generateName}`));
  }
}

function* store(request: ResourceRequest, admitted: KubeObject): Task<KubeObject | undefined> {
  const { server, resource } = request;
  const { descriptor } = resource;
  const named: KubeObject = { ...admitted, metadata: systemFields(request, admitted.metadata) };
  const { name } = named.metadata;
  const prepared = descriptor.strategy.prepareForCreate(named, writeContext(request));
  const reserved = server.services.reserve(request, prepared, undefined);
  try {
    refuseInvalid(request, name, descriptor.validate(reserved.object));
    const attributes = admissionAttributes(request, 'CREATE', { name, object: reserved.object, previous: undefined });
    const warnings = descriptor.warnings?.(reserved.object, undefined);
    if (warnings) request.warnings.push(...warnings);
    server.admission.validate(attributes);
    yield* server.admission.settle(attributes);
    const stored = yield* putObject(request, reserved.object, 0, created);
    if (stored) reserved.keep();
    return stored;
  } finally {
    reserved.release();
  }
}

/** The object in the namespace and under the name that the request says. */
function placed({ resource, request }: ResourceRequest, object: KubeObject): KubeObject {
  const { metadata } = object;
  if (
    metadata.name !== undefined &&
    metadata.name !== '' &&
    request.name !== undefined &&
    request.name !== metadata.name
  ) {
    throw new StatusError(
      badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`),
    );
  }
  const name = request.name ?? metadata.name;
  const namespace = placedNamespace(resource.isNamespaced, request.namespace ?? '', metadata.namespace ?? '');
  return name === metadata.name && namespace === metadata.namespace
    ? object
    : { ...object, metadata: { ...metadata, name, namespace } as ObjectMeta };
}

/** The namespace an object is written to; refuses one that contradicts the URL. */
export function placedNamespace(isNamespaced: boolean, requested: string, given: string): string | undefined {
  if (!isNamespaced) return given === '' ? undefined : given;
  if (requested === '') throw new StatusError(badRequest('an empty namespace may not be set during creation'));
  if (given !== '' && given !== requested) {
    throw new StatusError(
      badRequest('the namespace of the provided object does not match the namespace sent on the request'),
    );
  }
  return requested;
}

function systemFields({ server }: ResourceRequest, given: ObjectMeta): ObjectMeta {
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    selfLink: ___,
    ...kept
  } = given as ObjectMeta & { selfLink?: string };
  const name =
    kept.name || (kept.generateName ? generatedName(kept.generateName, server.names.nameSuffix(suffixLength)) : '');
  return { ...kept, name, uid: server.uids.uuid(), creationTimestamp: rfc3339(server.context.now) };
}

function generatedName(base: string, suffix: string): string {
  return [base.slice(0, generatedNameLimit - suffixLength), suffix].join('');
}
