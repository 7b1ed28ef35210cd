// One object for equal field sets: all pods of one template carry the same managedFields, and pods that differ in one
// address share the rest.
import type { FieldsV1 } from '../meta/meta.ts';
import { leaf } from './field-set.ts';

function size(node: FieldsV1): number {
  let count = 0;
  for (const _ in node) count++;
  return count;
}

/** `model` when the sets are equal, else `node` with those parts of `model` that are equal to its own. */
function likened(node: FieldsV1, model: FieldsV1): FieldsV1 {
  if (node === model || node === leaf || model === leaf) return node;
  let copy: Record<string, FieldsV1> | undefined;
  let isSame = true;
  for (const key in node) {
    const [mine, other] = [node[key] as FieldsV1, model[key]];
    if (mine === other) continue;
    const shared = other ? likened(mine, other) : mine;
    if (shared !== other) isSame = false;
    if (shared !== mine) (copy ??= { ...node })[key] = shared;
  }
  return isSame && size(node) === size(model) ? model : (copy ?? node);
}

const recentSets = 8;
const knownWriters = 64;

/** The sets that each writer stored last, newest last. Bounded, and only a matter of memory: what it forgets is stored once more. */
const recent = new Map<string, FieldsV1[]>();

/** The object that stands for this set among those that `writer` stored of late. */
export function shared(set: FieldsV1, writer: string): FieldsV1 {
  let sets = recent.get(writer);
  if (!sets) {
    if (recent.size >= knownWriters) recent.clear();
    recent.set(writer, (sets = []));
  }
  // Once likened to the newest, a set has most parts in common with all of them, and comparing is quick.
  const newest = sets.at(-1);
  const stored = newest ? likened(set, newest) : set;
  for (const known of sets) if (known === stored || isEqual(stored, known)) return known;
  if (sets.length >= recentSets) sets.shift();
  sets.push(stored);
  return stored;
}

function isEqual(a: FieldsV1, b: FieldsV1): boolean {
  if (a === b) return true;
  for (const key in a) {
    const [left, right] = [a[key] as FieldsV1, b[key]];
    if (left !== right && (!right || !isEqual(left, right))) return false;
  }
  return size(a) === size(b);
}
