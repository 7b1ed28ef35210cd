// What is sent over connections: whole messages rather than bytes, so that nothing needs parsing on the way.
import type { HttpRequest, HttpResponse } from '@/kubernetes/cri-api/network.ts';

/** Text of a raw protocol, or one HTTP message. */
export type Payload =
  | string
  | { readonly kind: 'http-request'; readonly request: HttpRequest }
  | { readonly kind: 'http-response'; readonly response: HttpResponse };

export const httpReasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** An answer with a text body. */
export function textResponse(status: number, body: string, contentType = 'text/plain; charset=utf-8'): HttpResponse {
  return { status, headers: { 'content-type': contentType, 'content-length': String(body.length) }, body };
}

export function htmlResponse(body: string, status = 200): HttpResponse {
  return textResponse(status, body, 'text/html; charset=utf-8');
}

export function jsonResponse(value: unknown, status = 200): HttpResponse {
  return textResponse(status, JSON.stringify(value), 'application/json');
}

/** A GET request of that path. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return { method: 'GET', path, headers, body: '' };
}

/** Reads a request that somebody typed into a raw connection; undefined when it is none. */
export function parseHttpText(text: string): HttpRequest | undefined {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const found = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?\s*$/.exec(first);
  if (!found) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { method: found[1] ?? 'GET', path: found[2] ?? '/', headers, body: rest.join('\n\n') };
}

/** An answer as it would look on a raw connection. */
export function responseText(response: HttpResponse): string {
  const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${response.status} ${httpReasons[response.status] ?? 'Unknown'}\r\n${headers.join('')}\r\n${response.body}`;
}

/** Path and decoded query of a request's target. */
export function splitTarget(target: string): { readonly path: string; readonly query: Readonly<Record<string, string>> } {
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: {} };
  return { path: target.slice(0, mark), query: parseForm(target.slice(mark + 1)) };
}

/** Decodes `a=1&b=x+y`. */
export function parseForm(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    values[decode(name)] = equals < 0 ? '' : decode(pair.slice(equals + 1));
  }
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
