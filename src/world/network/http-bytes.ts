// HTTP/1.1 as bytes: what real clients send becomes requests of this world, and its answers become bytes again.
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import type { HttpRequest, HttpResponse } from '@/kubernetes/cri-api/network.ts';
import { httpReasons } from './payload.ts';

/** The largest body that is taken, and the largest head. */
export const largestBodyBytes = 1024 * 1024;
const largestHead = 64 * 1024;

/** What cannot be taken, with the status that says so. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  constructor(readonly status: number) {
    super(httpReasons[status] ?? 'Bad Request');
  }
}

export interface ReadRequest {
  readonly request: HttpRequest;
  /** Whether the client wants the connection for more. */
  readonly isKeptAlive: boolean;
}

interface Head {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isKeptAlive: boolean;
}

/** Reads requests out of a byte stream, however it is cut. */
export class HttpRequestReader {
  /** What was not understood yet, one character per byte. */
  private rest = '';
  private head: Head | undefined;
  private body = '';

  /** `onContinue`: the client waits for a word before it sends the body. */
  constructor(private readonly onContinue: () => void) {}

  push(bytes: Uint8Array): void {
    const pieces: string[] = [];
    for (let at = 0; at < bytes.length; at += 4096) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
    this.rest += pieces.join('');
  }

  /** The next whole request; undefined when more must come. Throws {@link HttpRefusal}. */
  next(): ReadRequest | undefined {
    if (!this.head && !this.readHead()) return undefined;
    const { head } = this;
    if (!head) return undefined;
    const isChunked = /\bchunked\b/i.test(head.headers['transfer-encoding'] ?? '');
    if (!(isChunked ? this.readChunks() : this.readLength(head))) return undefined;
    const { body } = this;
    this.head = undefined;
    this.body = '';
    const { method, path, headers, isKeptAlive } = head;
    return { request: { method, path, headers, body: textOfBytes(Uint8Array.from(body, (character) => character.charCodeAt(0))) }, isKeptAlive };
  }

  private readHead(): boolean {
    this.rest = this.rest.replace(/^(?:\r?\n)+/, '');
    const found = /\r?\n\r?\n/.exec(this.rest);
    if ((found?.index ?? this.rest.length) > largestHead) throw new HttpRefusal(431);
    if (!found) return false;
    const [first = '', ...lines] = this.rest.slice(0, found.index).split(/\r?\n/);
    this.rest = this.rest.slice(found.index + found[0].length);
    const request = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first);
    if (!request) throw new HttpRefusal(400);
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon <= 0) throw new HttpRefusal(400);
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
    const connection = (headers['connection'] ?? '').toLowerCase();
    const isKeptAlive = request[3] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
    this.head = { method: request[1] ?? 'GET', path: pathOf(request[2] ?? '/'), headers, isKeptAlive };
    if (/100-continue/i.test(headers['expect'] ?? '')) this.onContinue();
    return true;
  }

  private readLength({ headers }: Head): boolean {
    const text = headers['content-length'] ?? '0';
    if (!/^\d+$/.test(text)) throw new HttpRefusal(400);
    const length = Number(text);
    if (length > largestBodyBytes) throw new HttpRefusal(413);
    if (this.rest.length < length) return false;
    this.body = this.rest.slice(0, length);
    this.rest = this.rest.slice(length);
    return true;
  }

  private readChunks(): boolean {
    for (;;) {
      const line = /^([0-9a-fA-F]+)[^\r\n]*\r?\n/.exec(this.rest);
      if (!line) {
        if (this.rest.length > largestHead) throw new HttpRefusal(400);
        return false;
      }
      const length = parseInt(line[1] ?? '0', 16);
      const begin = line[0].length;
      if (this.body.length + length > largestBodyBytes) throw new HttpRefusal(413);
      if (length === 0) {
        const end = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(this.rest.slice(begin));
        if (!end) return false;
        this.rest = this.rest.slice(begin + end[0].length);
        return true;
      }
      const after = /^\r?\n/.exec(this.rest.slice(begin + length, begin + length + 2));
      if (!after) return false;
      this.body += this.rest.slice(begin, begin + length);
      this.rest = this.rest.slice(begin + length + after[0].length);
    }
  }
}

function pathOf(target: string): string {
  return /^https?:\/\/[^/?]*(.*)$/.exec(target)?.[1] || (target.startsWith('http') ? '/' : target);
}

const ownHeaders = new Set(['content-length', 'connection', 'transfer-encoding', 'keep-alive']);

/** An answer as it goes over the wire. */
export function responseBytes(response: HttpResponse, request: { readonly method: string }, isKeptAlive: boolean): string {
  const hasNoBody = response.status === 204 || response.status === 304 || response.status < 200;
  const length = request.method === 'HEAD' ? (response.headers['content-length'] ?? '0') : String(bytesOfText(response.body).length);
  const lines = [`HTTP/1.1 ${response.status} ${httpReasons[response.status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries(response.headers)) if (!ownHeaders.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  if (!hasNoBody) lines.push(`content-length: ${length}`);
  lines.push(`connection: ${isKeptAlive ? 'keep-alive' : 'close'}`);
  return `${lines.join('\r\n')}\r\n\r\n${hasNoBody || request.method === 'HEAD' ? '' : response.body}`;
}
