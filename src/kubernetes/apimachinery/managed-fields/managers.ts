// Who owns which fields of an object: its managedFields, read and written. Upstream: apimachinery/pkg/util/managedfields.
import type { ManagedFieldsEntry } from '../meta/meta.ts';
import { union, type FieldSet } from './field-set.ts';
import { shared } from './field-set-pool.ts';

/** What one manager owns by one kind of operation, in one version, through one subresource. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; undefined for an apply that took fields but changed nothing. */
  readonly time: string | undefined;
  /** Never empty in {@link Managers}, except of entries that came so. */
  readonly fields: FieldSet;
  /** The entry that it was read from, while nothing has changed. */
  readonly entry?: ManagedFieldsEntry;
}

/** Owners by their identity. */
export type Managers = ReadonlyMap<string, Owner>;

type Identity = Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** An owner's identity: its version counts for updaters only, so that an applier keeps its fields when it moves to another version. */
export function identityOf({ manager, operation, apiVersion, subresource }: Identity): string {
  return `${manager}\n${operation}\n${operation === 'Update' ? apiVersion : ''}\n${subresource}`;
}

/** What upstream sorts owners by in messages: their identity as JSON. */
export function identityText({ manager, operation, apiVersion, subresource }: Identity): string {
  const version = operation === 'Update' ? { apiVersion } : {};
  return JSON.stringify({ manager, operation, ...version, ...(subresource ? { subresource } : {}) });
}

const none: Managers = new Map();
const read = new WeakMap<readonly ManagedFieldsEntry[], Managers>();

function isValid(entry: ManagedFieldsEntry): boolean {
  return (entry.operation === 'Apply' || entry.operation === 'Update') && (entry.apiVersion ?? '') !== '' && entry.fieldsType === 'FieldsV1';
}

/** The owners that managedFields tell of; undefined when an entry is malformed. Do not change the map. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined | null): Managers | undefined {
  if (!entries || entries.length === 0) return none;
  const known = read.get(entries);
  if (known) return known;
  const managers = new Map<string, Owner>();
  for (const entry of entries) {
    if (!isValid(entry)) return undefined;
    const fields = entry.fieldsV1;
    const owner: Owner = {
      manager: entry.manager ?? '',
      operation: entry.operation ?? 'Update',
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time,
      fields: fields && Object.keys(fields).length > 0 ? fields : undefined,
      entry,
    };
    managers.set(identityOf(owner), owner);
  }
  read.set(entries, managers);
  return managers;
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(a: Owner, b: Owner): number {
  return (
    text(a.operation, b.operation) || text(a.time ?? '', b.time ?? '') || text(a.manager, b.manager) || text(a.apiVersion, b.apiVersion) || text(a.subresource, b.subresource)
  );
}

function entryOf(owner: Owner): ManagedFieldsEntry {
  if (owner.entry) return owner.entry;
  return {
    manager: owner.manager,
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time === undefined ? {} : { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: owner.fields ? shared(owner.fields) : {},
    ...(owner.subresource ? { subresource: owner.subresource } : {}),
  };
}

/** The last list written for a set that a single owner has: creates of one template in one second share it. */
const single = new WeakMap<object, readonly ManagedFieldsEntry[]>();

function writeSingle(owner: Owner): readonly ManagedFieldsEntry[] {
  const entry = entryOf(owner);
  const fields = entry.fieldsV1 ?? {};
  const last = single.get(fields);
  const [known] = last ?? [];
  const isSame = known && known.manager === entry.manager && known.time === entry.time && known.operation === entry.operation;
  if (last && isSame && known.apiVersion === entry.apiVersion && known.subresource === entry.subresource) return last;
  const entries = [entry];
  single.set(fields, entries);
  return entries;
}

/** managedFields of these owners, in upstream's order; `stored` itself when they are the same, undefined when there are none. */
export function writeManagers(managers: Managers, stored?: readonly ManagedFieldsEntry[] | null): readonly ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  const owners = [...managers.values()];
  const [first] = owners;
  if (first && owners.length === 1 && !first.entry) return writeSingle(first);
  const entries = owners.sort(inOrder).map(entryOf);
  if (stored?.length === entries.length && entries.every((entry, at) => entry === stored[at])) return stored;
  read.set(entries, new Map(owners.map((owner, at) => [identityOf(owner), { ...owner, fields: entries[at]?.fieldsV1, entry: entries[at] }])));
  return entries;
}

/** Updaters that an object remembers; older ones are thrown together. Upstream: DefaultMaxUpdateManagers. */
const maxUpdaters = 10;

/** Throws the oldest updaters of a version together, as `ancient-changes`, until there are no more than ten. */
export function capUpdaters(managers: Map<string, Owner>): void {
  let count = 0;
  for (const owner of managers.values()) if (owner.operation === 'Update') count++;
  if (count <= maxUpdaters) return;
  const updaters = [...managers].filter(([, owner]) => owner.operation === 'Update');
  updaters.sort(([a, left], [b, right]) => text(left.time ?? '', right.time ?? '') || text(identityText(left), identityText(right)) || text(a, b));
  const firstOf = new Map<string, string>();
  for (const [identity, owner] of updaters) {
    if (count <= maxUpdaters) break;
    const bucketOwner: Owner = { ...owner, manager: 'ancient-changes', subresource: '', entry: undefined };
    const bucket = identityOf(bucketOwner);
    const first = firstOf.get(owner.apiVersion);
    if (first === undefined) {
      firstOf.set(owner.apiVersion, identity);
      continue;
    }
    const gathered = managers.get(bucket) ?? managers.get(first);
    if (!managers.has(bucket)) managers.delete(first);
    managers.delete(identity);
    managers.set(bucket, { ...bucketOwner, fields: union(owner.fields, gathered?.fields) });
    count--;
  }
}
