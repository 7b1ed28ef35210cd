// What all writes share: the transaction, what the event log says of it, and how the write is prepared. Upstream: apiserver/pkg/registry/generic.
import { equalJson } from '@/base/json.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { OccurrenceKind } from '@/simulation/occurrences/occurrences.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../apimachinery/meta/meta.ts';
import { invalid } from '../../apimachinery/status/status.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { rbacGroup } from '../../api/rbac/v1/rules/names.ts';
import type { WriteContext } from '../../api/resource.ts';
import type { Compare, EtcdEvent, Operation } from '../../etcd/etcd.ts';
import type { AdmissionAttributes, AdmissionOperation } from '../admission/admission.ts';
import { withResourceVersion } from '../storage/stamp.ts';
import { actorOf, subjectOf, type ResourceRequest } from './server.ts';

/** What the event log says of a write that went through. */
export interface WriteNote {
  /** `Created`, `Updated`, `Patched`, `StatusUpdated`, `Bound`, `Deleted` … */
  readonly reason: string;
  /** What was done, to stand between the object's name and the actor's: `was created`. */
  readonly deed: string;
  readonly isHeartbeat?: boolean;
}

export function writeContext({ server, user }: ResourceRequest): WriteContext {
  return { now: server.context.now, random: server.names, user };
}

/** Throws the refusal that upstream makes of field errors, if there are any. */
export function refuseInvalid(request: ResourceRequest, name: string, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const { descriptor, groupKind } = request.resource;
  // Refusals speak of the stored form.
  const kind = descriptor.storedAs ? { ...groupKind, group: descriptor.storedAs.group } : groupKind;
  throw new StatusError(invalid(kind, name, errors));
}

/** Throws when a role or a binding gives away more than its writer has. */
export function refuseEscalation(
  { server, resource, user, request }: ResourceRequest,
  next: KubeObject,
  previous: KubeObject | undefined,
): void {
  const { group, plural } = resource.descriptor;
  if (group !== rbacGroup) return;
  server.escalation.check({ user, plural, namespace: request.namespace ?? '', next, previous });
}

export function admissionAttributes(
  { resource, request, user, isDryRun, warnings }: ResourceRequest,
  operation: AdmissionOperation,
  objects: {
    readonly name: string;
    readonly object: KubeObject | undefined;
    readonly previous: KubeObject | undefined;
  },
): AdmissionAttributes {
  return {
    operation,
    resource: resource.descriptor,
    subresource: request.subresource ?? '',
    namespace: request.namespace ?? '',
    user,
    options: request.options ?? {},
    isDryRun,
    warn: (text) => warnings.push(text),
    ...objects,
  };
}

/** How long an object lives, for resources whose objects end by themselves. Upstream: `--event-ttl`. */
const lifetimes: Readonly<Record<string, ReturnType<typeof seconds>>> = { '/registry/events/': seconds(3600) };

/**
 * Writes `next` when the object is still at `expectedRevision` (0: not there). Gives the object with its new revision, or undefined when
 * somebody was faster. A dry run only says what would be.
 */
export function* putObject(
  request: ResourceRequest,
  next: KubeObject,
  expectedRevision: number,
  note: WriteNote,
): Task<KubeObject | undefined> {
  const { server, resource } = request;
  const key = resource.key(next.metadata.namespace, next.metadata.name);
  if (request.isDryRun) {
    if ((server.etcd.get(key)?.modRevision ?? 0) !== expectedRevision) return undefined;
    return expectedRevision === 0 ? next : withResourceVersion(next, expectedRevision);
  }
  const lifetime = lifetimes[resource.prefix];
  const lease = lifetime === undefined ? 0 : yield* server.lease(lifetime);
  const operation: Operation = { kind: 'put', key, value: resource.stored(next), lease };
  const events = yield* commit(request, [{ key, target: 'mod', equals: expectedRevision }], operation, next, note);
  const written = events?.[0]?.next;
  return written && resource.present(written);
}

/** Removes the object when it is still at `expectedRevision`; gives its last state as of the deletion, or undefined when somebody was faster. */
export function* removeObject(
  request: ResourceRequest,
  object: KubeObject,
  expectedRevision: number,
  note: WriteNote,
): Task<KubeObject | undefined> {
  const { server, resource } = request;
  const key = resource.key(object.metadata.namespace, object.metadata.name);
  if (request.isDryRun) return server.etcd.get(key)?.modRevision === expectedRevision ? object : undefined;
  const events = yield* commit(
    request,
    [{ key, target: 'mod', equals: expectedRevision }],
    { kind: 'delete', key },
    object,
    note,
  );
  const revision = events?.[0]?.revision;
  return revision === undefined ? undefined : withResourceVersion(object, revision);
}

function* commit(
  request: ResourceRequest,
  compare: readonly Compare[],
  operation: Operation,
  object: KubeObject,
  note: WriteNote,
): Task<readonly EtcdEvent[] | undefined> {
  const result = yield* request.server.etcd.txn({
    compare,
    operations: [operation],
    onCommit: (revision) => record(request, object, note, revision),
  });
  return result.succeeded ? result.events : undefined;
}

/** An Event tells of what was recorded when it happened: writing it down is no news. */
const isReport = ({ resource }: ResourceRequest): boolean => lifetimes[resource.prefix] !== undefined;

function record(request: ResourceRequest, object: KubeObject, note: WriteNote, revision: number): number {
  if (isReport(request)) return request.server.context.cause;
  const { kind } = request.resource.descriptor;
  const subject = subjectOf(kind, object);
  const actor = actorOf(request);
  const lane: OccurrenceKind = note.isHeartbeat ? 'heartbeat' : 'api';
  return request.server.context.record({
    kind: lane,
    reason: note.reason,
    subjects: [subject],
    message: [subject, note.deed, 'by', actor].join(' '),
    actor,
    data: { revision },
  });
}

/** Whether two states differ in nothing but revisions and the times of field managers. */
export function isSameButForTimes(a: KubeObject, b: KubeObject): boolean {
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  for (const key in left)
    if (key !== 'metadata' && left[key] !== right[key] && !equalJson(left[key], right[key])) return false;
  for (const key in right) if (key !== 'metadata' && right[key] !== undefined && left[key] === undefined) return false;
  const { managedFields, resourceVersion: _, ...metadata } = a.metadata;
  const { managedFields: otherFields, resourceVersion: __, ...otherMetadata } = b.metadata;
  return equalJson(metadata, otherMetadata) && haveSameFields(managedFields, otherFields);
}

function haveSameFields(a: readonly ManagedFieldsEntry[] = [], b: readonly ManagedFieldsEntry[] = []): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((entry, at) => {
    const { time: _, ...rest } = entry;
    const { time: __, ...otherRest } = b[at] as ManagedFieldsEntry;
    return equalJson(rest, otherRest);
  });
}
