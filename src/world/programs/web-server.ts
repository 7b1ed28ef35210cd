// A server of static files, as nginx and Apache are: documents from the container's files, an access log, a graceful end.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { HttpRequest, HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import { htmlResponse, textResponse, splitTarget } from '../network/payload.ts';
import type { ContainerContext } from '../runtime/container-context.ts';

/** What differs between one web server and another. */
export interface WebServer {
  readonly documents: string;
  readonly serverHeader: string;
  /** The page for an error, as that server words it. */
  errorPage(status: number, reason: string): string;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
  xml: 'text/xml',
};

/** The answer to a request for a document. */
export function serveDocument(container: ContainerContext, server: WebServer, request: HttpRequest): HttpResponse {
  const { path } = splitTarget(request.path);
  const refuse = (status: number, reason: string): HttpResponse =>
    withServer(htmlResponse(server.errorPage(status, reason), status), server);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Not Allowed');
  const plain = `${server.documents}${path}`;
  const stat = container.files.stat(plain);
  if (stat === undefined) return refuse(404, 'Not Found');
  const file = stat.isDirectory ? `${plain.replace(/\/$/, '')}/index.html` : plain;
  const body = container.files.read(file);
  if (body === undefined) return refuse(403, 'Forbidden');
  const extension = file.slice(file.lastIndexOf('.') + 1);
  return withServer(
    textResponse(200, request.method === 'HEAD' ? '' : body, types[extension] ?? 'application/octet-stream'),
    server,
  );
}

function withServer(response: HttpResponse, server: WebServer): HttpResponse {
  return { ...response, headers: { server: server.serverHeader, ...response.headers } };
}

/** One line of the common access log. */
export function accessLine(now: ContainerContext['now'], client: string, request: HttpRequest, response: HttpResponse): string {
  const agent = request.headers['user-agent'] ?? '-';
  return `${client} - - [${commonLogTime(now)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length} "-" "${agent}" "-"`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(now: ContainerContext['now']): string {
  const text = rfc3339(now);
  return `${text.slice(8, 10)}/${months[Number(text.slice(5, 7)) - 1] ?? ''}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
}

/** Begins to serve documents; requests that `answer` knows are its own. */
export function startWebServer(
  container: ContainerContext,
  server: WebServer,
  port: number,
  answer?: (request: HttpRequest) => HttpResponse | Task<HttpResponse> | undefined,
): void {
  container.network.listenHttp(port, (request, peer) => {
    const own = answer?.(request);
    if (own !== undefined) return own;
    const response = serveDocument(container, server, request);
    container.log(accessLine(container.now, peer.ip, request, response));
    return response;
  });
}
