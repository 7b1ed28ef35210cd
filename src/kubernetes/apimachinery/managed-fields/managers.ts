// Who owns which fields of an object. An owner is an entry of managedFields as objects carry it, so that reading costs nothing and what
// does not change is stored again as it is. Upstream: apimachinery/pkg/util/managedfields.
import type { ManagedFieldsEntry } from '../meta/meta.ts';
import { union, type FieldSet } from './field-set.ts';
import { shared } from './field-set-pool.ts';

/** What one manager owns by one kind of operation, in one version, through one subresource. */
export type Owner = ManagedFieldsEntry;

/** An object's owners, each of them once. */
export type Managers = readonly Owner[];

/** Who writes, and how. */
export interface Identity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

/** Whether the owner is this writer. The version counts for updaters only, so that an applier keeps its fields when it moves to another. */
export function isOwner(owner: Owner, { manager, operation, apiVersion, subresource }: Identity): boolean {
  return (
    owner.manager === manager &&
    owner.operation === operation &&
    (operation === 'Apply' || owner.apiVersion === apiVersion) &&
    (owner.subresource ?? '') === subresource
  );
}

/** What upstream sorts owners by in messages: their identity as JSON. */
export function identityText({ manager, operation, apiVersion, subresource }: Owner): string {
  return JSON.stringify({
    manager,
    operation,
    ...(operation === 'Update' ? { apiVersion } : {}),
    ...(subresource ? { subresource } : {}),
  });
}

/** The owner's fields; an entry without any counts as the empty set. */
export function fieldsOwned({ fieldsV1 }: Owner): FieldSet {
  for (const _ in fieldsV1) return fieldsV1;
  return undefined;
}

/** An entry for these fields; equal sets become one object. */
export function ownerOf(
  { manager, operation, apiVersion, subresource }: Identity,
  time: string | undefined,
  fields: FieldSet,
): Owner {
  return {
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields ? shared(fields, `${manager} ${subresource} ${apiVersion}`) : {},
    ...(subresource ? { subresource } : {}),
  };
}

/** The owner with other fields. */
export function withFields(owner: Owner, fields: FieldsOf): Owner {
  return { ...owner, fieldsV1: shared(fields, `${owner.manager} ${owner.subresource ?? ''} ${owner.apiVersion}`) };
}

type FieldsOf = NonNullable<FieldSet>;

const noOwners: Managers = [];

/** The owners that a stored object tells of. */
export function storedManagers(entries: Managers | null | undefined): Managers {
  return entries ?? noOwners;
}

function isValid(entry: ManagedFieldsEntry): boolean {
  return (
    (entry.operation === 'Apply' || entry.operation === 'Update') &&
    (entry.apiVersion ?? '') !== '' &&
    entry.fieldsType === 'FieldsV1'
  );
}

/** The owners that a client sent; undefined when they make no sense. Of entries for one owner the last counts. */
export function sentManagers(entries: Managers | null | undefined): Managers | undefined {
  if (!entries?.every(isValid)) return undefined;
  const byIdentity = new Map(entries.map((entry) => [identityText(entry), entry]));
  return byIdentity.size === entries.length ? entries : [...byIdentity.values()];
}

const order = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);

/** Upstream's order of managedFields. */
export function inOrder(a: Owner, b: Owner): number {
  return (
    order(a.operation, b.operation) ||
    order(a.time, b.time) ||
    order(a.manager, b.manager) ||
    order(a.apiVersion, b.apiVersion) ||
    order(a.subresource, b.subresource)
  );
}

/** The owners in order; `before` itself when they are the same. */
export function sorted(managers: Owner[], before: Managers): Managers {
  managers.sort(inOrder);
  return managers.length === before.length && managers.every((owner, at) => owner === before[at]) ? before : managers.slice();
}

/** Updaters that an object remembers; older ones are thrown together. Upstream: DefaultMaxUpdateManagers. */
const maxUpdaters = 10;

/** Throws the oldest updaters of a version together, as `ancient-changes`, until there are no more than ten. */
export function capUpdaters(managers: Owner[]): Owner[] {
  let count = managers.reduce((sum, owner) => sum + (owner.operation === 'Update' ? 1 : 0), 0);
  if (count <= maxUpdaters) return managers;
  const updaters = managers.filter((owner) => owner.operation === 'Update');
  updaters.sort((a, b) => order(a.time, b.time) || order(identityText(a), identityText(b)));
  const kept = new Set(managers);
  const buckets = new Map<string, Owner>();
  for (const owner of updaters) {
    if (count <= maxUpdaters) break;
    const identity: Identity = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: owner.apiVersion ?? '',
      subresource: '',
    };
    const gathered = buckets.get(identity.apiVersion) ?? managers.find((other) => isOwner(other, identity)) ?? owner;
    if (gathered === owner) {
      buckets.set(identity.apiVersion, owner);
      continue;
    }
    const bucket = ownerOf(identity, owner.time, union(fieldsOwned(owner), fieldsOwned(gathered)));
    kept.delete(gathered);
    kept.delete(owner);
    kept.add(bucket);
    buckets.set(identity.apiVersion, bucket);
    count--;
  }
  return [...kept];
}
