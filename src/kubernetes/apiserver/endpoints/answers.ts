// Objects as clients want to see them: whole, as a table's rows, or their metadata alone; in JSON or YAML.
// Upstream: apiserver/pkg/endpoints/handlers/response.go.
import { stringify } from 'yaml';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { KubeList, KubeObject, ObjectMeta } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, failure } from '../../apimachinery/status/status.ts';
import { resourceFor } from '../../api/registry.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';
import type { Negotiated } from './media.ts';
import { scaleTable } from './scale-table.ts';
import type { URLQuery } from './request-info.ts';

/** The forms that any resource is offered in. */
export const objectForms: readonly string[] = [
  'Table meta.k8s.io v1',
  'Table meta.k8s.io v1beta1',
  'PartialObjectMetadata meta.k8s.io v1',
  'PartialObjectMetadataList meta.k8s.io v1',
];

/** What tables are printed with. */
export interface Circumstances {
  readonly query: URLQuery;
  readonly now: Instant;
}

interface Served {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
}

/** The text of an answer in the wanted form. */
export function asBody(body: unknown, target: Served, wanted: Negotiated, circumstances: Circumstances): string {
  return written(inForm(body as KubeObject | KubeList, target, wanted, circumstances), wanted);
}

/** The text of a value, ending with a line break as upstream's does. */
export function written(value: unknown, { encoding, isPretty }: Pick<Negotiated, 'encoding' | 'isPretty'>): string {
  if (encoding === 'yaml')
    return stringify(value, {
      sortMapEntries: true,
      lineWidth: 0,
      indentSeq: false,
      aliasDuplicateObjects: false,
      version: '1.1',
    });
  return `${isPretty ? JSON.stringify(value, null, 2) : JSON.stringify(value)}\n`;
}

function inForm(
  body: KubeObject | KubeList,
  target: Served,
  wanted: Negotiated,
  circumstances: Circumstances,
): unknown {
  if (body.kind === 'Status' || !resourceFor(target.group, target.version, target.resource)) return body;
  const isList = 'items' in body && Array.isArray(body.items);
  if (wanted.as === undefined) return isList ? { ...body, items: (body as KubeList).items.map(withoutType) } : body;
  if (wanted.as === 'Table')
    return tableOf(
      isList ? (body as KubeList) : body,
      isList ? (body as KubeList).items : [body as KubeObject],
      target,
      wanted,
      circumstances,
    );
  if (wanted.as === 'PartialObjectMetadataList') {
    if (!isList) throw notThat(wanted.as, 'not a list', body.kind);
    const { metadata, items } = body as KubeList;
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) };
  }
  if (isList) throw notThat(wanted.as, 'a list', body.kind);
  return partial(body as KubeObject);
}

function notThat(wanted: string, what: string, kind: string): StatusError {
  const message = `you requested ${wanted}, but the requested object is ${what} (*core.${kind})`;
  return new StatusError(failure({ code: 406, reason: 'NotAcceptable', message }));
}

/** Items of a list do not repeat what they are. */
function withoutType({ kind: _, apiVersion: __, ...item }: KubeObject): unknown {
  return item;
}

export function partial({ metadata }: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** Rows for objects; `columns: false` leaves the headings out, as all but the first event of a watch do. */
export function tableOf(
  of: { readonly metadata?: unknown },
  objects: readonly KubeObject[],
  target: Served,
  { version }: Pick<Negotiated, 'version'>,
  { query, now }: Circumstances,
  columns = true,
): unknown {
  const descriptor = resourceFor(target.group, target.version, target.resource) as ResourceDescriptor;
  const table = target.subresource === 'scale' ? scaleTable : descriptor.table;
  const include = query.first('includeObject') ?? '';
  if (!['', 'Metadata', 'Object', 'None'].includes(include)) {
    const message = `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
    throw new StatusError(badRequest(message));
  }
  const {
    resourceVersion,
    continue: page,
    remainingItemCount,
  } = (of.metadata ?? {}) as ObjectMeta & KubeList['metadata'];
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: {
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(page === undefined ? {} : { continue: page }),
      ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
    },
    columnDefinitions: columns ? table.columns : null,
    rows: objects.map((object) => {
      const conditions = table.conditions?.(object);
      const row =
        include === 'None'
          ? null
          : include === 'Object'
            ? object
            : { ...partial(object), apiVersion: `meta.k8s.io/${version}` };
      return {
        cells: table.cells(object, now),
        ...(conditions && conditions.length > 0 ? { conditions } : {}),
        object: row,
      };
    }),
  };
}
