// Lists and single reads: of the newest state or a past one, whole or in pages. Upstream: apiserver/pkg/storage/etcd3/store.go.
import { fromBase64, toBase64 } from '@/base/base64.ts';
import { utf8Bytes, utf8Text } from '@/base/utf8.ts';
import type { KubeList, KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import {
  badRequest,
  continueExpired,
  invalid,
  notFound,
  tooLargeResourceVersion,
  tooOldResourceVersion,
} from '../../apimachinery/status/status.ts';
import {
  forbidden,
  invalid as invalidField,
  notSupported,
  fieldErrorText,
  type FieldError,
} from '../../apimachinery/validation/field-error.ts';
import { CompactedError, type RangeResult } from '../../etcd/etcd.ts';
import type { ResourceRequest } from './server.ts';
import { selectionOf, type Selection } from './selection.ts';

/** One object as it is; throws NotFound. */
export function readObject({ server, resource, request }: ResourceRequest): KubeObject {
  const name = request.name ?? '';
  const asked = request.options?.resourceVersion ?? '';
  if (asked !== '' && asked !== '0') checkNotInFuture(Number(asked), asked, server.etcd.revision);
  const found = resource.read(request.namespace, name);
  if (!found) throw new StatusError(notFound(resource.groupResource, name));
  return found;
}

/** The objects that the request selects. */
export function listObjects(request: ResourceRequest): KubeList {
  const { server, resource } = request;
  const options = request.request.options ?? {};
  const match = options.resourceVersionMatch ?? '';
  refuseListOptions(
    listOptionErrors(options.resourceVersion ?? '', match, options.sendInitialEvents, options.continue ?? ''),
  );
  const selection = selectionOf(resource, request.request);
  const limit = options.resourceVersion === '0' && match !== 'Exact' ? 0 : Math.max(0, options.limit ?? 0);
  const page = options.continue ? continuation(options.continue) : undefined;
  if (page && options.resourceVersion && options.resourceVersion !== '0') {
    throw new StatusError(badRequest('specifying resource version is not allowed when using continue'));
  }
  const revision = page
    ? page.revision
    : exactRevision(options.resourceVersion ?? '', match, limit, server.etcd.revision);
  const prefix =
    selection.namespace === undefined || !resource.isNamespaced
      ? resource.prefix
      : `${resource.prefix}${selection.namespace}/`;
  const start = page ? resource.prefix + page.start : prefix;
  try {
    return collect(request, selection, { prefix, start, limit, revision });
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    if (page) throw new StatusError(continueExpired(token(-1, page.start)));
    throw new StatusError(tooOldResourceVersion(options.resourceVersion ?? '', String(error.compactRevision)));
  }
}

interface Reading {
  readonly prefix: string;
  readonly start: string;
  readonly limit: number;
  readonly revision: number;
}

function collect(
  { server, resource }: ResourceRequest,
  selection: Selection,
  { prefix, start, limit, revision }: Reading,
): KubeList {
  const items: KubeObject[] = [];
  let from = start;
  let read: RangeResult;
  let lastKey = '';
  for (;;) {
    read = server.etcd.range(prefix, { start: from, revision, ...(limit > 0 ? { limit: Math.max(limit, 100) } : {}) });
    let isFull = false;
    for (const entry of read.entries) {
      if (limit > 0 && items.length >= limit) {
        isFull = true;
        break;
      }
      lastKey = entry.key;
      const object = resource.present(entry);
      if (selection.isEverything || selection.matches(object)) items.push(object);
    }
    if (isFull || !read.more) {
      return asList(
        resource,
        items,
        read.revision,
        isFull ? { after: lastKey, remaining: remaining(isFull) } : undefined,
      );
    }
    from = `${lastKey}\0`;
  }
  function remaining(isFull: boolean): number | undefined {
    return isFull && !selection.hasSelectors ? server.etcd.countAfter(prefix, lastKey) : undefined;
  }
}

function asList(
  resource: ResourceRequest['resource'],
  items: readonly KubeObject[],
  revision: number,
  rest: { readonly after: string; readonly remaining: number | undefined } | undefined,
): KubeList {
  const metadata = rest
    ? {
        resourceVersion: String(revision),
        continue: token(revision, `${rest.after.slice(resource.prefix.length)}\0`),
        ...(rest.remaining === undefined ? {} : { remainingItemCount: rest.remaining }),
      }
    : { resourceVersion: String(revision) };
  return { kind: resource.listKind, apiVersion: resource.apiVersion, metadata, items };
}

/** The past revision to read; 0 reads the newest. */
function exactRevision(asked: string, match: string, limit: number, current: number): number {
  if (asked === '' || asked === '0') return 0;
  const revision = Number(asked);
  checkNotInFuture(revision, asked, current);
  return match === 'Exact' || (match === '' && limit > 0) ? revision : 0;
}

function checkNotInFuture(revision: number, asked: string, current: number): void {
  if (revision > current) throw new StatusError(tooLargeResourceVersion(asked, String(current)));
}

function listOptionErrors(
  version: string,
  match: string,
  sendInitialEvents: boolean | undefined,
  page: string,
): readonly FieldError[] {
  if (version !== '' && !/^\d+$/.test(version)) {
    const detail = fieldErrorText(
      invalidField('resourceVersion', version, `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`),
    );
    throw new StatusError(badRequest(`invalid resource version: ${detail}`));
  }
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined)
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match !== '') {
    if (version === '')
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    if (page !== '')
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && version === '0') {
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  return errors;
}

export function refuseListOptions(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new StatusError(invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors));
}

function token(revision: number, start: string): string {
  return toBase64(utf8Bytes(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Where a continue token goes on; its revision is 0 for the newest state. */
function continuation(text: string): { readonly revision: number; readonly start: string } {
  const refuse = (why: string): StatusError =>
    new StatusError(badRequest(`invalid continue token: continue key is not valid: ${why}`));
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  if (/[^A-Za-z0-9_-]/.test(text) || text.length % 4 === 1)
    throw refuse(`illegal base64 data at input byte ${illegalByte(text)}`);
  const bytes = fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    parsed = JSON.parse(utf8Text(bytes)) as typeof parsed;
  } catch {
    const first = bytes[0] ?? 0;
    const shown =
      first >= 0x20 && first < 0x7f ? String.fromCharCode(first) : `\\u${first.toString(16).padStart(4, '0')}`;
    throw refuse(`invalid character '${shown}' looking for beginning of value`);
  }
  const { v, rv, start } = parsed;
  if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || rv === 0 || typeof start !== 'string' || start === '') {
    throw refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  return { revision: rv < 0 ? 0 : rv, start };
}

function illegalByte(text: string): number {
  const at = [...text].findIndex((character) => !/[A-Za-z0-9_-]/.test(character));
  return at < 0 ? text.length : at;
}
