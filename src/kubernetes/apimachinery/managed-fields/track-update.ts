// Keeps managedFields through creates, updates and patches: the writer owns what it changed.
// Upstream: apimachinery/pkg/util/managedfields (Update).
import { zeroObject } from '../codec/codec.ts';
import type { ManagedFieldsEntry } from '../meta/meta.ts';
import { compareObjects, type Comparison } from './compare.ts';
import { fieldSetOf, recursiveDifference, type FieldSet } from './field-set.ts';
import { capUpdaters, sentManagers, sorted, storedManagers, type Identity, type Managers } from './managers.ts';
import { afterUpdate } from './ownership.ts';
import { shapeOf, type Shape } from './shape.ts';

type JsonMap = Readonly<Record<string, unknown>>;

interface Metadata {
  readonly uid?: string;
  readonly managedFields?: readonly ManagedFieldsEntry[] | null;
}

/** Paths that an endpoint does not write, by their field names. */
export type FieldPaths = readonly (readonly string[])[];

/** What the main endpoint of a kind with a status leaves to /status. */
export const statusPaths: FieldPaths = [['status']];
/** What the /status endpoint leaves to the main one. */
export const specPaths: FieldPaths = [['spec']];
const noPaths: FieldPaths = [];

export interface UpdateOptions<T> {
  /** The OpenAPI model of the object; undefined for custom resources, whose types are deduced. */
  readonly model: string | undefined;
  /** The version in which the writer speaks: `apps/v1`. */
  readonly apiVersion: string;
  /** The object as stored; undefined on create. */
  readonly live: T | undefined;
  /**
   * The object as the client sent it, decoded and defaulted, before the kind's strategy and admission change it: what they set belongs to
   * nobody, and what the client left out is given up. Its managedFields are those that the client sent.
   */
  readonly next: T;
  readonly manager: string;
  /** RFC 3339 with seconds. */
  readonly time: string;
  /** '' or undefined for the main endpoint. */
  readonly subresource?: string;
  /** What this endpoint does not write and therefore never owns; by default the status for the main endpoint and the spec for /status. */
  readonly resetFields?: FieldPaths;
}

/** An endpoint's reset fields, made ready: whole members are skipped, deeper paths are taken out. */
interface Resets {
  readonly members: ReadonlySet<string>;
  readonly deeper: FieldSet;
}

const prepared = new WeakMap<FieldPaths, Resets>();

function resetsOf(paths: FieldPaths): Resets {
  let resets = prepared.get(paths);
  if (!resets) {
    resets = {
      members: new Set(paths.flatMap((path) => (path.length === 1 ? path : []))),
      deeper: fieldSetOf(paths.filter((path) => path.length > 1)),
    };
    prepared.set(paths, resets);
  }
  return resets;
}

/** The reset fields of an endpoint when its kind names none. */
export function defaultResets(subresource: string | undefined): FieldPaths {
  return !subresource ? statusPaths : subresource === 'status' ? specPaths : noPaths;
}

/** Compares two objects as an endpoint does, that is without its reset fields. */
export function compareForEndpoint(shape: Shape, left: JsonMap, right: JsonMap, paths: FieldPaths): Comparison {
  const { members, deeper } = resetsOf(paths);
  const comparison = compareObjects(shape, left, right, members);
  if (!deeper) return comparison;
  return {
    added: recursiveDifference(comparison.added, deeper),
    removed: recursiveDifference(comparison.removed, deeper),
    modified: recursiveDifference(comparison.modified, deeper),
  };
}

/** Takes an endpoint's reset fields out of a set. */
export function withoutResets(fields: FieldSet, paths: FieldPaths): FieldSet {
  return paths.length === 0 ? fields : recursiveDifference(fields, fieldSetOf(paths));
}

export const metadataOf = (object: unknown): Metadata =>
  (object as { readonly metadata?: Metadata } | undefined)?.metadata ?? {};

/** The object with these managedFields, or without any; itself when it has them. */
export function withManagedFields<T>(object: T, entries: Managers): T {
  const metadata = metadataOf(object);
  if (metadata.managedFields === entries) return object;
  if (entries.length > 0) return { ...object, metadata: { ...metadata, managedFields: entries } };
  if (!('managedFields' in metadata)) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** `[{}]` asks to forget all owners, and so does `[]`; of custom resources the latter reads as if nothing had been sent. */
function isReset(entries: readonly ManagedFieldsEntry[] | null | undefined, model: string | undefined): boolean {
  if (entries?.length === 0) return model !== undefined;
  return entries?.length === 1 && Object.keys(entries[0] ?? {}).length === 0;
}

/** The owners to start from: the client's, where it sent some that make sense; a subresource cannot change them. */
function managersToStartFrom<T>({ model, live, next, subresource }: UpdateOptions<T>): Managers {
  const stored = metadataOf(live).managedFields;
  const sent = metadataOf(next).managedFields;
  if (!subresource && sent !== stored) {
    if (isReset(sent, model)) return [];
    const managers = sentManagers(sent);
    if (managers && managers.length > 0) return managers;
  }
  return storedManagers(stored);
}

/** What a create is compared with: what Go writes for an object in which nothing is set. */
export const emptyObject = (model: string | undefined): JsonMap =>
  model === undefined ? {} : (zeroObject(model) as JsonMap);

/** What {@link trackUpdate} does, for owners that are known. */
export function updatedManagers<T>(managers: Managers, options: UpdateOptions<T>): Managers {
  const { model, live, next, manager, apiVersion, subresource, time } = options;
  const before = (live ?? emptyObject(model)) as JsonMap;
  const comparison = compareForEndpoint(
    shapeOf(model),
    before,
    next as JsonMap,
    options.resetFields ?? defaultResets(subresource),
  );
  if (!comparison.added && !comparison.modified && !comparison.removed) return managers;
  const writer: Identity = {
    manager: manager || 'unknown',
    operation: 'Update',
    apiVersion,
    subresource: subresource ?? '',
  };
  const owners = sorted(capUpdaters(afterUpdate(managers, comparison, writer, time)), managers);
  return live === undefined ? sharedByCreates(owners) : owners;
}

/** The lists that creates stored last: objects of one template made in one second share theirs. */
const recent: Managers[] = [];
const recentLists = 16;

function sharedByCreates(owners: Managers): Managers {
  const [owner] = owners;
  if (!owner || owners.length > 1) return owners;
  const isSame = ([known]: Managers) =>
    known?.fieldsV1 === owner.fieldsV1 &&
    known?.time === owner.time &&
    known?.manager === owner.manager &&
    known?.subresource === owner.subresource;
  const known = recent.find(isSame);
  if (known) return known;
  if (recent.length >= recentLists) recent.shift();
  recent.push(owners);
  return owners;
}

/**
 * `next` with the managedFields it is to be stored with. Objects that carry none and were stored so stay without. Cheap for objects
 * that share their spec with others, and nearly free when nothing changed.
 */
export function trackUpdate<T>(options: UpdateOptions<T>): T {
  const { live, next } = options;
  const managers = managersToStartFrom(options);
  if (managers.length === 0 && metadataOf(live).uid) return withManagedFields(next, []);
  return withManagedFields(next, updatedManagers(managers, options));
}
