// Deleting one object or a collection. Upstream: apiserver/pkg/endpoints/handlers/delete.go and generic/registry/store.go.
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject, Status } from '../../apimachinery/meta/meta.ts';
import { StatusError, type RequestOptions } from '../../apimachinery/rest/rest.ts';
import { conflict, internalError, notFound } from '../../apimachinery/status/status.ts';
import { judgeDeletion } from './deletion.ts';
import { judgeNamespaceDeletion } from './namespace-deletion.ts';
import type { ResourceRequest } from './server.ts';
import { admissionAttributes, isSameButForTimes, putObject, removeObject, type WriteNote } from './write.ts';

const removed: WriteNote = { reason: 'Deleted', deed: 'was deleted' };
const removedSoon: WriteNote = { reason: 'DeletionStarted', deed: 'was marked for deletion without grace' };
const marked: WriteNote = { reason: 'DeletionStarted', deed: 'was marked for deletion' };
const maxTries = 20;

/** Kinds whose DELETE answers with the object that is gone instead of a Status. Upstream: ReturnDeletedObject of each store. */
const answersWithObject: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
  'podtemplates',
]);

export interface Deleted {
  readonly object: KubeObject;
  /** False while it waits for its grace or its finalizers. */
  readonly isGone: boolean;
}

/** Deletes an object, or marks it; throws NotFound and failed preconditions. */
export function* deleteObject(request: ResourceRequest, name: string): Task<Deleted> {
  const { server, resource } = request;
  const { descriptor } = resource;
  const key = resource.key(request.request.namespace, name);
  const options = request.request.options ?? {};
  if (descriptor.orphanWarning && options.propagationPolicy === undefined && options.orphanDependents === undefined)
    request.warnings.push(descriptor.orphanWarning);
  const isNamespace = descriptor.group === '' && descriptor.plural === 'namespaces';
  for (let tries = 0; tries < maxTries; tries++) {
    const entry = server.etcd.get(key);
    if (!entry) throw new StatusError(notFound(resource.groupResource, name));
    const live = resource.present(entry);
    checkPreconditions(request, live, options);
    const { now } = server.context;
    const verdict =
      (isNamespace ? judgeNamespaceDeletion(live, options, now) : undefined) ??
      judgeDeletion(descriptor, live, options, now);
    admitDeletion(request, live);
    if (verdict.kind === 'pending' || (verdict.kind === 'mark' && isSameButForTimes(verdict.marked, live)))
      return { object: live, isGone: false };
    let revision = entry.modRevision;
    let last = live;
    if (verdict.marked) {
      const stored = yield* putObject(
        request,
        verdict.marked,
        revision,
        verdict.kind === 'remove' ? removedSoon : marked,
      );
      if (!stored) continue;
      last = stored;
      revision = Number(stored.metadata.resourceVersion);
      if (verdict.kind === 'mark') return { object: stored, isGone: false };
    }
    const gone = yield* removeObject(request, last, revision, removed);
    if (!gone) continue;
    if (!request.isDryRun) server.services.forget(gone);
    return { object: gone, isGone: true };
  }
  throw new StatusError(internalError(`could not delete ${name}: too many other writers`));
}

/** What DELETE answers with. */
export function deletionAnswer({ resource }: ResourceRequest, { object, isGone }: Deleted): KubeObject | Status {
  const { descriptor } = resource;
  if (!isGone || (descriptor.group === '' && answersWithObject.has(descriptor.plural))) return object;
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(descriptor.group === '' ? {} : { group: descriptor.group }), kind: descriptor.plural, uid },
  };
}

function admitDeletion(request: ResourceRequest, live: KubeObject): void {
  const attributes = admissionAttributes(request, 'DELETE', {
    name: live.metadata.name,
    object: undefined,
    previous: live,
  });
  request.server.admission.admit(attributes);
  request.server.admission.validate(attributes);
}

/** Throws unless the object is the one that the caller means. */
export function checkPreconditions(
  { resource }: ResourceRequest,
  live: KubeObject,
  { preconditions }: RequestOptions,
): void {
  if (!preconditions) return;
  const { name, uid, resourceVersion } = live.metadata;
  const { group, kind, plural, storedAs } = resource.descriptor;
  if (group === '' && plural === 'namespaces' && preconditions.uid !== undefined && preconditions.uid !== uid) {
    const detail = `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`;
    throw new StatusError(conflict(resource.groupResource, name, detail));
  }
  const what = { group: storedAs?.group ?? group, resource: kind };
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    const detail = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw new StatusError(conflict(what, name, detail));
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const detail = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw new StatusError(conflict(what, name, detail));
  }
}
