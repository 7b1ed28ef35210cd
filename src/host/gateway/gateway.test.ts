// The HTTPS door over real sockets: both versions of HTTP, every kind of credential, too large bodies, slow readers.
import { readFileSync } from 'node:fs';
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { createCertificates, type Certificates, type KeyPair } from './certificates.ts';
import { startGateway, type Gateway } from './gateway.ts';

let certificates: Certificates;
let strangers: Certificates;
let gateway: Gateway;
let seen: HttpApiRequest[];
let answer: (request: HttpApiRequest) => HttpApiResponse;

beforeAll(async () => {
  [certificates, strangers] = await Promise.all([createCertificates(), createCertificates()]);
});
beforeEach(async () => {
  seen = [];
  answer = () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' });
  gateway = await startGateway({
    certificates,
    port: 0,
    handle(asked, respond) {
      seen.push(asked);
      respond(answer(asked));
    },
  });
});
afterEach(() => gateway.close());

interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly identity?: KeyPair;
}

/** One request over HTTP/1.1 on a connection of its own. */
function ask({ path = '/api', method = 'GET', headers = {}, body, identity }: Call): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${gateway.url}${path}`,
      { method, headers, ca: certificates.authority, cert: identity?.certificate, key: identity?.key, agent: new Agent({ keepAlive: false }) },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function openSession(identity?: KeyPair): ClientHttp2Session {
  return connect(gateway.url, { ca: certificates.authority, cert: identity?.certificate, key: identity?.key });
}

/** One request over HTTP/2. */
function ask2(session: ClientHttp2Session, { path = '/api', method = 'GET', headers = {}, body }: Call): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ':method': method, ...headers });
    let status = 0;
    let text = '';
    stream.on('response', (head) => (status = Number(head[':status'])));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => resolve({ status, text }));
    stream.on('error', reject);
    stream.end(body);
  });
}

describe('requests', () => {
  test('come through whole over HTTP/1.1', async () => {
    const { status, text, headers } = await ask({ path: '/api/v1/pods?limit=5&watch=', method: 'POST', headers: { 'x-one': 'a', accept: 'application/json' }, body: 'hello' });
    expect({ status, text, length: headers['content-length'] }).toEqual({ status: 200, text: '{"ok":true}', length: '11' });
    const { method, path, query, headers: given, body } = seen[0] as HttpApiRequest;
    expect({ method, path, query, one: given['x-one'], body: Buffer.from(body).toString() }).toEqual({ method: 'POST', path: '/api/v1/pods', query: 'limit=5&watch=', one: 'a', body: 'hello' });
  });

  test('and over HTTP/2, many at a time on one connection, without its pseudo headers', async () => {
    answer = ({ path }) => ({ status: 200, headers: {}, body: path });
    const session = openSession(certificates.admin);
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => ask2(session, { path })));
    session.close();
    expect(answers.map(({ text }) => text)).toEqual(['/a', '/b', '/c']);
    expect(Object.keys((seen[0] as HttpApiRequest).headers).filter((name) => name.startsWith(':'))).toEqual([]);
  });

  test('an answer without a body has none', async () => {
    answer = () => ({ status: 304, headers: { etag: '"x"' }, body: '' });
    const { status, text, headers } = await ask({});
    expect([status, text, headers['content-length']]).toEqual([304, '', undefined]);
  });
});

describe('who asks', () => {
  const credential = async (call: Call): Promise<unknown> => {
    await ask(call);
    return seen.at(-1)?.credential;
  };
  const administrator = { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters'] };

  test('is told by the client certificate, over both versions', async () => {
    expect(await credential({ identity: certificates.admin })).toEqual(administrator);
    const session = openSession(certificates.admin);
    await ask2(session, {});
    session.close();
    expect(seen.at(-1)?.credential).toEqual(administrator);
  });

  test('a certificate of another authority is nobody’s', async () => {
    expect(await credential({ identity: strangers.admin })).toEqual({ kind: 'anonymous' });
  });

  test('the administrator’s token is as good as the certificate; others are looked up by the API server', async () => {
    expect(await credential({ headers: { authorization: `Bearer ${certificates.token}` } })).toEqual(administrator);
    expect(await credential({ headers: { authorization: 'bearer guess' } })).toEqual({ kind: 'token', token: 'guess' });
  });

  test('no credential, an empty token or another scheme is anonymous', async () => {
    expect(await credential({})).toEqual({ kind: 'anonymous' });
    expect(await credential({ headers: { authorization: 'Bearer' } })).toEqual({ kind: 'anonymous' });
    expect(await credential({ headers: { authorization: 'Basic YTpi' } })).toEqual({ kind: 'anonymous' });
  });

  test('a trusted certificate counts before any token', async () => {
    expect(await credential({ identity: certificates.admin, headers: { authorization: 'Bearer guess' } })).toEqual(administrator);
  });
});

test('a body over 3 MiB is refused with 413 and never handed on, over both versions', async () => {
  const body = Buffer.alloc(3 * 1024 * 1024 + 1);
  const first = await ask({ method: 'POST', body });
  const session = openSession(certificates.admin);
  const second = await ask2(session, { method: 'POST', body: body as never });
  session.close();
  const reason = (text: string): string => (JSON.parse(text) as { reason: string }).reason;
  expect([first.status, reason(first.text), second.status, reason(second.text)]).toEqual([413, 'RequestEntityTooLarge', 413, 'RequestEntityTooLarge']);
  expect(seen).toEqual([]);
  await ask({ method: 'POST', body: body.subarray(1) });
  expect(seen[0]?.body.length).toBe(3 * 1024 * 1024);
});

describe('a stream', () => {
  test('is written as it comes, ends when the server ends it', async () => {
    answer = () => ({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      start(write, end) {
        write('one ');
        setImmediate(() => {
          write('two');
          end();
        });
        return { stop: () => undefined };
      },
    });
    expect((await ask({})).text).toBe('one two');
    const session = openSession();
    expect((await ask2(session, {})).text).toBe('one two');
    session.close();
  });

  test('is stopped when the client goes away', async () => {
    const stopped = new Promise<void>((resolve) => {
      answer = () => ({
        status: 200,
        headers: {},
        start(write) {
          write('first');
          return { stop: resolve };
        },
      });
    });
    const session = openSession();
    const stream = session.request({ ':path': '/watch' });
    await new Promise<void>((resolve) => stream.once('data', () => resolve()));
    stream.close(constants.NGHTTP2_CANCEL);
    await stopped;
    session.close();
  });

  test.each(['1.1', '2'])('of a reader that does not read is cut off over HTTP/%s', async (version) => {
    const chunk = Buffer.alloc(1024 * 1024, 97);
    let written = 0;
    const stopped = new Promise<void>((resolve) => {
      answer = () => ({
        status: 200,
        headers: {},
        start(write) {
          let isOpen = true;
          const more = (): void => {
            if (!isOpen) return;
            write(chunk);
            written++;
            setImmediate(more);
          };
          more();
          return {
            stop() {
              isOpen = false;
              resolve();
            },
          };
        },
      });
    });
    if (version === '2') {
      const session = openSession();
      session.on('error', () => undefined);
      session.request({ ':path': '/watch' }).on('error', () => undefined);
      await stopped;
      session.destroy();
    } else {
      const outgoing = request(`${gateway.url}/watch`, { ca: certificates.authority }, (response) => response.pause());
      outgoing.on('error', () => undefined);
      outgoing.end();
      await stopped;
      outgoing.destroy();
    }
    expect(written).toBeGreaterThanOrEqual(32);
    expect(written).toBeLessThan(200);
  });
});

test('a busy port is the system’s error', async () => {
  const again = startGateway({ certificates, port: gateway.port, handle: () => undefined });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE', port: gateway.port });
});

test('closing ends open streams', async () => {
  answer = () => ({ status: 200, headers: {}, start: (write) => (write('x'), { stop: () => undefined }) });
  const session = openSession();
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/watch' });
  stream.on('error', () => undefined);
  await new Promise<void>((resolve) => stream.once('data', () => resolve()));
  const gone = new Promise<void>((resolve) => session.once('close', resolve));
  await gateway.close();
  await gone;
  gateway = await startGateway({ certificates, port: 0, handle: () => undefined });
});

test('it knows no Kubernetes but the shape of a request', () => {
  const source = readFileSync(new URL('./gateway.ts', import.meta.url), 'utf8');
  const imports = [...source.matchAll(/^import (type )?.*'(@\/[^']+)'/gm)];
  expect(imports.filter(([, isType]) => !isType)).toEqual([]);
});
