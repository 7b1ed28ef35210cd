// Requests that want to take the connection over — exec, attach, port-forward — as far as they are judged before that.
// Upstream: pkg/registry/core/pod/{rest/subresources.go,strategy.go}.
import type { StreamEnd, StreamInput, StreamSink } from '@/base/stream.ts';
import type { Status } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, failure, notFound } from '../../apimachinery/status/status.ts';
import type { Pod } from '../../api/core/v1/pod/types.ts';
import type { Server } from '../registry/server.ts';
import { containerOf } from './logs.ts';
import type { HttpApiResponse } from './http.ts';
import type { ResourceInfo, URLQuery } from './request-info.ts';

/** What a client asked to be connected to, resolved and allowed. */
export interface ConnectRequest {
  readonly kind: 'exec' | 'attach' | 'portforward';
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly nodeName: string;
  readonly command: readonly string[];
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
  readonly hasErrors: boolean;
  readonly isTerminal: boolean;
}

/** The way to the kubelet that carries it out; `port` counts for port-forward. What fails ends the stream with its sentence. */
export type ConnectSource = (request: ConnectRequest, port: number, sink: StreamSink) => StreamInput;

/** A refusal over HTTP, or a connection that the client may take over: `open` begins a conversation on it. */
export type ConnectAnswer =
  | { readonly refused: HttpApiResponse }
  | { readonly granted: ConnectRequest; open(port: number, sink: StreamSink): StreamInput };

const connecting: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/** Whether a request is one of these. */
export function isConnect({ group, resource, subresource }: ResourceInfo): boolean {
  return group === '' && resource === 'pods' && connecting.has(subresource);
}

/** The pod and the container that a connection is for; throws what upstream refuses it with. */
export function connectTarget(
  server: Server,
  { namespace, name = '', subresource }: ResourceInfo,
  query: URLQuery,
): { readonly pod: Pod; readonly container: string } {
  const pod = server.served('', 'pods')?.read(namespace, name) as Pod | undefined;
  if (!pod) throw new StatusError(notFound({ group: '', resource: 'pods' }, name));
  const container = subresource === 'portforward' ? '' : containerOf(pod, query.first('container') ?? '');
  const { nodeName } = pod.spec;
  if (!nodeName) throw new StatusError(badRequest(`pod ${name} does not have a host assigned`));
  if (!server.served('', 'nodes')?.read(undefined, nodeName))
    throw new StatusError(notFound({ group: '', resource: 'pods' }, nodeName));
  return { pod, container };
}

/** Reads a request to connect. Throws what it is refused with. */
export function connectRequest(server: Server, info: ResourceInfo, query: URLQuery): ConnectRequest {
  const { pod, container } = connectTarget(server, info, query);
  const isSet = (name: string): boolean => ['true', '1'].includes(query.first(name) ?? '');
  const kind = info.subresource as ConnectRequest['kind'];
  const isTerminal = isSet('tty');
  const request: ConnectRequest = {
    kind,
    namespace: info.namespace ?? '',
    pod: pod.metadata.name,
    container,
    nodeName: pod.spec.nodeName ?? '',
    command: query.all('command'),
    hasInput: isSet('stdin'),
    hasOutput: isSet('stdout'),
    hasErrors: isSet('stderr') && !isTerminal,
    isTerminal,
  };
  if (kind !== 'portforward' && !request.hasInput && !request.hasOutput && !request.hasErrors)
    throw new StatusError(badRequest('you must specify at least 1 of stdin, stdout, stderr'));
  return request;
}

/** How a command's end is told on its error stream. Upstream: apimachinery/pkg/util/remotecommand and kubelet/pkg/cri/streaming/remotecommand. */
export function statusOfEnd(end: StreamEnd): Status | undefined {
  if (end.kind === 'cut') return undefined;
  if (end.kind === 'exit' && end.code === 0) return { metadata: {}, status: 'Success' } as unknown as Status;
  if (end.kind === 'failed') {
    const { message } = end;
    return failure({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}`, details: { causes: [{ message }] } });
  }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${end.code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(end.code) }] },
  } as unknown as Status;
}
