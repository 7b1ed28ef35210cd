// RFC 6902 as the API server understands it, which is laxer: replace adds, copy takes what is not there, indexes may be negative.
// Upstream: the library gopkg.in/evanphx/json-patch.v4. Shares with the document what the patch does not touch.
import { equalJson, type Json } from '@/base/json.ts';
import { PatchError } from './patch-error.ts';

/** One operation; `value` left out means null. */
export interface JsonPatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: Json;
}

type Container = Json[] | Record<string, Json | undefined>;

const isContainer = (value: Json | undefined): value is Json[] | { readonly [key: string]: Json | undefined } =>
  value !== null && typeof value === 'object';
const copyOf = (value: Json): Container =>
  Array.isArray(value) ? [...(value as Json[])] : { ...(value as Record<string, Json>) };
const unescape = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** A document under change: containers on the way to a change are copied once, everything else stays shared. */
class Draft {
  private readonly copied = new Set<Container>();

  constructor(public root: Json) {}

  private own(value: Json): Container {
    if (this.copied.has(value as Container)) return value as Container;
    const copy = copyOf(value);
    this.copied.add(copy);
    return copy;
  }

  /** The container that `path` points into and the last part of the path; undefined when there is none. */
  find(path: string): { readonly container: Container; readonly key: string } | undefined {
    const parts = path.split('/');
    if (parts.length < 2 || !isContainer(this.root)) return undefined;
    let container = this.own(this.root);
    this.root = container as Json;
    for (const part of parts.slice(1, -1)) {
      const key = unescape(part);
      const at = Array.isArray(container) ? indexIn(container, key, container.length - 1) : key;
      const next = at === undefined ? undefined : (container as Record<string | number, Json | undefined>)[at];
      if (!isContainer(next)) return undefined;
      const own = this.own(next);
      (container as Record<string | number, unknown>)[at as string] = own;
      container = own;
    }
    return { container, key: unescape(parts.at(-1) ?? '') };
  }
}

/** The index that `key` means in a list, at most `last`; undefined when it means none. */
function indexIn(list: readonly Json[], key: string, last: number): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined;
  const index = Number(key);
  if (index > last || index < -list.length) return undefined;
  return index < 0 ? index + list.length : index;
}

const invalidIndex = (key: string) =>
  /^[+-]?\d+$/.test(key)
    ? `Unable to access invalid index: ${Number(key)}: invalid index referenced`
    : `strconv.Atoi: parsing "${key}": invalid syntax`;

function add({ container, key }: { container: Container; key: string }, value: Json, failure: string): void {
  if (!Array.isArray(container)) {
    container[key] = value;
  } else if (key === '-') {
    container.push(value);
  } else {
    const index = indexIn(container, key, container.length);
    if (index === undefined) throw new PatchError(`${failure}: ${invalidIndex(key)}`);
    container.splice(index, 0, value);
  }
}

function remove({ container, key }: { container: Container; key: string }, failure: string): void {
  if (Array.isArray(container)) {
    const index = indexIn(container, key, container.length - 1);
    if (index === undefined) throw new PatchError(`${failure}: ${invalidIndex(key)}`);
    container.splice(index, 1);
  } else {
    if (container[key] === undefined)
      throw new PatchError(`${failure}: Unable to remove nonexistent key: ${key}: missing value`);
    delete container[key];
  }
}

/** The value there, undefined when an object lacks the key; throws when a list has no such index. */
function get({ container, key }: { container: Container; key: string }, failure: string): Json | undefined {
  if (!Array.isArray(container)) return container[key];
  const index = indexIn(container, key, container.length - 1);
  if (index === undefined) throw new PatchError(failure);
  return container[index];
}

function replace(draft: Draft, path: string, value: Json): void {
  if (path === '') {
    if (!isContainer(value)) throw new PatchError('replace operation value must be object or array');
    draft.root = value;
    return;
  }
  const place = draft.find(path);
  if (!place) throw new PatchError(`replace operation does not apply: doc is missing path: ${path}: missing value`);
  get(place, `replace operation does not apply: doc is missing key: ${path}: missing value`);
  if (Array.isArray(place.container))
    place.container[indexIn(place.container, place.key, place.container.length - 1) as number] = value;
  else place.container[place.key] = value;
}

function test(draft: Draft, path: string, expected: Json): void {
  const place = path === '' ? undefined : draft.find(path);
  if (path !== '' && !place)
    throw new PatchError(`test operation does not apply: is missing path: ${path}: missing value`);
  const actual = place ? get(place, `error in test for path: '${path}'`) : draft.root;
  if (!equalJson(actual ?? null, expected)) throw new PatchError(`testing value ${path} failed: test failed`);
}

function moveOrCopy(draft: Draft, kind: 'move' | 'copy', from: string, path: string): void {
  const source = draft.find(from);
  if (!source)
    throw new PatchError(`${kind} operation does not apply: doc is missing from path: ${from}: missing value`);
  const value = get(source, `error in ${kind} for path: '${from}'`) ?? null;
  if (kind === 'move') remove(source, `error in move for path: '${from}'`);
  const target = draft.find(path);
  if (!target)
    throw new PatchError(`${kind} operation does not apply: doc is missing destination path: ${path}: missing value`);
  add(target, value, kind === 'move' ? `error in move for path: '${path}'` : 'error while adding value during copy');
}

function perform(draft: Draft, { op, path, from = '', value = null }: JsonPatchOperation): void {
  if (
    typeof op === 'string' &&
    ['add', 'remove', 'replace', 'move', 'test', 'copy'].includes(op) &&
    typeof path !== 'string'
  ) {
    throw new PatchError(`${op} operation failed to decode path: missing value`);
  }
  const at = path ?? '';
  switch (op) {
    case 'add': {
      const place = draft.find(at);
      if (!place) throw new PatchError(`add operation does not apply: doc is missing path: "${at}": missing value`);
      return add(place, value, `error in add for path: '${at}'`);
    }
    case 'remove': {
      const place = draft.find(at);
      if (!place) throw new PatchError(`remove operation does not apply: doc is missing path: "${at}": missing value`);
      return remove(place, `error in remove for path: '${at}'`);
    }
    case 'replace':
      return replace(draft, at, value);
    case 'test':
      return test(draft, at, value);
    case 'move':
    case 'copy':
      return moveOrCopy(draft, op, from, at);
    default:
      throw new PatchError(`Unexpected kind: ${op ?? 'unknown'}`);
  }
}

/** The document with all operations done; throws {@link PatchError} at the first that fails. */
export function jsonPatch<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  const draft = new Draft(document as Json);
  for (const operation of operations) perform(draft, operation);
  return draft.root as T;
}
