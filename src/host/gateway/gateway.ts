// The HTTPS door for real clients: HTTP/2 and HTTP/1.1 on one loopback port, client certificates and bearer tokens. It knows no Kubernetes:
// requests go to the session as they are, answers come back as bytes or streams.
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { timingSafeEqual } from 'node:crypto';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import type { Credential } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Certificates } from './certificates.ts';
import { FlowLimits } from './flow-limits.ts';
import type { SendEvent } from './upgrades/outside.ts';
import { serveUpgrade } from './upgrades/upgrades.ts';

/** Upstream's limit for a request body (3 MiB). */
const maxBodyBytes = 3 * 1024 * 1024;
/** A client that reads a stream slower than this much behind is cut off; it will list again. */
const maxUnreadBytes = 32 * 1024 * 1024;
/** Upstream: --http2-max-streams-per-connection. */
const streamsPerConnection = 1000;
/** How long a sender of too much may read its answer before the door closes. */
const drainMilliseconds = 500;

export interface GatewayOptions {
  readonly certificates: Certificates;
  readonly port: number;
  /** Loopback unless the user asked for more. */
  readonly host?: string;
  readonly handle: (request: HttpApiRequest, respond: (response: HttpApiResponse) => void) => void;
  /** Begins a connection that a client takes over. */
  readonly connection?: () => SendEvent | undefined;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts listening; rejects with the system's error (EADDRINUSE …) when it cannot. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { certificates, host = '127.0.0.1' } = options;
  const server = createSecureServer({
    allowHTTP1: true,
    key: certificates.server.key,
    cert: certificates.server.certificate,
    ca: certificates.authority,
    requestCert: true,
    rejectUnauthorized: false,
    settings: { maxConcurrentStreams: streamsPerConnection },
  });
  const limits = new FlowLimits();
  const sessions = new Set<{ close(): void; destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('secureConnection', (socket) => {
    sessions.add(Object.assign(socket, { close: () => socket.end() }));
    socket.on('close', () => sessions.delete(socket as never));
    socket.on('error', () => socket.destroy());
  });
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.on('request', (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void serve(options, limits, request, response).catch(() => close(response));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const send = options.connection?.();
    if (!send) socket.destroy();
    else serveUpgrade(request, socket, head, upgradeRequest(request, options.certificates), send);
  });
  await listen(server, options.port, host);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

function listen(server: Http2SecureServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(options: GatewayOptions, limits: FlowLimits, request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === 'aborted') return;
  if (body === 'too large') {
    const message = `Request entity too large: limit is ${maxBodyBytes}`;
    send(response, {
      status: 413,
      headers: { 'content-type': 'application/json', ...(isHttp2(response) ? {} : { connection: 'close' }) },
      body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'RequestEntityTooLarge', code: 413 }),
    });
    // What else comes is not read: the client has its answer.
    response.once('finish', () => setTimeout(() => close(response), drainMilliseconds).unref());
    return;
  }
  const asked: HttpApiRequest = { ...requestLine(request), body, credential: credentialOf(request, options.certificates) };
  const flow = flowOf(asked);
  const leave = isStream(asked) ? limits.openStream(flow) : undefined;
  const isTaken =
    (leave !== undefined || !isStream(asked)) &&
    limits.submit(flow, (ended) => {
      if (leave) ended();
      response.once('close', ended);
      if (isGone(response)) ended();
      else options.handle(asked, (answer) => send(response, answer));
    });
  if (leave) response.once('close', leave);
  if (!isTaken) send(response, tooMany);
}

/** Who asks, with which program: what is to be fair to each other. */
function flowOf({ credential, headers }: HttpApiRequest): string {
  const who = credential.kind === 'certificate' ? credential.user : credential.kind === 'token' ? credential.token : '';
  return `${credential.kind} ${who} ${headers['user-agent'] ?? ''}`;
}

const isStream = ({ query }: HttpApiRequest): boolean => /(^|&)(watch|follow)=(1|true)(&|$)/.test(query);

/** Upstream's answer to a client that asks for too much at once; clients of the official libraries come again by themselves. */
const tooMany: HttpApiResponse = {
  status: 429,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1', 'x-content-type-options': 'nosniff' },
  body: 'Too many requests, please try again later.\n',
};

function requestLine({ method, url, headers: given }: Pick<Http2ServerRequest, 'method' | 'url' | 'headers'>): Pick<HttpApiRequest, 'method' | 'path' | 'query' | 'headers'> {
  const [path = '/', query = ''] = splitOnce(url, '?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!name.startsWith(':') && value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method, path, query, headers };
}

function upgradeRequest(request: IncomingMessage, certificates: Certificates): HttpApiRequest {
  const { method = 'GET', url = '/', headers } = request;
  return { ...requestLine({ method, url, headers }), body: new Uint8Array(), credential: credentialOf(request as unknown as Http2ServerRequest, certificates) };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The whole body, unless it is larger than the API server takes or its sender went away. */
function readBody(request: Http2ServerRequest): Promise<Uint8Array | 'too large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBodyBytes) {
        resolve('too large');
        chunks.length = 0;
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('aborted', () => resolve('aborted'));
  });
}

/** Upstream asks the same way round: who shows a certificate that it trusts is known by it, whatever token comes along. */
function credentialOf(request: Http2ServerRequest, certificates: Certificates): Credential {
  const socket = socketOf(request);
  if (socket?.authorized) {
    const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string | string[]; O?: string | string[] } };
    const user = [subject?.CN ?? []].flat()[0];
    if (user) return { kind: 'certificate', user, groups: [subject?.O ?? []].flat() };
  }
  const authorization = request.headers.authorization ?? '';
  if (!/^bearer /i.test(authorization)) return { kind: 'anonymous' };
  const token = authorization.slice('bearer '.length).trim();
  if (token === '') return { kind: 'anonymous' };
  return isSame(token, certificates.token) ? { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters'] } : { kind: 'token', token };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function socketOf(request: Http2ServerRequest): TLSSocket | undefined {
  // HTTP/2 hands out a guarded socket; its session holds the real one. On HTTP/1.1 the request's own is real.
  const stream = request.stream as { session?: { socket?: TLSSocket } } | undefined;
  return stream?.session?.socket ?? (request.socket as unknown as TLSSocket);
}

const isHttp2 = (response: Http2ServerResponse): boolean => response.stream !== undefined;

/** The stream of an HTTP/2 request, or the connection of an older one. */
function close(response: Http2ServerResponse): void {
  if (isHttp2(response)) response.stream.destroy();
  else (response as unknown as { destroy(): void }).destroy();
}

const isGone = (response: Http2ServerResponse): boolean =>
  response.writableEnded || (isHttp2(response) ? response.stream.destroyed : (response as unknown as { destroyed: boolean }).destroyed);

function send(response: Http2ServerResponse, answer: HttpApiResponse): void {
  if (isGone(response)) {
    if ('start' in answer) answer.start(() => undefined, () => undefined).stop();
    return;
  }
  if ('body' in answer) {
    const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
    const hasNoBody = answer.status === 204 || answer.status === 304;
    response.writeHead(answer.status, hasNoBody ? { ...answer.headers } : { ...answer.headers, 'content-length': bytes.length });
    if (hasNoBody) response.end();
    else response.end(bytes);
    return;
  }
  response.writeHead(answer.status, answer.headers);
  (response as unknown as { flushHeaders?: () => void }).flushHeaders?.();
  let hasEnded = false;
  const stream = answer.start(
    (chunk) => {
      if (isGone(response)) return;
      response.write(chunk);
      if (unread(response) > maxUnreadBytes) close(response);
    },
    () => {
      hasEnded = true;
      if (!isGone(response)) response.end();
    },
  );
  response.on('close', () => {
    if (!hasEnded) stream.stop();
  });
}

/** Bytes written that the client has not taken yet. */
function unread(response: Http2ServerResponse): number {
  return (response as unknown as { writableLength?: number }).writableLength ?? 0;
}
