// OpenAPI documents, from the facts of the API types and the served resources: what kubectl explain, apply and helm look things up in.
// Upstream: kube-openapi/pkg/handler3.
import { RollingHash } from '@/base/hash.ts';
import { listedResources } from './served-list.ts';
import type { HttpApiRequest, HttpApiResponse } from './http.ts';
import { pathsOf } from './openapi-paths.ts';
import { schemasOf } from './openapi-schemas.ts';
import type { URLQuery } from './request-info.ts';

interface Document {
  readonly text: string;
  readonly etag: string;
}

/** Answers `/openapi/v3` and the documents below it, each built when it is first asked for. */
export class OpenApi {
  private readonly documents = new Map<string, Document>();

  /** The answer, or undefined when the path is none of these. */
  answer(
    request: HttpApiRequest,
    path: string,
    query: URLQuery,
    headers: Record<string, string>,
  ): HttpApiResponse | undefined {
    if (path === '/openapi/v2') return versionTwo(request, headers);
    if (path === '/openapi/v3' || path === '/openapi/v3/') return this.index(headers);
    if (!path.startsWith('/openapi/v3/')) return undefined;
    const name = path.slice('/openapi/v3/'.length);
    if (!groupVersions().includes(name)) return undefined;
    const { text, etag } = this.document(name);
    const tagged: Record<string, string> = { ...headers, etag: `"${etag}"`, vary: 'Accept' };
    const hash = query.first('hash');
    if (hash !== undefined && hash !== etag) {
      return {
        status: 301,
        headers: { ...tagged, 'content-type': 'application/json', location: `${path}?hash=${etag}` },
        body: '',
      };
    }
    const known = request.headers['if-none-match'] ?? '';
    if (known === '*' || known.includes(`"${etag}"`)) return { status: 304, headers: tagged, body: '' };
    if (hash !== undefined) tagged['cache-control'] = 'public, immutable';
    return { status: 200, headers: { ...tagged, 'content-type': 'application/json' }, body: text };
  }

  private index(headers: Record<string, string>): HttpApiResponse {
    const paths: Record<string, { readonly serverRelativeURL: string }> = {};
    for (const name of groupVersions())
      paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${this.document(name).etag}` };
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      body: JSON.stringify({ paths }),
    };
  }

  private document(name: string): Document {
    let document = this.documents.get(name);
    if (!document) {
      const text = JSON.stringify(build(name));
      const hash = new RollingHash();
      hash.add(text);
      document = { text, etag: hash.hex.toUpperCase() };
      this.documents.set(name, document);
    }
    return document;
  }
}

const protobufType = /application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf/;

/**
 * The older document. Differs: it names no paths and no types, for the same is in version 3; clients that cannot read that check nothing
 * beforehand and leave it to the server.
 */
function versionTwo(request: HttpApiRequest, headers: Record<string, string>): HttpApiResponse {
  const accept = request.headers['accept'] ?? '*/*';
  const tagged = { ...headers, etag: '"0"', vary: 'Accept-Encoding, Accept' };
  if (protobufType.test(accept)) {
    const body = new Uint8Array([
      ...protobufText(1, '2.0'),
      ...protobufField(2, [...protobufText(1, 'Kubernetes'), ...protobufText(2, 'v1.36')]),
    ]);
    return {
      status: 200,
      headers: { ...tagged, 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
      body,
    };
  }
  if (!/application\/json|\*\/\*/.test(accept)) return { status: 406, headers: tagged, body: '' };
  const body = JSON.stringify({
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.36' },
    paths: {},
    definitions: {},
  });
  return { status: 200, headers: { ...tagged, 'content-type': 'application/json' }, body };
}

const protobufText = (field: number, text: string): readonly number[] =>
  protobufField(
    field,
    [...text].map((character) => character.charCodeAt(0)),
  );

/** A length-delimited field of less than 128 bytes. */
const protobufField = (field: number, bytes: readonly number[]): readonly number[] => [
  (field << 3) | 2,
  bytes.length,
  ...bytes,
];

/** `api/v1`, `apis/apps/v1`, … */
function groupVersions(): readonly string[] {
  return [
    ...new Set(
      listedResources.map(({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
    ),
  ].sort();
}

function build(name: string): unknown {
  const own = listedResources.filter(
    ({ group, version }) => name === (group === '' ? `api/${version}` : `apis/${group}/${version}`),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths: pathsOf(own),
    components: {
      schemas: schemasOf(own),
      securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}
