// HTTP to pods, Services and kubelets through the API server. Upstream: pkg/registry/core/{pod,service,node}/**/{proxy,subresources}.go.
import { utf8Text } from '@/base/utf8.ts';
import type { Task } from '@/simulation/process/task.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, notFound, serviceUnavailable } from '../../apimachinery/status/status.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpointslice/types.ts';
import type { Pod } from '../../api/core/v1/pod/types.ts';
import type { Service } from '../../api/core/v1/service/types.ts';
import type { Server } from '../registry/server.ts';
import type { HttpApiRequest, HttpApiResponse } from './http.ts';
import type { ResourceInfo } from './request-info.ts';

/** Where a proxied request goes: an address of the pods' network, or a node's kubelet. */
export type ProxyTarget = { readonly ip: string; readonly port: number } | { readonly node: string };

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ProxiedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request from where the API server runs; throws an Error that reads like Go's when nobody answers. */
export type ProxySource = (target: ProxyTarget, request: ProxiedRequest) => Task<ProxiedResponse>;

const proxied: ReadonlySet<string> = new Set(['pods', 'services', 'nodes']);

export function isProxy({ group, resource, subresource, name }: ResourceInfo): boolean {
  return group === '' && subresource === 'proxy' && name !== undefined && proxied.has(resource);
}

/** Answers with what the target answers. Throws a StatusError when there is none. */
export function* answerProxy(server: Server, source: ProxySource, request: HttpApiRequest, info: ResourceInfo, headers: Record<string, string>): Task<HttpApiResponse> {
  const rest = /\/proxy(\/.*)?$/.exec(request.path.slice(request.path.indexOf(`/${info.resource}/`)))?.[1];
  const query = request.query === '' ? '' : `?${request.query}`;
  if (rest === undefined && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: { ...headers, location: `${request.path}/${query}` }, body: '' };
  const target = targetOf(server, info);
  const outgoing = { method: request.method, path: `${rest ?? '/'}${query}`, headers: passedOn(request.headers), body: utf8Text(request.body) };
  let response: ProxiedResponse;
  try {
    response = yield* source(target, outgoing);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AssertionError') throw error;
    throw new StatusError(serviceUnavailable(`error trying to reach service: ${error.message}`));
  }
  return { status: response.status, headers: { ...headers, ...passedOn(response.headers) }, body: response.body };
}

const connectionHeaders = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive', 'upgrade', 'authorization', 'host']);

function passedOn(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase())));
}

function targetOf(server: Server, { resource, namespace, name: given = '' }: ResourceInfo): ProxyTarget {
  const { name, port } = splitName(given);
  if (resource === 'nodes') {
    if (!server.served('', 'nodes')?.read(undefined, name)) throw new StatusError(notFound({ group: '', resource: 'nodes' }, name));
    return { node: name };
  }
  return resource === 'pods' ? podTarget(server, namespace ?? '', name, port) : serviceTarget(server, namespace ?? '', name, port);
}

/** `name`, `name:port`, `scheme:name:port`. */
function splitName(given: string): { readonly name: string; readonly port: string } {
  const parts = given.split(':');
  if (parts.length === 3) return { name: parts[1] ?? '', port: parts[2] ?? '' };
  return { name: parts[0] ?? '', port: parts[1] ?? '' };
}

function podTarget(server: Server, namespace: string, name: string, port: string): ProxyTarget {
  const pod = server.served('', 'pods')?.read(namespace, name) as Pod | undefined;
  if (!pod) throw new StatusError(notFound({ group: '', resource: 'pods' }, name));
  const ip = pod.status?.podIP ?? '';
  if (ip === '') throw new StatusError(badRequest('address not allowed'));
  const first = pod.spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
  const number = port === '' ? (first ?? 80) : Number(port);
  if (!(number > 0 && number < 65536)) throw new StatusError(badRequest(`invalid pod request "${name}:${port}"`));
  return { ip, port: number };
}

function serviceTarget(server: Server, namespace: string, name: string, port: string): ProxyTarget {
  const services = server.served('', 'services');
  const service = services?.read(namespace, name) as Service | undefined;
  if (!service) throw new StatusError(notFound({ group: '', resource: 'services' }, name));
  const ports = service.spec.ports ?? [];
  const wanted = port === '' ? (ports.length === 1 ? ports[0] : ports.find((one) => !one.name)) : ports.find((one) => one.name === port || String(one.port) === port);
  if (!wanted) throw new StatusError(serviceUnavailable(`no service port "${port}" found for service "${name}"`));
  const targets = endpointsOf(server, namespace, name, wanted.name ?? '');
  const chosen = targets[targets.length > 1 ? server.names.below(targets.length) : 0];
  if (!chosen) throw new StatusError(serviceUnavailable(`no endpoints available for service "${name}"`));
  return chosen;
}

function endpointsOf(server: Server, namespace: string, service: string, portName: string): { readonly ip: string; readonly port: number }[] {
  const slices = server.served('discovery.k8s.io', 'endpointslices');
  const found: { ip: string; port: number }[] = [];
  if (!slices) return found;
  for (const entry of server.etcd.range(`${slices.prefix}${namespace}/`).entries) {
    const slice = slices.present(entry) as unknown as EndpointSlice;
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service) continue;
    const port = slice.ports?.find((one) => (one.name ?? '') === portName)?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions } of slice.endpoints) if (addresses[0] !== undefined && conditions?.ready !== false) found.push({ ip: addresses[0], port });
  }
  return found;
}
