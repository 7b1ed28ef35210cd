// How a pod shows behind a Service: whether at all, under which ports and which name. Upstream: staging/src/k8s.io/endpointslice/util.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service, ServicePort } from '@/kubernetes/api/core/v1/service/types.ts';
import { isPodFinished } from './pod-state.ts';

export const headlessLabel = 'service.kubernetes.io/headless';

/** Whether the pod has an address to send to, or is about to lose it. */
export function belongsInEndpoints(pod: Pod, withTerminating: boolean): boolean {
  if (isPodFinished(pod)) return false;
  if (!pod.status.podIP && !pod.status.podIPs?.length) return false;
  return withTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** Has a virtual IP of its own. */
export function hasClusterIp(service: Service): boolean {
  return Boolean(service.spec.clusterIP) && service.spec.clusterIP !== 'None';
}

export function addressesOf(pod: Pod, family: 'IPv4' | 'IPv6'): readonly string[] {
  const all = pod.status.podIPs?.map((entry) => entry.ip) ?? (pod.status.podIP ? [pod.status.podIP] : []);
  return all.filter((ip) => ip.includes(':') === (family === 'IPv6'));
}

/** The pod's name under a headless Service, when it asked for one. */
export function hostnameUnder(service: Service, pod: Pod): string | undefined {
  return pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined;
}

/** The number behind a target port; undefined when no container has a port of that name and protocol. */
export function targetPortOf(pod: Pod, port: ServicePort): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort === 0 ? port.port : port.targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const declared of container.ports ?? []) {
      if (declared.name === port.targetPort && (declared.protocol ?? 'TCP') === port.protocol)
        return declared.containerPort;
    }
  }
  return undefined;
}
