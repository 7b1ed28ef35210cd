// The rule table of one machine, as a pure function of Services and EndpointSlices. Upstream: pkg/proxy (ServicePortMap, EndpointsMap, topology.go).
import type { Service, ServicePort } from '../api/core/v1/service/types.ts';
import type { Endpoint, EndpointSlice } from '../api/discovery/v1/endpointslice/types.ts';
import type { ProxyBackend, ProxyRule } from '../cri-api/network.ts';

/** Where the rules are for. */
export interface ProxyNode {
  readonly name: string;
  readonly zone: string;
}

type Choice = 'Cluster' | 'Local';

/** All rules of one Service on one node; none for headless and ExternalName Services. */
export function rulesOfService(service: Service, slices: readonly EndpointSlice[], node: ProxyNode): readonly ProxyRule[] {
  if (isSharedByAllNodes(service, slices)) {
    const known = shared.get(service);
    if (known && sameMembers(known.slices, slices)) return known.rules;
    const rules = build(service, slices, node);
    shared.set(service, { slices, rules });
    return rules;
  }
  return build(service, slices, node);
}

const shared = new WeakMap<Service, { slices: readonly EndpointSlice[]; rules: readonly ProxyRule[] }>();

function isSharedByAllNodes(service: Service, slices: readonly EndpointSlice[]): boolean {
  const { spec } = service;
  return (
    spec.internalTrafficPolicy !== 'Local' &&
    spec.externalTrafficPolicy !== 'Local' &&
    !slices.some((slice) => slice.endpoints.some((endpoint) => endpoint.hints !== undefined))
  );
}

function sameMembers(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((member, i) => member === b[i]);
}

function build(service: Service, slices: readonly EndpointSlice[], node: ProxyNode): readonly ProxyRule[] {
  const { spec } = service;
  const clusterIp = spec.clusterIP ?? '';
  if (spec.type === 'ExternalName' || clusterIp === '' || clusterIp === 'None') return [];
  const internal: Choice = spec.internalTrafficPolicy ?? 'Cluster';
  const external: Choice = spec.externalTrafficPolicy ?? 'Cluster';
  const rules: ProxyRule[] = [];
  for (const port of spec.ports ?? []) {
    const endpoints = endpointsOf(port, slices);
    const inside = choose(endpoints, internal, node);
    const outside = external === internal ? inside : choose(endpoints, external, node);
    const base = {
      servicePort: `${service.metadata.namespace}/${service.metadata.name}${port.name ? `:${port.name}` : ''}`,
      port: port.port,
      protocol: port.protocol ?? 'TCP',
      affinitySeconds: spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800) : 0,
    } as const;
    const hasAny = endpoints.length > 0;
    const in_ = { ...base, backends: inside, isDroppedWhenEmpty: internal === 'Local' && hasAny };
    const out = { ...base, backends: outside, isDroppedWhenEmpty: external === 'Local' && hasAny };
    for (const ip of spec.clusterIPs ?? [clusterIp]) rules.push({ ...in_, ip, kind: 'ClusterIP' });
    for (const ip of spec.externalIPs ?? []) rules.push({ ...out, ip, kind: 'ExternalIP' });
    for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) rules.push({ ...out, ip: ingress.ip, kind: 'LoadBalancer' });
    if (port.nodePort) rules.push({ ...out, ip: '*', port: port.nodePort, kind: 'NodePort' });
  }
  return rules;
}

interface Candidate {
  readonly endpoint: Endpoint;
  readonly port: number;
}

/** Endpoints of one Service port, in order of address, each once. */
function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[]): Candidate[] {
  const byAddress = new Map<string, Candidate>();
  for (const slice of slices) {
    const slicePort = slice.ports?.find((one) => (one.name ?? '') === (port.name ?? '') && (one.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (slicePort?.port === undefined) continue;
    for (const endpoint of slice.endpoints) {
      const address = endpoint.addresses[0];
      if (address !== undefined) byAddress.set(`${address}:${slicePort.port}`, { endpoint, port: slicePort.port });
    }
  }
  return [...byAddress.keys()].sort().map((address) => byAddress.get(address) as Candidate);
}

/** Ready ones that the policy and the hints allow; when there is none at all, those that still serve while they terminate. */
function choose(candidates: readonly Candidate[], policy: Choice, node: ProxyNode): readonly ProxyBackend[] {
  const near = policy === 'Local' ? candidates.filter(({ endpoint }) => endpoint.nodeName === node.name) : candidates;
  const ready = near.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  const usable = ready.length > 0 ? ready : near.filter(({ endpoint }) => endpoint.conditions?.serving === true && endpoint.conditions.terminating === true);
  return (policy === 'Cluster' ? byHints(usable, node) : usable).map(({ endpoint, port }) => ({
    ip: endpoint.addresses[0] ?? '',
    port,
    target: endpoint.targetRef ? `${endpoint.targetRef.kind ?? ''}/${endpoint.targetRef.namespace ?? ''}/${endpoint.targetRef.name ?? ''}` : '',
    nodeName: endpoint.nodeName ?? '',
  }));
}

/** Hints count only when every endpoint has them and some endpoint is for this node or zone. Upstream: pkg/proxy/topology.go. */
function byHints(candidates: readonly Candidate[], node: ProxyNode): readonly Candidate[] {
  const forNode = candidates.filter(({ endpoint }) => endpoint.hints?.forNodes?.some((one) => one.name === node.name));
  if (forNode.length > 0 && candidates.every(({ endpoint }) => (endpoint.hints?.forNodes?.length ?? 0) > 0)) return forNode;
  const forZone = candidates.filter(({ endpoint }) => endpoint.hints?.forZones?.some((one) => one.name === node.zone));
  if (node.zone !== '' && forZone.length > 0 && candidates.every(({ endpoint }) => (endpoint.hints?.forZones?.length ?? 0) > 0)) return forZone;
  return candidates;
}
