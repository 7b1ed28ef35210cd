// HTTP to pods, Services and kubelets through the API server. Upstream: pkg/registry/core/{pod,service,node}/**/{proxy,subresources}.go.
import { utf8Text } from '@/base/utf8.ts';
import type { Task } from '@/simulation/process/task.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, failure, notFound, serviceUnavailable } from '../../apimachinery/status/status.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpointslice/types.ts';
import type { Node } from '../../api/core/v1/node/types.ts';
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
export function* answerProxy(server: Server, source: ProxySource | undefined, request: HttpApiRequest, info: ResourceInfo, headers: Record<string, string>): Task<HttpApiResponse> {
  const rest = /\/proxy(\/.*)?$/.exec(request.path.slice(request.path.indexOf(`/${info.resource}/`)))?.[1];
  const query = request.query === '' ? '' : `?${request.query}`;
  if (rest === undefined && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: { ...headers, location: `${request.path}/${query}` }, body: '' };
  const target = targetOf(server, info);
  const outgoing = { method: request.method, path: `${rest ?? '/'}${query}`, headers: passedOn(request.headers), body: utf8Text(request.body) };
  if (!source) throw new StatusError(serviceUnavailable('error trying to reach service: there is no way to it'));
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
  const split = splitName(given);
  if (!split) throw new StatusError(badRequest(`invalid ${resource.slice(0, -1)} request ${JSON.stringify(given)}`));
  const { name, port } = split;
  if (resource === 'nodes') return nodeTarget(server, name);
  return resource === 'pods' ? podTarget(server, namespace ?? '', name, port) : serviceTarget(server, namespace ?? '', name, port);
}

/** `name`, `name:port`, `scheme:name:port`; undefined for anything else. */
function splitName(given: string): { readonly name: string; readonly port: string } | undefined {
  const parts = given.split(':');
  if (parts.length === 3) return ['', 'http', 'https'].includes(parts[0] ?? '') ? { name: parts[1] ?? '', port: parts[2] ?? '' } : undefined;
  return parts.length > 2 ? undefined : { name: parts[0] ?? '', port: parts[1] ?? '' };
}

function nodeTarget(server: Server, name: string): ProxyTarget {
  const node = server.served('', 'nodes')?.read(undefined, name) as Node | undefined;
  if (!node) throw new StatusError(notFound({ group: '', resource: 'nodes' }, name));
  const addresses = node.status?.addresses ?? [];
  if (addresses.length === 0) throw new StatusError(failure({ code: 500, message: 'no preferred addresses found; known addresses: []' }));
  return { node: name };
}

function podTarget(server: Server, namespace: string, name: string, port: string): ProxyTarget {
  const pod = server.served('', 'pods')?.read(namespace, name) as Pod | undefined;
  if (!pod) throw new StatusError(notFound({ group: '', resource: 'pods' }, name));
  const ip = pod.status?.podIP ?? '';
  if (ip === '') throw new StatusError(badRequest('address not allowed'));
  const first = pod.spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
  const number = port === '' ? (first ?? 80) : Number(port);
  if (!(number > 0 && number < 65536)) throw new StatusError(badRequest(`invalid pod request ${JSON.stringify(`${name}:${port}`)}`));
  return { ip, port: number };
}

/** A port by number must be the Service's; by name, or without one, it must be an endpoint's. */
function serviceTarget(server: Server, namespace: string, name: string, port: string): ProxyTarget {
  const service = server.served('', 'services')?.read(namespace, name) as Service | undefined;
  if (!service) throw new StatusError(notFound({ group: '', resource: 'services' }, name));
  let portName = port;
  if (/^\d+$/.test(port)) {
    const known = (service.spec.ports ?? []).find((one) => one.port === Number(port));
    if (!known) throw new StatusError(serviceUnavailable(`no service port ${port} found for service ${JSON.stringify(name)}`));
    portName = known.name ?? '';
  }
  const slices = slicesOf(server, namespace, name);
  if (slices.length === 0) throw new StatusError(notFound({ group: '', resource: 'services' }, name));
  const targets = slices.flatMap((slice) => targetsIn(slice, portName));
  const chosen = targets[targets.length > 1 ? server.names.below(targets.length) : 0];
  if (!chosen) throw new StatusError(serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`));
  return chosen;
}

function slicesOf(server: Server, namespace: string, service: string): EndpointSlice[] {
  const resource = server.served('discovery.k8s.io', 'endpointslices');
  if (!resource) return [];
  return server.etcd
    .range(`${resource.prefix}${namespace}/`)
    .entries.map((entry) => resource.present(entry) as unknown as EndpointSlice)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
}

function targetsIn({ ports, endpoints }: EndpointSlice, portName: string): { readonly ip: string; readonly port: number }[] {
  const port = ports?.find((one) => (one.name ?? '') === portName)?.port;
  if (port === undefined) return [];
  return endpoints.flatMap(({ addresses, conditions }) => (addresses[0] !== undefined && conditions?.ready !== false ? [{ ip: addresses[0], port }] : []));
}
