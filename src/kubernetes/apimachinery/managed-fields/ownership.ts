// How ownership moves when an object changes: what an update takes over, what other managers lose.
// Upstream: structured-merge-diff, package merge (Updater).
import { difference, intersection, union, type FieldSet } from './field-set.ts';
import type { Comparison } from './compare.ts';
import { identityOf, type Managers, type Owner } from './managers.ts';

/** Who writes. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string;
}

/** The fields that a write would take from other owners. */
export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

/** What the others own that the write changes; `self` is the writer's identity. */
export function conflictsOf(managers: Managers, comparison: Comparison, self: string): readonly Conflict[] {
  const changed = union(comparison.modified, comparison.added);
  const conflicts: Conflict[] = [];
  for (const [identity, owner] of managers) {
    const fields = identity === self ? undefined : intersection(owner.fields, changed);
    if (fields) conflicts.push({ owner, fields });
  }
  return conflicts;
}

function keep(managers: Map<string, Owner>, identity: string, owner: Owner, fields: FieldSet): void {
  if (!fields) managers.delete(identity);
  else if (fields !== owner.fields) managers.set(identity, { ...owner, fields, entry: undefined });
}

/** Everyone but `self` loses what was changed or removed; who is left with nothing is gone. */
export function takeFromOthers(managers: Map<string, Owner>, comparison: Comparison, self: string | undefined): void {
  const changed = union(comparison.modified, comparison.added);
  for (const [identity, owner] of [...managers]) {
    if (identity === self) {
      if (!owner.fields) managers.delete(identity);
      continue;
    }
    keep(managers, identity, owner, difference(difference(owner.fields, changed), comparison.removed));
  }
}

/** The owners after an update: the writer owns what it changed and keeps what it had. */
export function afterUpdate(managers: Managers, comparison: Comparison, writer: Writer, time: string): Map<string, Owner> {
  const result = new Map(managers);
  const identity = identityOf({ ...writer, operation: 'Update' });
  const changed = union(comparison.modified, comparison.added);
  const previous = changed ? result.get(identity) : undefined;
  takeFromOthers(result, comparison, previous ? identity : undefined);
  if (!changed) return result;
  const fields = union(difference(previous?.fields, comparison.removed), changed);
  const isKnown = previous !== undefined && previous.fields === fields && previous.time === time;
  if (!isKnown) result.set(identity, { ...writer, operation: 'Update', time, fields });
  return result;
}
