// What follows for a Service's fields when its type or its address changes. Upstream: pkg/registry/core/service/strategy.go and
// storage/storage.go.
import { equalJson } from '@/base/json.ts';
import { each, put } from '../../../sharing.ts';
import type { Service, ServiceSpec } from './types.ts';

/** Keeps `clusterIP` and `clusterIPs` telling the same, when the writer spoke of one of them only. */
export function normalizeClusterIps(service: Service, previous: Service | undefined): Service {
  const { clusterIP, clusterIPs } = service.spec;
  if (!previous)
    return clusterIP && !clusterIPs?.length ? withSpec(service, { clusterIPs: [clusterIP] }) : service;
  const before = previous.spec;
  if (!equalOrBothEmpty(clusterIP, before.clusterIP)) {
    // Only the single form was changed or cleared: the list follows.
    if (!clusterIP) {
      if (equalJson(clusterIPs ?? [], before.clusterIPs ?? []))
        return withSpec(service, { clusterIPs: undefined });
    } else if (equalJson(clusterIPs ?? [], before.clusterIPs ?? [])) {
      return withSpec(service, { clusterIPs: [clusterIP] });
    }
    return service;
  }
  return service;
}

const equalOrBothEmpty = (a: string | undefined, b: string | undefined): boolean => (a ?? '') === (b ?? '');

function withSpec(service: Service, changes: Partial<ServiceSpec>): Service {
  let spec = service.spec;
  for (const key of Object.keys(changes) as (keyof ServiceSpec)[]) spec = put(spec, key, changes[key]);
  return put(service, 'spec', spec);
}

const needsClusterIp = (spec: ServiceSpec): boolean => spec.type !== 'ExternalName';
const needsNodePort = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer';
const isLocal = (spec: ServiceSpec): boolean => spec.externalTrafficPolicy === 'Local';
const needsHealthCheckPort = (spec: ServiceSpec): boolean => spec.type === 'LoadBalancer' && isLocal(spec);
const isReachableFromOutside = (spec: ServiceSpec): boolean =>
  needsNodePort(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

/** Clears what belonged to the old type and was left as it was, so that changing `type` alone is enough. */
export function dropTypeDependentFields(service: Service, previous: Service): Service {
  const after = service.spec;
  const before = previous.spec;
  let next = service;
  if (needsClusterIp(before) && !needsClusterIp(after)) {
    const isSame =
      equalOrBothEmpty(after.clusterIP, before.clusterIP) &&
      equalJson(after.clusterIPs ?? [], before.clusterIPs ?? []);
    if (isSame) next = withSpec(next, { clusterIP: undefined, clusterIPs: undefined });
    if (equalJson(after.ipFamilies ?? [], before.ipFamilies ?? []))
      next = withSpec(next, { ipFamilies: undefined });
    if (after.ipFamilyPolicy === before.ipFamilyPolicy) next = withSpec(next, { ipFamilyPolicy: undefined });
  }
  if (needsNodePort(before) && !needsNodePort(after)) next = withoutOldNodePorts(next, previous);
  if (
    needsHealthCheckPort(before) &&
    !needsHealthCheckPort(after) &&
    after.healthCheckNodePort === before.healthCheckNodePort
  ) {
    next = withSpec(next, { healthCheckNodePort: undefined });
  }
  if (
    before.type !== 'ExternalName' &&
    after.type === 'ExternalName' &&
    after.internalTrafficPolicy === before.internalTrafficPolicy
  ) {
    next = withSpec(next, { internalTrafficPolicy: undefined });
  }
  const wasBalancer = before.type === 'LoadBalancer';
  if (wasBalancer && after.type !== 'LoadBalancer') {
    if (after.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) {
      next = withSpec(next, { allocateLoadBalancerNodePorts: undefined });
    }
    if (after.loadBalancerClass === before.loadBalancerClass)
      next = withSpec(next, { loadBalancerClass: undefined });
  }
  const wasReachable = isReachableFromOutside(before);
  if (
    wasReachable &&
    !isReachableFromOutside(after) &&
    after.externalTrafficPolicy === before.externalTrafficPolicy
  ) {
    next = withSpec(next, { externalTrafficPolicy: undefined });
  }
  return next;
}

/** Node ports of the old state that the new one still carries unchanged are dropped. */
function withoutOldNodePorts(service: Service, previous: Service): Service {
  const key = (port: { protocol?: string; port: number }): string => `${port.protocol}/${port.port}`;
  const old = new Map((previous.spec.ports ?? []).map((port) => [key(port), port.nodePort]));
  const ports = each(service.spec.ports ?? [], (port) =>
    port.nodePort !== undefined && old.get(key(port)) === port.nodePort
      ? put(port, 'nodePort', undefined)
      : port,
  );
  return service.spec.ports ? withSpec(service, { ports }) : service;
}
