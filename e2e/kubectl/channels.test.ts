// The channels of client libraries: exec and port-forward as the Python and JavaScript clients speak them, and a watch as a WebSocket.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { accessOf, ask, type Access } from '../host/requests.ts';
import { serve, type Served } from '../host/serve.ts';

let host: Served;
let access: Access;

beforeAll(async () => {
  host = await serve('--no-window --speed 20 --topology one-machine');
  access = accessOf(host.ready.kubeconfig);
  host.kubectl('run box --image=busybox -- sleep 1d');
  host.kubectl('run web --image=nginx');
  host.kubectl('wait pod --all --for=condition=Ready --timeout=60s');
});
afterAll(() => host.stop());

interface Talk {
  readonly socket: WebSocket;
  readonly protocol: string;
  /** What came on each channel so far. */
  readonly heard: Map<number, string>;
  readonly closed: Promise<number>;
}

function open(path: string, protocols: readonly string[]): Promise<Talk> {
  const { server, authority: ca, certificate: cert, key } = access;
  const socket = new WebSocket(`${server.replace('https', 'wss')}${path}`, [...protocols], { ca, cert, key });
  const heard = new Map<number, string>();
  socket.on('message', (data: Buffer) => heard.set(data[0] ?? 0, (heard.get(data[0] ?? 0) ?? '') + data.subarray(1).toString('latin1')));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, protocol: socket.protocol, heard, closed }));
    socket.on('unexpected-response', (_request, response) => reject(new Error(`answered ${response.statusCode}`)));
    socket.on('error', reject);
  });
}

const pods = '/api/v1/namespaces/default/pods';

test.each(['v4.channel.k8s.io', 'v5.channel.k8s.io'])('exec over %s', async (protocol) => {
  const talk = await open(`${pods}/box/exec?command=sh&stdin=true&stdout=true&stderr=true`, [protocol]);
  talk.socket.send(Buffer.from('\0echo out; echo err >&2; exit 7\n'));
  expect(await talk.closed).toBe(1000);
  const status = JSON.parse(talk.heard.get(3) ?? '{}') as { details: { causes: unknown } };
  expect([talk.protocol, talk.heard.get(1), talk.heard.get(2), status.details.causes]).toEqual([protocol, 'out\n', 'err\n', [{ reason: 'ExitCode', message: '7' }]]);
});

test('half of a connection can be closed with v5', async () => {
  const talk = await open(`${pods}/box/exec?command=cat&stdin=true&stdout=true`, ['v5.channel.k8s.io']);
  talk.socket.send(Buffer.from('\0to the end'));
  talk.socket.send(Buffer.of(255, 0));
  await talk.closed;
  expect(talk.heard.get(1)).toBe('to the end');
});

test('port-forward has two channels for each port', async () => {
  const talk = await open(`${pods}/web/portforward?ports=80`, ['v4.channel.k8s.io']);
  talk.socket.send(Buffer.from('\0GET / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n'));
  await talk.closed;
  expect([talk.heard.get(1), talk.heard.get(0)]).toEqual(['P\0', expect.stringMatching(/^P\0HTTP\/1\.1 200 OK\r\n/)]);
});

test('what is refused is refused before the upgrade', async () => {
  await expect(open(`${pods}/nobody/exec?command=ls&stdout=true`, ['v4.channel.k8s.io'])).rejects.toThrow('answered 404');
  await expect(open(`${pods}/box/exec?command=ls&stdout=true`, ['v9.channel.k8s.io'])).rejects.toThrow('answered 400');
});

test('a watch sends each event as a message', async () => {
  const { server, authority: ca, certificate: cert, key } = access;
  const socket = new WebSocket(`${server.replace('https', 'wss')}${pods}?watch=true&fieldSelector=metadata.name%3Dbox`, { ca, cert, key });
  const first = await new Promise<string>((resolve, reject) => {
    socket.on('message', (data: Buffer) => resolve(data.toString()));
    socket.on('error', reject);
  });
  socket.close();
  const event = JSON.parse(first) as { type: string; object: { metadata: { name: string } } };
  expect([event.type, event.object.metadata.name]).toEqual(['ADDED', 'box']);
});

test('a handshake that is none disturbs nobody', async () => {
  const bad = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'short', 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' };
  const { status } = await ask(access, { path: `${pods}/web/portforward`, headers: bad });
  const talk = await open(`${pods}/box/exec?command=echo&command=hello&stdout=true`, ['v4.channel.k8s.io']);
  await talk.closed;
  expect([status, talk.protocol, talk.heard.get(1)]).toEqual([400, 'v4.channel.k8s.io', 'hello\n']);
});
