// Which form a client wants an answer in. Upstream: apiserver/pkg/endpoints/handlers/negotiation.
import type { Status } from '../../apimachinery/meta/meta.ts';
import { failure } from '../../apimachinery/status/status.ts';

/** One form that a client accepts: `application/json;as=Table;v=v1;g=meta.k8s.io`. */
export interface MediaClause {
  /** In lower case, `*` where anything goes. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

export type Encoding = 'json' | 'yaml' | 'protobuf';

/** The form of an answer. */
export interface Negotiated {
  readonly encoding: Encoding;
  readonly contentType: string;
  /** A form other than the object's own: of meta.k8s.io, or of apidiscovery.k8s.io. */
  readonly as: string | undefined;
  readonly group: string;
  readonly version: string;
  readonly isPretty: boolean;
}

export const acceptedMediaTypes = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

const parsedHeaders = new Map<string, readonly MediaClause[]>();

/** The clauses of an Accept header, the most wanted first. */
export function mediaClauses(header: string): readonly MediaClause[] {
  let clauses = parsedHeaders.get(header);
  if (!clauses) {
    clauses = header
      .split(',')
      .map(parseClause)
      .filter((clause) => clause !== undefined)
      .sort((a, b) => b.quality - a.quality);
    if (parsedHeaders.size < 1000) parsedHeaders.set(header, clauses);
  }
  return clauses;
}

function parseClause(text: string): MediaClause | undefined {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  if (type === '') return undefined;
  const parameters: Record<string, string> = {};
  let quality = 1;
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at < 0) continue;
    const name = part.slice(0, at).trim().toLowerCase();
    const value = part
      .slice(at + 1)
      .trim()
      .replace(/^"|"$/g, '');
    if (name === 'q') quality = Number(value) || 0;
    else parameters[name] = value;
  }
  return { type: type.toLowerCase(), parameters, quality };
}

const encodings: Readonly<Record<string, Encoding>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  'application/*': 'json',
  '*/*': 'json',
};

const contentTypes: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

/**
 * The first clause that this server can answer, or undefined for NotAcceptable. `forms` are the transformations on offer, such as
 * `Table meta.k8s.io v1`. Protobuf is answered in JSON wherever the client takes that, too.
 */
export function negotiate(header: string | undefined, forms: readonly string[]): Negotiated | undefined {
  const clauses =
    header === undefined || header.trim() === '' ? mediaClauses('application/json') : mediaClauses(header);
  for (const { type, parameters, quality } of clauses) {
    const encoding = encodings[type];
    if (encoding === undefined || quality === 0 || encoding === 'protobuf') continue;
    const { as, g: group = '', v: version = '', charset, pretty, stream } = parameters;
    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') continue;
    if (stream !== undefined && stream !== 'watch') continue;
    if (as !== undefined && !forms.includes(`${as} ${group} ${version}`)) continue;
    return {
      encoding,
      contentType: contentTypes[encoding],
      as,
      group,
      version,
      isPretty: pretty === '1' || pretty === 'true',
    };
  }
  return undefined;
}

/**
 * Why no form will do. Upstream's router refuses media types it has never heard of before the handler, which refuses the forms it does not
 * make, and each says so in its own words; `isRouted` is false for the paths that have no router before them.
 */
export function notAcceptable(header: string | undefined, { isRouted = true, streams = false } = {}): Status {
  const isKnown = mediaClauses(header ?? '').some(({ type }) => encodings[type] !== undefined);
  if (isKnown || !isRouted) {
    const message = `only the following media types are accepted: ${acceptedMediaTypes}`;
    return failure({ code: 406, reason: 'NotAcceptable', message });
  }
  const more = streams ? ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch' : '';
  const message = `406: Not Acceptable\n\nAvailable representations: ${acceptedMediaTypes}${more}`;
  return failure({ code: 406, reason: 'NotAcceptable', message, details: {} });
}
