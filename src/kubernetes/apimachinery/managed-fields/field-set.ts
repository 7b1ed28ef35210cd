// Sets of field paths, kept in the very form in which objects carry them (FieldsV1), so that reading and storing one costs nothing.
// A node with no keys, or with the key ".", is in the set itself; its other keys lead to paths below it. The empty set is `undefined`.
// Upstream: the library structured-merge-diff, package fieldpath.
import type { FieldsV1 } from '../meta/meta.ts';

/** A set of paths; undefined when it is empty. */
export type FieldSet = FieldsV1 | undefined;

/** A path that is in the set and has none below it. One object for all. */
export const leaf: FieldsV1 = Object.freeze({});

const self = '.';

export function isMember(node: FieldsV1): boolean {
  if (node === leaf || self in node) return true;
  for (const _ in node) return false;
  return true;
}

/** A node from its parts; undefined when it holds nothing. `children` is taken over, not copied. */
export function node(isInSet: boolean, children: Record<string, FieldsV1> | undefined): FieldSet {
  let isEmpty = true;
  for (const _ in children) {
    isEmpty = false;
    break;
  }
  if (isEmpty) return isInSet ? leaf : undefined;
  return isInSet ? { [self]: leaf, ...children } : children;
}

/** What the set holds below one element, as a set of its own: of its children, not the element. */
export function below(set: FieldSet, element: string): FieldSet {
  const child = set?.[element];
  if (!child || child === leaf) return undefined;
  if (!(self in child)) {
    for (const _ in child) return child;
    return undefined;
  }
  const { [self]: _, ...children } = child;
  return node(false, children);
}

/** Whether the set holds the element itself. */
export function has(set: FieldSet, element: string): boolean {
  const child = set?.[element];
  return child !== undefined && isMember(child);
}

/** Both sets; `a` itself when it holds all of `b`. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  return unionOfNodes(a, b);
}

function unionOfNodes(a: FieldsV1, b: FieldsV1): FieldsV1 {
  if (a === b || b === leaf) return isMember(a) || b !== leaf ? a : { [self]: leaf, ...a };
  let result: Record<string, FieldsV1> | undefined;
  if (isMember(b) && !isMember(a)) result = { [self]: leaf, ...a };
  else if (isMember(a) && !(self in a)) result = { [self]: leaf };
  for (const key in b) {
    if (key === self) continue;
    const [left, right] = [a[key], b[key] as FieldsV1];
    const both = left ? unionOfNodes(left, right) : right;
    if (both !== left) (result ??= { ...a })[key] = both;
  }
  return result ?? a;
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined) return a;
  return differenceOfChildren(a, b, false);
}

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined) return a;
  return differenceOfChildren(a, b, true);
}

function differenceOfChildren(a: FieldsV1, b: FieldsV1, isDeep: boolean): FieldSet {
  let kept: Record<string, FieldsV1> | undefined;
  for (const key in b) {
    const mine = a[key];
    if (key === self || mine === undefined) continue;
    const other = b[key] as FieldsV1;
    const rest = isDeep && isMember(other) ? undefined : differenceOfNodes(mine, other, isDeep);
    if (rest === mine) continue;
    kept ??= { ...a };
    if (rest) kept[key] = rest;
    else delete kept[key];
  }
  if (!kept) return a;
  for (const _ in kept) return kept;
  return undefined;
}

function differenceOfNodes(a: FieldsV1, b: FieldsV1, isDeep: boolean): FieldSet {
  const wasMember = isMember(a);
  const stays = wasMember && !isMember(b);
  const rest = differenceOfChildren(a, b, isDeep);
  if (rest === a && stays === wasMember) return a;
  if (rest === undefined) return stays ? leaf : undefined;
  const { [self]: _, ...children } = rest;
  return node(stays, children);
}

/** The paths that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return a;
  let both: Record<string, FieldsV1> | undefined;
  for (const key in a) {
    const other = b[key];
    if (key === self || other === undefined) continue;
    const mine = a[key] as FieldsV1;
    const shared = node(isMember(mine) && isMember(other), childrenOf(intersection(mine, other)));
    if (shared) (both ??= {})[key] = shared;
  }
  return both;
}

function childrenOf(set: FieldSet): Record<string, FieldsV1> | undefined {
  if (!set) return undefined;
  const { [self]: _, ...children } = set;
  return children;
}

/** Whether two sets hold the same paths. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  if (left.length !== right.length) return false;
  return left.every((key) => key in b && (key === self || equalSets(a[key], b[key])));
}

/** Calls `visit` with the elements of every path in the set: those of one place before those below it, each in order. */
export function forEachPath(
  set: FieldSet,
  visit: (path: readonly string[]) => void,
  path: readonly string[] = [],
): void {
  if (!set) return;
  const elements = Object.keys(set)
    .filter((key) => key !== self)
    .sort();
  for (const element of elements) if (isMember(set[element] as FieldsV1)) visit([...path, element]);
  for (const element of elements) forEachPath(set[element], visit, [...path, element]);
}

/** A set of the paths given as lists of field names. */
export function fieldSetOf(paths: readonly (readonly string[])[]): FieldSet {
  return paths.reduce<FieldSet>(
    (set, path) =>
      union(
        set,
        path.reduceRight<FieldsV1>((inner, name) => ({ [`f:${name}`]: inner }), leaf),
      ),
    undefined,
  );
}
