// Requests that ask to take their connection over: judged by the API server like any other, then handed to the protocol that the client speaks.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectRequest } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import type { SendEvent } from './outside.ts';
import { serveSpdy } from './spdy-clients.ts';
import { protocolFor, serveWatch, serveWebSocket } from './web-socket-clients.ts';

const protocolHeader = 'x-stream-protocol-version';
const commandProtocols = ['v4.channel.k8s.io', 'v5.channel.k8s.io'];
const portProtocols = ['portforward.k8s.io'];
const largestUnread = 32 * 1024 * 1024;

/** Serves one such request. `send` is the connection's way into the session. */
export function serveUpgrade(http: IncomingMessage, socket: Duplex, head: Buffer, request: HttpApiRequest, send: SendEvent): void {
  socket.on('error', () => socket.destroy());
  send(
    { event: 'connect', request },
    {
      // What takes no connection over is answered as always; only a watch has a form for WebSockets.
      refused: (response) => {
        const isWebSocket = http.headers.upgrade?.toLowerCase() === 'websocket';
        if (isWebSocket && 'start' in response && response.headers['content-type']?.startsWith('application/json')) serveWatch(http, socket, head, response.start);
        else answerPlainly(socket, response);
      },
      granted: (granted) => {
        const wanted = (http.headers.upgrade ?? '').toLowerCase();
        if (wanted === 'websocket' && protocolFor(http, granted.kind) !== undefined) serveWebSocket(http, socket, head, granted, send);
        else if (wanted === 'spdy/3.1') serveRawSpdy(http, socket, head, granted, send);
        else {
          send({ event: 'close' });
          answerPlainly(socket, statusResponse(400, 'BadRequest', wanted === 'websocket' ? 'no supported subprotocol was offered' : 'unable to upgrade: unknown protocol'));
        }
      },
    },
  );
}

function statusResponse(status: number, reason: string, message: string): HttpApiResponse {
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function serveRawSpdy(http: IncomingMessage, socket: Duplex, head: Buffer, request: ConnectRequest, send: SendEvent): void {
  const offered = [http.headers[protocolHeader] ?? []].flat().flatMap((value) => value.split(',').map((one) => one.trim()));
  const known = request.kind === 'portforward' ? portProtocols : commandProtocols;
  const protocol = offered.find((one) => known.includes(one));
  if (protocol === undefined && offered.length > 0) {
    send({ event: 'close' });
    answerPlainly(socket, statusResponse(403, 'Forbidden', `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]`));
    return;
  }
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1', ...(protocol ? [`X-Stream-Protocol-Version: ${protocol}`] : [])];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const spdy = serveSpdy(request, send, {
    send: (bytes) => {
      if (!socket.writable) return;
      socket.write(bytes);
      if (socket.writableLength > largestUnread) socket.destroy();
    },
    close: () => socket.end(),
  });
  socket.on('data', (bytes: Buffer) => spdy.receive(bytes));
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    spdy.close();
    send({ event: 'close' });
  });
  if (head.length > 0) spdy.receive(head);
}

/** An answer without taking the connection over; it ends with it. */
function answerPlainly(socket: Duplex, response: HttpApiResponse): void {
  const lines = [`HTTP/1.1 ${response.status} ${response.status < 400 ? 'OK' : 'Refused'}`, ...Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`)];
  const head = (more: string): string => `${lines.join('\r\n')}\r\n${more}connection: close\r\n\r\n`;
  if ('body' in response) {
    const body = Buffer.from(response.body);
    socket.end(Buffer.concat([Buffer.from(head(`content-length: ${body.length}\r\n`)), body]));
    return;
  }
  socket.write(head(''));
  const stream = response.start(
    (chunk) => void socket.write(chunk),
    () => socket.end(),
  );
  socket.on('close', () => stream.stop());
}
