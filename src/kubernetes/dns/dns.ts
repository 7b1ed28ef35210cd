// CoreDNS for the cluster zone: names from Services, EndpointSlices and pods. Upstream: coredns plugin/kubernetes, the DNS specification for Kubernetes.
import type { Context } from '@/simulation/process/process.ts';
import type { Service } from '../api/core/v1/service/types.ts';
import type { Endpoint, EndpointSlice } from '../api/discovery/v1/endpointslice/types.ts';
import type { Client } from '../client/client.ts';
import { InformerFactory } from '../client/informer.ts';
import { endpointSlicesResource, namespacesResource, servicesResource } from '../client/resources.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';

/** What a name stands for. */
export type DnsAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** An alias for a name outside: ExternalName Services. */
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'nxdomain' }
  /** A name outside the cluster's zone: not ours to answer. */
  | { readonly kind: 'forward' };

export interface DnsServer {
  readonly isReady: boolean;
  /** `name` is fully qualified, with or without the final dot: `web.default.svc.cluster.local`. */
  resolve(name: string): DnsAnswer;
}

export interface DnsOptions {
  readonly client: Client;
  readonly zone?: string;
}

const nxdomain: DnsAnswer = { kind: 'nxdomain' };

/** Serves names for as long as the context lives. */
export function startDns(context: Context, options: DnsOptions): DnsServer {
  const zone = (options.zone ?? 'cluster.local').split('.');
  const informers = new InformerFactory(context, options.client);
  const services = informers.informer<Service>(servicesResource);
  const slices = informers.informer<EndpointSlice>(endpointSlicesResource);
  const namespaces = informers.informer<KubeObject>(namespacesResource);
  slices.addIndex('service', (slice) => [`${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`]);
  informers.start();

  function endpointsOf(key: string, publishNotReady: boolean): Endpoint[] {
    const usable: Endpoint[] = [];
    for (const slice of slices.byIndex('service', key)) {
      for (const endpoint of slice.endpoints) if (publishNotReady || endpoint.conditions?.ready !== false) usable.push(endpoint);
    }
    return usable;
  }

  function ofService(labels: readonly string[], namespace: string): DnsAnswer {
    // `_port._proto` in front asks for SRV; its addresses are the Service's.
    const named = labels.length >= 3 && labels.at(-3)?.startsWith('_') === true ? labels.slice(-1) : labels;
    const name = named.at(-1) ?? '';
    const service = services.get(`${namespace}/${name}`);
    if (!service || named.length > 2) return nxdomain;
    const { spec } = service;
    if (spec.type === 'ExternalName') return named.length === 1 ? { kind: 'alias', name: spec.externalName ?? '' } : nxdomain;
    const isHeadless = spec.clusterIP === 'None';
    if (!isHeadless) return named.length === 1 ? addresses(spec.clusterIPs ?? [spec.clusterIP ?? '']) : nxdomain;
    const endpoints = endpointsOf(`${namespace}/${name}`, spec.publishNotReadyAddresses === true);
    if (named.length === 1) return addresses(endpoints.flatMap((endpoint) => endpoint.addresses));
    const host = named[0] ?? '';
    const wanted = endpoints.filter((endpoint) => endpoint.hostname === host || endpoint.addresses.some((ip) => ip.replaceAll('.', '-') === host));
    return wanted.length > 0 ? addresses(wanted.flatMap((endpoint) => endpoint.addresses)) : nxdomain;
  }

  function ofPod(labels: readonly string[], namespace: string): DnsAnswer {
    const [dashed] = labels;
    if (labels.length !== 1 || dashed === undefined || !namespaces.get(namespace)) return nxdomain;
    const ip = dashed.replaceAll('-', '.');
    return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(ip) ? addresses([ip]) : nxdomain;
  }

  return {
    get isReady() {
      return services.hasSynced && slices.hasSynced && namespaces.hasSynced;
    },
    resolve(name) {
      const labels = name.toLowerCase().replace(/\.$/, '').split('.');
      const tail = labels.slice(-zone.length);
      if (tail.join('.') !== zone.join('.')) return { kind: 'forward' };
      const inside = labels.slice(0, -zone.length);
      const kind = inside.at(-1);
      const namespace = inside.at(-2);
      if (namespace === undefined || (kind !== 'svc' && kind !== 'pod')) return nxdomain;
      const rest = inside.slice(0, -2);
      if (rest.length === 0) return nxdomain;
      return kind === 'svc' ? ofService(rest, namespace) : ofPod(rest, namespace);
    },
  };
}

/** In order of address; a Service without endpoints is a name without addresses, as upstream answers NOERROR for it. */
function addresses(ips: readonly string[]): DnsAnswer {
  return { kind: 'addresses', addresses: [...ips].sort() };
}
