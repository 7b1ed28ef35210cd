// How ownership moves when an object changes: what an update takes over, what other managers lose.
// Upstream: structured-merge-diff, package merge (Updater).
import type { Comparison } from './compare.ts';
import { difference, intersection, union, type FieldSet } from './field-set.ts';
import { fieldsOwned, isOwner, ownerOf, withFields, type Identity, type Managers, type Owner } from './managers.ts';

/** The fields that a write would take from another owner. */
export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

const changedBy = (comparison: Comparison) => union(comparison.modified, comparison.added);

/** What others than the writer own and the write changes. */
export function conflictsOf(managers: Managers, comparison: Comparison, writer: Identity): readonly Conflict[] {
  const changed = changedBy(comparison);
  return managers.flatMap((owner) => {
    const fields = isOwner(owner, writer) ? undefined : intersection(fieldsOwned(owner), changed);
    return fields ? [{ owner, fields }] : [];
  });
}

/** What an owner is left with when someone else writes; undefined when that is nothing. */
function afterAnother(owner: Owner, changed: FieldSet, removed: FieldSet): Owner | undefined {
  const fields = fieldsOwned(owner);
  const rest = difference(difference(fields, changed), removed);
  if (!rest) return undefined;
  return rest === fields ? owner : withFields(owner, rest);
}

/** The owners but the writer after its write, in no order. */
export function othersAfter(managers: Managers, comparison: Comparison, writer: Identity): Owner[] {
  const changed = changedBy(comparison);
  const others: Owner[] = [];
  for (const owner of managers) {
    const left = isOwner(owner, writer) ? undefined : afterAnother(owner, changed, comparison.removed);
    if (left) others.push(left);
  }
  return others;
}

/** The owners after an update, in no order: the writer owns what it changed and keeps what it had. */
export function afterUpdate(managers: Managers, comparison: Comparison, writer: Identity, time: string): Owner[] {
  const changed = changedBy(comparison);
  const previous = managers.find((owner) => isOwner(owner, writer));
  const result = othersAfter(managers, comparison, writer);
  if (!changed) {
    const left = previous && afterAnother(previous, undefined, comparison.removed);
    if (left) result.push(left);
    return result;
  }
  const before = previous && fieldsOwned(previous);
  const fields = union(difference(before, comparison.removed), changed);
  const isSame = fields === before && previous?.time === time;
  result.push(isSame ? previous : ownerOf(writer, time, fields));
  return result;
}
