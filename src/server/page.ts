// The browser host: serves the window's page and carries its feed over a WebSocket, to whoever knows the token, on loopback only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { contentSecurityPolicy } from '@/host/window-policy.ts';
import { WindowLink } from '@/host/window-link.ts';
import type { Host } from '@/host/host.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** A window that reads this much slower than the feed is cut off; it comes back with a fresh snapshot. */
const maxUnsentBytes = 16 * 1024 * 1024;

export interface PageServer {
  /** With the token: whoever has it is in. */
  readonly url: string;
  /** Whose feed to carry. Until then windows are told to come back. */
  attach(host: Host): void;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly port: number;
  /** Folder of the built window; undefined serves the feed alone. */
  readonly folder: string | undefined;
}

/** Rejects with the system's error when the port is taken. */
export async function startPageServer(options: PageOptions): Promise<PageServer> {
  const token = randomBytes(18).toString('base64url');
  let host: Host | undefined;
  const server = createServer((request, response) => {
    void respond(request, response, options.folder, token, portOf(server));
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const url = urlOf(request);
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    if (url?.pathname !== '/feed' || !isLocal(request, portOf(server)) || !isToken(url.searchParams.get('token'), token)) return refuse('403 Forbidden');
    if (!host) return refuse('503 Service Unavailable');
    const attached = host;
    sockets.handleUpgrade(request, socket, head, (webSocket) => link(webSocket, attached));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}/?token=${token}`,
    attach: (running) => void (host = running),
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Undefined for what is no URL: anyone may send anything. */
function urlOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? '/', 'http://local');
  } catch {
    return undefined;
  }
}

/** The file below `folder` that a path names, or undefined when it names none that could be there. */
function fileOf(folder: string, pathname: string): string | undefined {
  try {
    const path = normalize(join(folder, decodeURIComponent(pathname)));
    return path.startsWith(folder + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function isToken(given: string | null, token: string): boolean {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A page of another site may reach this port through a name that it points here, or by a cross-site socket: both are told by their headers. */
function isLocal(request: IncomingMessage, port: number): boolean {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  return own.includes(host ?? '') && (origin === undefined || own.some((name) => origin === `http://${name}`));
}

async function respond(request: IncomingMessage, response: ServerResponse, folder: string | undefined, token: string, port: number): Promise<void> {
  const headers = {
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  const refuse = (status: number, sentence: string): void => {
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
  };
  const url = urlOf(request);
  if (!isLocal(request, port)) return refuse(403, 'This address is not for other sites.');
  if (!url) return refuse(400, 'This is no address.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET is served here.');
  if (folder === undefined) return refuse(404, 'This cluster was started without a window.');
  const isPage = url.pathname === '/';
  if (isPage && !isToken(url.searchParams.get('token'), token)) return refuse(403, 'Open the whole address that was printed at the start: its token is missing or wrong.');
  const path = fileOf(folder, isPage ? 'index.html' : url.pathname);
  if (!path) return refuse(404, 'Not found.');
  try {
    const content = await readFile(path);
    response.writeHead(200, { ...headers, 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(request.method === 'HEAD' ? undefined : content);
  } catch {
    refuse(404, 'Not found.');
  }
}

function link(webSocket: WebSocket, host: Host): void {
  const windowLink = new WindowLink(host, (message) => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > maxUnsentBytes) webSocket.terminate();
    else webSocket.send(JSON.stringify(message));
  });
  webSocket.on('message', (data) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(String(data));
    } catch {
      return;
    }
    windowLink.receive(parsed);
  });
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => windowLink.close());
}
