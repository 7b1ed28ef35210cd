// HTTP as kubectl and curl meet it: paths, forms of answers, streams, refusals.
import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '@/base/utf8.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import { encodeProtobuf } from '../../apimachinery/protobuf/protobuf.ts';
import type { Credential } from '../../apimachinery/rest/rest.ts';
import { startTestCluster, type TestCluster } from '../../testing/test-cluster.ts';
import type { ApiServerOptions } from '../apiserver.ts';
import type { HttpApiResponse } from './http.ts';

const admin: Credential = { kind: 'certificate', user: 'admin', groups: ['system:masters'] };

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly credential?: Credential;
}

class Door {
  readonly cluster: TestCluster;
  constructor(options: Partial<ApiServerOptions> = {}) {
    this.cluster = startTestCluster({ disabledAdmission: ['ServiceAccount'], ...options });
  }

  call(line: string, { headers = {}, body = '', credential = admin }: Call = {}): HttpApiResponse {
    const [method = '', url = ''] = line.split(' ');
    const [path = '', query = ''] = url.split('?');
    const bytes = typeof body === 'string' ? utf8Bytes(body) : body;
    const given = {
      'user-agent': 'kubectl/v1.36.2',
      ...(bytes.length > 0 ? { 'content-type': 'application/json' } : {}),
      ...headers,
    };
    return this.cluster.run(this.cluster.server.http({ method, path, query, headers: given, body: bytes, credential }));
  }

  json(
    line: string,
    call?: Call,
  ): {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string>>;
  } {
    const answer = this.call(line, call);
    if (!('body' in answer)) throw new Error('a stream');
    return { ...answer, body: JSON.parse(String(answer.body)) as Readonly<Record<string, unknown>> };
  }
}

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const map = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

describe('HTTP', () => {
  it('creates from JSON, YAML and protobuf', () => {
    const door = new Door();
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { on: 'yes' } };
    const answers = [
      door.json(`POST ${maps}`, { body: map('a') }),
      door.json(`POST ${maps}`, {
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
        headers: { 'content-type': 'application/yaml' },
      }),
      door.json(`POST ${maps}`, {
        body: encodeProtobuf(object),
        headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
      }),
    ];
    const list = door.json(`GET ${maps}`).body as {
      kind: string;
      items: readonly { kind?: string; metadata: { name: string } }[];
    };
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect([list.kind, list.items.map(({ kind, metadata }) => [kind, metadata.name])]).toEqual([
      'ConfigMapList',
      [
        [undefined, 'a'],
        [undefined, 'b'],
        [undefined, 'c'],
      ],
    ]);
  });

  it('prints tables and bare metadata for those who ask', () => {
    const door = new Door();
    door.json(`POST ${maps}`, { body: map('a') });
    door.cluster.pass(seconds(65));
    const table = door.json(`GET ${maps}`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    }).body;
    const partial = door.json(`GET ${maps}/a`, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
    }).body;
    const rows = table['rows'] as readonly { cells: unknown; object: { kind: string } }[];
    expect([
      table['kind'],
      rows.map(({ cells, object }) => [cells, object.kind]),
      partial['kind'],
      partial['data'],
    ]).toEqual(['Table', [[['a', 0, '65s'], 'PartialObjectMetadata']], 'PartialObjectMetadata', undefined]);
  });

  it('streams a watch as lines, the columns of its tables once', () => {
    const door = new Door();
    const lines: string[] = [];
    const answer = door.call(`GET ${maps}?watch=true&resourceVersion=0&timeoutSeconds=5`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    if (!('start' in answer)) throw new Error('no stream');
    answer.start(
      (chunk) => lines.push(String(chunk)),
      () => lines.push('end'),
    );
    door.json(`POST ${maps}`, { body: map('a') });
    door.json(`DELETE ${maps}/a`);
    door.cluster.pass(seconds(6));
    const events = lines
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; object: { columnDefinitions: unknown[] | null } });
    expect(events.map(({ type, object }) => [type, object.columnDefinitions?.length])).toEqual([
      ['ADDED', 3],
      ['DELETED', undefined],
    ]);
    expect(lines.at(-1)).toBe('end');
  });

  it('streams logs from where it is told, and follows them', () => {
    const door = new Door({
      logs: ({ container }) => ({
        lines: ['one', 'two'].map((text) => ({ time: door.cluster.clock.now, text: `${container} ${text}` })),
        follow: (onLine) => {
          onLine({ time: door.cluster.clock.now, text: 'three' });
          return () => undefined;
        },
      }),
    });
    door.json('POST /api/v1/nodes', {
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }),
    });
    const spec = { nodeName: 'n1', containers: [{ name: 'app', image: 'nginx' }] };
    door.json(`POST ${pods}`, {
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec }),
    });
    const whole = door.call(`GET ${pods}/a/log?tailLines=1`);
    const chunks: string[] = [];
    const followed = door.call(`GET ${pods}/a/log?follow=true`);
    if ('start' in followed)
      followed.start(
        (chunk) => chunks.push(String(chunk)),
        () => undefined,
      );
    expect(['body' in whole && whole.body, chunks.join('')]).toEqual(['app two\n', 'app one\napp two\nthree\n']);
    expect(door.json(`GET ${pods}/a/log?container=none`).body['message']).toBe('container none is not valid for pod a');
  });

  it('names what it serves, all at once and one by one', () => {
    const door = new Door();
    const headers = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' };
    const aggregated = door.json('GET /apis', { headers });
    const plain = door.json('GET /apis').body as { groups: readonly { name: string }[] };
    const items = aggregated.body['items'] as readonly { metadata: { name: string } }[];
    expect(items.map(({ metadata }) => metadata.name)).toEqual(plain.groups.map(({ name }) => name));
    const again = door.call('GET /apis', {
      headers: { ...headers, 'if-none-match': aggregated.headers['etag'] ?? '' },
    });
    expect(again.status).toBe(304);
    const document = door.json('GET /openapi/v3/apis/apps/v1').body as {
      paths: Record<string, { patch?: { parameters: readonly { name: string }[] } }>;
    };
    const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch?.parameters.map(({ name }) => name)).toContain('fieldValidation');
  });

  it('refuses in upstream’s words', () => {
    const door = new Door();
    const message = (line: string, call?: Call): unknown => {
      const { status, body } = door.json(line, call);
      return [status, body['message']];
    };
    expect([
      message(`GET ${maps}/none`),
      message(`POST ${maps}`, { body: 'nope' }),
      message(`POST ${maps}`, { body: '{}', headers: { 'content-type': 'text/plain' } }),
      message(`PATCH ${maps}/a`, { body: '{}' }),
      message(`PUT ${maps}`, { body: map('a') }),
      message('GET /api/v1/unknowns'),
      message(`GET ${maps}`, { headers: { accept: 'text/html' } }),
      message(`GET ${maps}`, { credential: { kind: 'anonymous' } }),
      message('GET /metrics', { credential: { kind: 'anonymous' } }),
    ]).toEqual([
      [404, 'configmaps "none" not found'],
      [
        400,
        "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') (6e6f7065)",
      ],
      [
        415,
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      ],
      [415, '415: Unsupported Media Type'],
      [405, 'the server does not allow this method on the requested resource'],
      [404, 'the server could not find the requested resource'],
      [
        406,
        '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
      ],
      [
        403,
        'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
      ],
      [403, 'forbidden: User "system:anonymous" cannot get path "/metrics"'],
    ]);
  });

  it('warns of fields it does not know, and refuses them when asked to', () => {
    const door = new Door();
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, odd: 1 });
    expect(door.json(`POST ${maps}?fieldValidation=Strict`, { body }).status).toBe(400);
    expect(door.json(`POST ${maps}`, { body }).headers['warning']).toBe('299 - "unknown field \\"odd\\""');
  });
});
