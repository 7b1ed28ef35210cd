// What real programs on this computer do: plain HTTP and plain bytes to a port of the loopback.
import { request, type Agent } from 'node:http';
import { connect, createServer } from 'node:net';

const host = '127.0.0.1';

export interface FetchOptions {
  readonly agent?: Agent;
  readonly method?: string;
  readonly body?: string;
  readonly isChunked?: boolean;
}

/** One request; on a connection of its own unless an agent keeps some. */
export function fetchText(port: number, path: string, { agent, method = 'GET', body, isChunked = false }: FetchOptions = {}): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body !== undefined && !isChunked ? { 'content-length': Buffer.byteLength(body) } : {};
    const outgoing = request({ host, port, path, method, headers, agent: agent ?? false, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')));
    outgoing.end(body);
  });
}

/** Sends a line and gives the first line that comes back. */
export function redisLine(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(line));
    let text = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 s')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (!text.includes('\r\n')) return;
      resolve(text.split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without an answer')));
  });
}

/** A port of the node-port range that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 30000 + Math.floor(Math.random() * 2768);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.on('error', () => resolve(false));
      server.listen(port, host, () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
