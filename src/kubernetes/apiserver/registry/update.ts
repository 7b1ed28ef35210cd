// Changing a stored object: by a whole new one, by a patch, or by the server itself. Upstream: apiserver/pkg/registry/generic/registry/store.go.
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject, ObjectMeta, Status } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import {
  conflict,
  internalError,
  invalid,
  modifiedMessage,
  notFound,
  unexpected,
} from '../../apimachinery/status/status.ts';
import { invalid as invalidField, type FieldError } from '../../apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';
import { createObject } from './create.ts';
import { isGoneOnceUpdated } from './deletion.ts';
import type { ResourceRequest } from './server.ts';
import {
  admissionAttributes,
  isSameButForTimes,
  putObject,
  refuseEscalation,
  refuseInvalid,
  removeObject,
  writeContext,
  type WriteNote,
} from './write.ts';

/** One way to change an object. */
export interface Change {
  readonly note: WriteNote;
  /** Which part of the object this endpoint may write. */
  readonly strategy: 'main' | 'status' | 'none';
  /** The object as wanted, made from the live one; called again when the live one changed meanwhile. Its defaults are filled in. */
  produce(live: KubeObject): KubeObject;
  /** Makes the object when there is none; undefined: that is NotFound. */
  readonly create?: () => { readonly object: KubeObject; readonly tracksFields: boolean };
  /** What must hold beside, or in place of, the kind's own rules. */
  validate?(next: KubeObject, live: KubeObject): readonly FieldError[];
  /** Whether a uid in the wanted object must be the live one's. */
  readonly checksUid?: boolean;
}

const maxTries = 20;

/** Changes an object and gives it as stored; `isNew` when there was none. */
export function* updateObject(
  request: ResourceRequest,
  name: string,
  change: Change,
): Task<{ object: KubeObject; isNew: boolean }> {
  const { server, resource } = request;
  const key = resource.key(request.request.namespace, name);
  for (let tries = 0; tries < maxTries; tries++) {
    const entry = server.etcd.get(key);
    if (!entry) {
      if (!change.create) throw new StatusError(notFound(resource.groupResource, name));
      const { object, tracksFields } = change.create();
      return { object: yield* createObject(request, object, tracksFields), isNew: true };
    }
    const live = resource.present(entry);
    const outcome = yield* attempt(request, live, entry.modRevision, change);
    if (outcome) return { object: outcome, isNew: false };
  }
  throw new StatusError(internalError(`could not update ${name}: too many other writers`));
}

/** One try; undefined when another writer came between. */
function* attempt(
  request: ResourceRequest,
  live: KubeObject,
  revision: number,
  change: Change,
): Task<KubeObject | undefined> {
  const { server, resource } = request;
  const { descriptor } = resource;
  const { name } = live.metadata;
  const wanted = change.produce(live);
  const admitted = server.admission.admit(
    admissionAttributes(request, 'UPDATE', { name, object: wanted, previous: live }),
  ) as KubeObject;
  checkRevision(request, admitted, live, change);
  const kept = keepSystemFields(admitted, live);
  const next = prepare(request, kept, live, change);
  refuseEscalation(request, next, live);
  const reserved = server.services.reserve(request, next, live);
  try {
    refuseInvalid(request, name, validate(request, reserved.object, live, change));
    const attributes = admissionAttributes(request, 'UPDATE', { name, object: reserved.object, previous: live });
    const warnings = change.strategy === 'main' ? descriptor.warnings?.(reserved.object, live) : undefined;
    if (warnings) request.warnings.push(...warnings);
    server.admission.validate(attributes);
    yield* server.admission.settle(attributes);
    if (isGoneOnceUpdated(reserved.object)) {
      const isRemoved = yield* removeObject(request, reserved.object, revision, {
        reason: 'Deleted',
        deed: 'was deleted, its last finalizer gone,',
      });
      if (isRemoved && !request.isDryRun) server.services.forget(live);
      return isRemoved ? reserved.object : undefined;
    }
    if (isSameButForTimes(reserved.object, live)) return live;
    const stored = yield* putObject(request, reserved.object, revision, change.note);
    if (stored) reserved.keep();
    return stored;
  } finally {
    reserved.release();
  }
}

function prepare(request: ResourceRequest, next: KubeObject, live: KubeObject, change: Change): KubeObject {
  const { descriptor } = request.resource;
  if (change.strategy === 'none') return next;
  const strategy = change.strategy === 'status' ? descriptor.statusStrategy : descriptor.strategy;
  return strategy ? strategy.prepareForUpdate(next, live, writeContext(request)) : next;
}

function validate(request: ResourceRequest, next: KubeObject, live: KubeObject, change: Change): readonly FieldError[] {
  const { descriptor } = request.resource;
  const errors = change.validate?.(next, live) ?? ownErrors(descriptor, next, live, change);
  // Upstream looks at the metadata twice, once for any kind and once for this one, and says what is wrong as often.
  return errors.length === 0 ? errors : [...validateObjectMetaUpdate(next.metadata, live.metadata), ...errors];
}

function ownErrors(
  descriptor: ResourceDescriptor,
  next: KubeObject,
  live: KubeObject,
  { strategy }: Change,
): readonly FieldError[] {
  if (strategy === 'none') return [];
  return (
    (strategy === 'status'
      ? descriptor.statusStrategy?.validateUpdate(next, live)
      : descriptor.validateUpdate(next, live)) ?? []
  );
}

function checkRevision(request: ResourceRequest, next: KubeObject, live: KubeObject, change: Change): void {
  const { descriptor, groupResource } = request.resource;
  const { name, uid, resourceVersion } = next.metadata;
  if (change.checksUid && uid && uid !== live.metadata.uid) {
    throw new StatusError(uidConflict(request, live, uid));
  }
  if (!resourceVersion) {
    if (descriptor.strategy.allowUnconditionalUpdate ?? true) return;
    const { group, plural } = descriptor;
    const errors = [invalidField('metadata.resourceVersion', 0, 'must be specified for an update')];
    throw new StatusError(invalid({ group, kind: plural }, name, errors));
  } else if (resourceVersion !== live.metadata.resourceVersion) {
    if (!/^\d+$/.test(resourceVersion)) {
      throw new StatusError(
        unexpected(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`),
      );
    }
    if (resourceVersion === '0' && (descriptor.strategy.allowUnconditionalUpdate ?? true)) return;
    throw new StatusError(conflict(groupResource, name, modifiedMessage));
  }
}

/** What is said when the object is another one than the writer thinks. */
export function uidConflict({ resource }: ResourceRequest, live: KubeObject, uid: string): Status {
  const { name, namespace } = live.metadata;
  const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`;
  const message = `StorageError: invalid object, Code: 4, Key: ${resource.key(namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: ${detail}`;
  return conflict(resource.groupResource, name, message);
}

/** What an update never changes is as it was. */
function keepSystemFields(next: KubeObject, live: KubeObject): KubeObject {
  const is = live.metadata;
  const wanted = next.metadata;
  const metadata: { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] } = {
    ...wanted,
    creationTimestamp: is.creationTimestamp,
    resourceVersion: is.resourceVersion,
  };
  if (!wanted.uid) metadata.uid = is.uid;
  if (!wanted.namespace && is.namespace) metadata.namespace = is.namespace;
  if (is.deletionTimestamp !== undefined) metadata.deletionTimestamp = is.deletionTimestamp;
  if (is.deletionGracePeriodSeconds !== undefined)
    metadata.deletionGracePeriodSeconds ??= is.deletionGracePeriodSeconds;
  return { ...next, metadata };
}
