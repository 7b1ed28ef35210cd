// The page and its socket over real connections: who gets in, and what everybody else is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHost, type Host } from '@/host/host.ts';
import { startPageServer, type PageServer } from './page.ts';

let folder: string;
let host: Host;
let page: PageServer;
let port: number;
let token: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-page-'));
  mkdirSync(join(folder, 'window', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'window', 'index.html'), '<p>window</p>');
  writeFileSync(join(folder, 'window', 'assets', 'main.js'), 'run()');
  writeFileSync(join(folder, 'secret'), 'not for you');
  page = await startPageServer({ port: 0, folder: join(folder, 'window') });
  const url = new URL(page.url);
  port = Number(url.port);
  token = url.searchParams.get('token') ?? '';
});
afterAll(async () => {
  await page.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The HTTP status that a socket is refused with, or `open`. */
function knock(path: string, headers: Record<string, string> = {}): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
  });
}

/** Bytes that no client library would send, and the first line that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.on('error', () => undefined);
  });
}

test('until a cluster is there the socket says to come back', async () => {
  expect(await knock(`/feed?token=${token}`)).toBe(503);
  host = await startHost({ topology: 'one-machine', seed: 1, start: 'fixed', speed: 1, isPaused: true, apiPort: 0, kubeconfig: join(folder, 'kubeconfig') });
  page.attach(host);
  expect(await knock(`/feed?token=${token}`)).toBe('open');
});

describe('the page', () => {
  test('opens with the token alone, under a strict content policy', async () => {
    const { status, text, headers } = await get(`/?token=${token}`);
    expect([status, text, headers['content-type']]).toEqual([200, '<p>window</p>', 'text/html; charset=utf-8']);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' });
  });

  test.each(['/', '/?token=', '/?token=guess', `/?token=${'x'.repeat(24)}`])('stays shut without it: %s', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-security-policy'] === undefined]).toEqual([403, false]);
  });

  test('its files need no token, for they are no secret', async () => {
    expect(await get('/assets/main.js')).toMatchObject({ status: 200, text: 'run()' });
    expect((await get('/assets/main.js', {}, 'HEAD')).text).toBe('');
  });

  test.each(['/../secret', '/..%2fsecret', '/%2e%2e/secret', '/assets/..%2f..%2f..%2fsecret', '/%00', '/%ff', '/%', '/none', '/assets', '//'])('gives no other file away: %s', async (path) => {
    const { status, text } = await get(path);
    expect([status >= 400, text.includes('not for you')]).toEqual([true, false]);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is read only: %s', async (method) => {
    expect((await get(`/?token=${token}`, {}, method)).status).toBe(405);
  });

  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', '[::1]:PORT'])('a name that points here is no way in: %s', async (name) => {
    expect((await get(`/?token=${token}`, { host: name.replace('PORT', String(port)) })).status).toBe(403);
  });

  test('answers to its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost']) expect((await get(`/?token=${token}`, { host: `${name}:${port}` })).status).toBe(200);
  });

  test('survives what is no request', async () => {
    expect(await raw('GET http://[bad/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(await raw('GET http://[bad HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(/^HTTP\/1\.1 403/);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect((await get(`/?token=${token}`)).status).toBe(200);
  });
});

describe('the socket', () => {
  const feed = (): string => `/feed?token=${token}`;

  test('opens for the page and for programs', async () => {
    expect(await knock(feed(), { origin: `http://127.0.0.1:${port}` })).toBe('open');
    expect(await knock(feed())).toBe('open');
  });

  test.each(['http://evil.example', 'null', 'https://127.0.0.1:PORT', 'http://127.0.0.1:1', 'file://'])('not for pages of other sites: %s', async (origin) => {
    expect(await knock(feed(), { origin: origin.replace('PORT', String(port)) })).toBe(403);
  });

  test('not without the token, not elsewhere, not under another name', async () => {
    expect([await knock('/feed'), await knock('/feed?token=guess'), await knock(`/?token=${token}`), await knock(feed(), { host: 'evil.example' })]).toEqual([403, 403, 403, 403]);
  });

  test('carries the feed and takes commands; what is no message is dropped', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${feed()}`);
    const told: { kind: string; request?: number; value?: unknown }[] = [];
    const seen = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as (typeof told)[number];
        told.push(message);
        if (message.request === 2) resolve();
      });
    });
    await new Promise((resolve) => socket.once('open', resolve));
    for (const message of ['{', '[]', '{"kind":"ready"}', '{"kind":"command","request":2,"name":"hash"}']) socket.send(message);
    await seen;
    socket.terminate();
    expect(told.slice(0, 3).map(({ kind }) => kind)).toEqual(['hello', 'frame', 'reply']);
    expect(told[2]?.value).toMatchObject({ accepted: true, result: { etcd: expect.stringMatching(/^[0-9a-f]+$/) as string } });
  });
});
