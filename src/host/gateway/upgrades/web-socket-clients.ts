// Exec, attach and port-forward on WebSockets: numbered channels, or SPDY inside. Upstream: apimachinery/pkg/util/{remotecommand,portforward},
// kubelet/pkg/cri/streaming/{remotecommand,portforward}/websocket.go.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import type { StreamEnd } from '@/base/stream.ts';
import type { ConnectRequest } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { openCommand, type SendEvent } from './outside.ts';
import { serveSpdy } from './spdy-clients.ts';

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const commandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io'];
const portProtocols = ['v4.channel.k8s.io', 'portforward.k8s.io', 'channel.k8s.io'];
/** SPDY inside a WebSocket. The slash makes it no valid name of a protocol, so the WebSocket library must not see it. */
const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
const largestMessage = 4 * 1024 * 1024;
const largestUnread = 32 * 1024 * 1024;

type StreamedAnswer = Extract<HttpApiResponse, { start: unknown }>;

const server = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false, handleProtocols: (offered) => chosen(offered, [...commandProtocols, ...portProtocols]) ?? false });

const tunnelled = new WeakSet<IncomingMessage>();
server.on('headers', (headers: string[], request: IncomingMessage) => {
  if (tunnelled.has(request)) headers.push(`Sec-WebSocket-Protocol: ${tunnelProtocol}`);
});

function chosen(offered: Iterable<string>, known: readonly string[]): string | undefined {
  for (const one of offered) if (known.includes(one)) return one;
  return undefined;
}

const offeredBy = (request: IncomingMessage): string[] =>
  [request.headers['sec-websocket-protocol'] ?? []].flat().flatMap((value) => value.split(',').map((one) => one.trim()));

/** The protocol that would be spoken with a client, or undefined when it offers none that is known. */
export function protocolFor(request: IncomingMessage, kind: ConnectRequest['kind']): string | undefined {
  const offered = offeredBy(request);
  if (kind === 'portforward' && offered.includes(tunnelProtocol)) return tunnelProtocol;
  if (offered.length === 0) return 'channel.k8s.io';
  return chosen(offered, kind === 'portforward' ? portProtocols : commandProtocols);
}

/** Takes the connection over. */
export function serveWebSocket(http: IncomingMessage, socket: Duplex, head: Buffer, request: ConnectRequest, send: SendEvent): void {
  const protocol = protocolFor(http, request.kind) ?? '';
  if (protocol === tunnelProtocol) {
    delete http.headers['sec-websocket-protocol'];
    tunnelled.add(http);
  }
  // Also of a handshake that fails.
  socket.once('close', () => send({ event: 'close' }));
  server.handleUpgrade(http, socket, head, (client) => {
    client.on('error', () => client.terminate());
    if (protocol === tunnelProtocol) serveTunnel(client, request, send);
    else if (request.kind === 'portforward') servePorts(client, http, send);
    else serveCommand(client, protocol, request, send);
  });
}

/** A watch as a WebSocket: every event is a message. Upstream: apiserver/pkg/endpoints/handlers/watch.go. */
export function serveWatch(http: IncomingMessage, socket: Duplex, head: Buffer, start: StreamedAnswer['start']): void {
  delete http.headers['sec-websocket-protocol'];
  server.handleUpgrade(http, socket, head, (client) => {
    client.on('error', () => client.terminate());
    const stream = start(
      (chunk) => {
        if (client.readyState !== client.OPEN) return;
        for (const line of Buffer.from(chunk).toString('utf8').split('\n')) if (line !== '') client.send(line);
        if (client.bufferedAmount > largestUnread) client.terminate();
      },
      () => client.close(1000),
    );
    client.on('close', () => stream.stop());
  });
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** A client that does not read is cut off. */
function put(client: WebSocket, bytes: Uint8Array): void {
  if (client.readyState !== client.OPEN) return;
  client.send(bytes, { binary: true });
  if (client.bufferedAmount > largestUnread) client.terminate();
}

function putOn(client: WebSocket, channel: number, bytes: Uint8Array): void {
  put(client, Buffer.concat([Buffer.of(channel), bytes]));
}

function serveTunnel(client: WebSocket, request: ConnectRequest, send: SendEvent): void {
  const spdy = serveSpdy(request, send, { send: (bytes) => put(client, bytes), close: () => client.close(1000) });
  client.on('message', (data) => spdy.receive(bytesOf(data)));
  client.on('close', () => spdy.close());
}

function serveCommand(client: WebSocket, protocol: string, request: ConnectRequest, send: SendEvent): void {
  // Every stream that was asked for says that it is there before anything else.
  if (request.hasOutput) putOn(client, channels.stdout, Buffer.alloc(0));
  if (request.hasErrors) putOn(client, channels.stderr, Buffer.alloc(0));
  const input = openCommand(send, request, {
    output: (bytes) => putOn(client, channels.stdout, bytes),
    errors: (bytes) => putOn(client, channels.stderr, bytes),
    end: (status) => {
      if (status === undefined) return client.terminate();
      putOn(client, channels.error, Buffer.from(status));
      client.close(1000);
    },
  });
  client.on('message', (data) => {
    const bytes = bytesOf(data);
    const rest = bytes.subarray(1);
    if (bytes[0] === channels.stdin) input.input(rest);
    else if (bytes[0] === channels.resize) input.resize(rest.toString('utf8'));
    else if (bytes[0] === channels.close && protocol === 'v5.channel.k8s.io' && rest[0] === channels.stdin) input.endInput();
  });
}

/** Ports named in the query have two channels each: bytes, then errors; both begin with the port's number. */
function servePorts(client: WebSocket, http: IncomingMessage, send: SendEvent): void {
  const ports = new URL(http.url ?? '/', 'https://localhost').searchParams.getAll('ports').flatMap((list) => list.split(',').map(Number));
  ports.forEach((port, channel) => {
    const number = Buffer.of(port & 255, port >> 8);
    putOn(client, 2 * channel, number);
    putOn(client, 2 * channel + 1, number);
    const sink = {
      output: (text: string) => putOn(client, 2 * channel, bytesOfText(text)),
      errors: () => undefined,
      ended: (end: StreamEnd) => {
        if (end.kind === 'failed') putOn(client, 2 * channel + 1, Buffer.from(end.message));
        else if (ports.length === 1) client.close(1000);
      },
    };
    send({ event: 'open', channel, port }, { sink });
  });
  client.on('message', (data) => {
    const bytes = bytesOf(data);
    const channel = bytes[0] ?? 0;
    if (channel % 2 === 0 && channel / 2 < ports.length) send({ event: 'input', channel: channel / 2, text: textOfBytes(bytes.subarray(1)) });
  });
}
