// Server-side apply: lays the applied object over the live one, takes away what its manager no longer applies and nobody
// else owns, and refuses to take others' fields.
// Upstream: apimachinery/pkg/util/managedfields (Apply), structured-merge-diff, package merge.
import { equalJson } from '@/base/json.ts';
import type { Status } from '../meta/meta.ts';
import { checkValue } from './check.ts';
import { applyConflictStatus, listConflicts, type ApplyConflict } from './conflicts.ts';
import { difference, equalSets, fieldSetOf, intersection, union, type FieldSet } from './field-set.ts';
import { allowedByLastApplied, lastAppliedOf, withLastApplied } from './last-applied.ts';
import {
  fieldsOwned,
  isOwner,
  ownerOf,
  sorted,
  storedManagers,
  type Identity,
  type Managers,
  type Owner,
} from './managers.ts';
import { withNamedFields } from './named-fields.ts';
import { conflictsOf, othersAfter, type Conflict } from './ownership.ts';
import { ItemError } from './path-element.ts';
import { mergeValues } from './merge.ts';
import { removeFields } from './remove.ts';
import { shapeOf, type Shape } from './shape.ts';
import {
  compareForEndpoint,
  defaultResets,
  emptyObject,
  metadataOf,
  updatedManagers,
  withManagedFields,
  withoutResets,
  type FieldPaths,
} from './track-update.ts';
import { fieldsOf } from './value-fields.ts';

type JsonMap = Readonly<Record<string, unknown>>;

export interface ApplyOptions<T> {
  /** The OpenAPI model of the object; undefined for custom resources, whose types are deduced. */
  readonly model: string | undefined;
  /** The version of the endpoint: `apps/v1`. */
  readonly apiVersion: string;
  /** The object as stored; undefined when the apply creates it. */
  readonly live: T | undefined;
  /** The object as the client sent it, neither decoded nor defaulted. */
  readonly applied: JsonMap;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339 with seconds. */
  readonly time: string;
  readonly subresource?: string;
  /** As for trackUpdate. */
  readonly resetFields?: FieldPaths;
}

/**
 * `object` is the merged object as JSON, to be decoded and defaulted, or the live one where its values stay (`isChanged` false); its
 * managedFields are set. `error` is a 400 where the client broke a rule of apply and else a 500, as upstream answers them.
 */
export type ApplyResult<T> =
  | { readonly object: T; readonly isChanged: boolean }
  | { readonly conflicts: readonly ApplyConflict[]; readonly status: Status }
  | { readonly error: string; readonly code: 400 | 500 };

/** Paths that nobody owns. */
const unowned = fieldSetOf([
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['metadata', name]),
]);

/** What was merged, before anyone is asked. */
interface Merged {
  readonly object: JsonMap;
  readonly others: Owner[];
  /** What the applier then owns. */
  readonly fields: FieldSet;
  readonly previous: Owner | undefined;
  readonly conflicts: readonly Conflict[];
}

/** Everything that some owner has in any version. */
function ownedByAny(managers: Managers): FieldSet {
  return managers.reduce<FieldSet>((all, owner) => union(all, fieldsOwned(owner)), undefined);
}

/** Takes out of the merged object what its manager applied last time, no longer does, and nobody else owns. */
function prune(shape: Shape, merged: JsonMap, owned: FieldSet, last: FieldSet): JsonMap {
  if (!last) return merged;
  const named = (set: FieldSet) => withNamedFields(shape, set);
  const lastNamed = named(last);
  const all = named(fieldsOf(shape, merged));
  const bare = removeFields(shape, merged, lastNamed);
  const stays = union(named(fieldsOf(shape, bare)), named(owned));
  const pruned = removeFields(shape, merged, difference(all, stays));
  const left = named(fieldsOf(shape, pruned));
  return (removeFields(shape, merged, intersection(difference(all, left), lastNamed)) ?? {}) as JsonMap;
}

function merge(
  shape: Shape,
  live: JsonMap,
  managers: Managers,
  applied: JsonMap,
  writer: Identity,
  resets: FieldPaths,
): Merged {
  const previous = managers.find((owner) => isOwner(owner, writer));
  const others = managers.filter((owner) => owner !== previous);
  const fields = withoutResets(fieldsOf(shape, applied), resets);
  const merged = (mergeValues(shape, live, applied) ?? {}) as JsonMap;
  const object = prune(shape, merged, union(ownedByAny(others), fields), previous && fieldsOwned(previous));
  const comparison = compareForEndpoint(shape, live, object, resets);
  return {
    object,
    others: othersAfter(others, comparison, writer),
    fields: difference(fields, unowned),
    previous,
    conflicts: conflictsOf(others, comparison, writer),
  };
}

/** The owners after an apply. One that took fields but changed no value has no time, or keeps the one it had. */
function ownersAfter(
  { others, fields, previous }: Merged,
  writer: Identity,
  time: string | undefined,
  before: Managers,
): Managers {
  const at = time ?? previous?.time;
  if (!fields) return sorted(others, before);
  const isSame =
    previous &&
    previous.time === at &&
    previous.apiVersion === writer.apiVersion &&
    equalSets(fieldsOwned(previous), fields);
  return sorted([...others, isSame ? previous : ownerOf(writer, at, fields)], before);
}

/** The conflicts that kubectl's own client-side apply does not explain. */
function unexplained(
  shape: Shape,
  live: JsonMap,
  manager: string,
  conflicts: readonly Conflict[],
): readonly Conflict[] {
  const allowed = manager === 'kubectl' ? allowedByLastApplied(shape, live) : undefined;
  if (!allowed) return conflicts;
  return conflicts.flatMap((conflict) => {
    const fields = difference(conflict.fields, allowed);
    return fields ? [{ ...conflict, fields }] : [];
  });
}

/** `namespace/name; group/version, Kind=kind` */
function described(applied: JsonMap): string {
  const { name = '', namespace = '' } = metadataOf(applied) as { readonly name?: string; readonly namespace?: string };
  const apiVersion = String(applied.apiVersion ?? '');
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return `${namespace}/${name}; ${group}/${version}, Kind=${String(applied.kind ?? '')}`;
}

function refusal<T>(
  { applied, apiVersion }: ApplyOptions<T>,
  shape: Shape,
): { readonly error: string; readonly code: 400 | 500 } | undefined {
  const managedFields = metadataOf(applied).managedFields;
  if (managedFields !== undefined && managedFields !== null)
    return { error: 'metadata.managedFields must be nil', code: 400 };
  if (typeof applied.kind !== 'string' || applied.kind === '')
    return { error: `Object 'Kind' is missing in '${JSON.stringify(applied)}'`, code: 400 };
  if (applied.apiVersion !== apiVersion) {
    return {
      error: `Incorrect version specified in apply patch. Specified patch version: ${String(applied.apiVersion)}, expected: ${apiVersion}`,
      code: 400,
    };
  }
  const errors = checkValue(shape, applied);
  if (errors.length === 0) return undefined;
  const text = errors.length === 1 ? errors[0] : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`;
  return { error: `failed to create typed patch object (${described(applied)}): ${text}`, code: 500 };
}

/** Objects whose changes were never tracked: all they have counts as done before the first apply. */
function trackedBefore<T>(
  live: JsonMap,
  { model, apiVersion, time, subresource, resetFields }: ApplyOptions<T>,
): Managers {
  const managers = storedManagers(metadataOf(live).managedFields);
  if (managers.length > 0) return managers;
  return updatedManagers(managers, {
    model,
    apiVersion,
    live: undefined,
    next: live,
    manager: 'before-first-apply',
    time,
    subresource,
    resetFields,
  });
}

/** Applies an object on behalf of its manager. */
export function applyPatch<T>(options: ApplyOptions<T>): ApplyResult<T> {
  try {
    return applyToLive(options);
  } catch (error) {
    if (error instanceof ItemError) return { error: error.message, code: 500 };
    throw error;
  }
}

function applyToLive<T>(options: ApplyOptions<T>): ApplyResult<T> {
  const { model, manager, force, time, apiVersion, subresource = '' } = options;
  const shape = shapeOf(model);
  const refused = refusal(options, shape);
  if (refused) return refused;
  const stored = (options.live ?? emptyObject(model)) as JsonMap;
  const live = withManagedFields(stored, []);
  const writer: Identity = { manager, operation: 'Apply', apiVersion, subresource };
  const merged = merge(
    shape,
    live,
    trackedBefore(stored, options),
    options.applied,
    writer,
    options.resetFields ?? defaultResets(subresource),
  );
  const conflicts = force ? [] : unexplained(shape, live, manager, merged.conflicts);
  if (conflicts.length > 0) {
    const listed = listConflicts(conflicts);
    return { conflicts: listed, status: applyConflictStatus(listed) };
  }
  const isChanged = !equalJson(live, merged.object);
  const owners = ownersAfter(
    merged,
    writer,
    isChanged ? time : undefined,
    storedManagers(metadataOf(stored).managedFields),
  );
  const object = isChanged ? merged.object : stored;
  const annotated =
    manager === 'kubectl' && lastAppliedOf(object) !== undefined ? withLastApplied(object, options.applied) : object;
  return { object: withManagedFields(annotated, owners) as T, isChanged: isChanged || annotated !== object };
}
