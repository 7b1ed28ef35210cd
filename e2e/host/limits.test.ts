// One client that asks for very much at once is told to come again, and the others hardly notice.
import { connect, type ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessOf, ask, type Access } from './requests.ts';
import { serve, type Served } from './serve.ts';

let host: Served;
let access: Access;
beforeAll(async () => {
  host = await serve('--no-window --topology one-machine');
  access = accessOf(host.ready.kubeconfig);
});
afterAll(() => host.stop());

interface Got {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

const open = (): ClientHttp2Session => connect(access.server, { ca: access.authority, cert: access.certificate, key: access.key });

/** One request on a shared connection; ends with its headers and the end of its body. */
function get(session: ClientHttp2Session, path: string, agent: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, 'user-agent': agent, accept: 'application/json' });
    let got: Got = { status: 0, retryAfter: undefined };
    stream.on('response', (headers) => (got = { status: headers[':status'] ?? 0, retryAfter: headers['retry-after'] as string | undefined }));
    stream.on('data', () => undefined);
    stream.on('end', () => resolve(got));
    stream.on('error', reject);
  });
}

test('10,000 requests at once: answered or refused with Retry-After, and another client is served meanwhile', async () => {
  const sessions = Array.from({ length: 10 }, open);
  const greedy = sessions.flatMap((session) => Array.from({ length: 1000 }, () => get(session, '/api/v1/pods', 'greedy/1.0')));
  let isOver = false;
  const all = Promise.all(greedy).finally(() => (isOver = true));
  const waits: number[] = [];
  const own = open();
  while (!isOver) {
    const begun = performance.now();
    expect((await get(own, '/api/v1/namespaces/default', 'modest/1.0')).status).toBe(200);
    waits.push(performance.now() - begun);
  }
  const answers = await all;
  for (const session of [...sessions, own]) session.close();
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  expect(refused.every(({ retryAfter }) => retryAfter === '1')).toBe(true);
  // The slowest of these waits for this very process to have sent the ten thousand.
  waits.sort((a, b) => a - b);
  const [half, most] = [0.5, 0.95].map((share) => waits[Math.floor(waits.length * share)] ?? Infinity);
  process.stdout.write(`${refused.length} of 10000 refused; another client: ${waits.length} requests, p50 ${half?.toFixed(1)} ms, p95 ${most?.toFixed(1)} ms\n`);
  expect(most).toBeLessThan(250);
});

test('a thousand watches of one client are served, more are refused, and those of another are not', async () => {
  const sessions = [open(), open()];
  const path = '/api/v1/configmaps?watch=true';
  const watch = (session: ClientHttp2Session, agent: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path, 'user-agent': agent, accept: 'application/json' });
      stream.on('response', (headers) => resolve(headers[':status'] ?? 0));
      stream.on('error', reject);
      stream.on('data', () => undefined);
    });
  const opened: number[] = [];
  while (opened.length < 1100) {
    const some = Array.from({ length: 100 }, (_, at) => watch(sessions[at % 2] as ClientHttp2Session, 'watcher/1.0'));
    opened.push(...(await Promise.all(some)));
  }
  expect([opened.filter((status) => status === 200).length, opened.filter((status) => status === 429).length]).toEqual([1000, 100]);
  expect(await watch(sessions[0] as ClientHttp2Session, 'other/1.0')).toBe(200);
  expect((await ask(access, { path: '/readyz' })).status).toBe(200);
  for (const session of sessions) session.destroy();
});
