// The sandbox of a pod, as the runtime is asked for it. Upstream: pkg/kubelet/kuberuntime/kuberuntime_sandbox.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { PodSandboxConfig, PortMapping } from '@/kubernetes/cri-api/runtime.ts';
import { podLabels } from './containers.ts';
import type { DnsConfigurer } from './dns-config.ts';

const none: readonly PortMapping[] = [];
const noAnnotations: Readonly<Record<string, string>> = {};

function portMappings(pod: Pod): readonly PortMapping[] {
  if (pod.spec.hostNetwork) return none;
  const mappings: PortMapping[] = [];
  for (const container of pod.spec.containers) {
    for (const { hostPort, containerPort, protocol, hostIP } of container.ports ?? []) {
      if (hostPort) mappings.push({ protocol: protocol ?? 'TCP', containerPort, hostPort, ...(hostIP ? { hostIP } : {}) });
    }
  }
  return mappings.length > 0 ? mappings : none;
}

/** The name a pod has for itself. */
export function hostnameOf(pod: Pod, nodeName: string): string {
  if (pod.spec.hostnameOverride) return pod.spec.hostnameOverride;
  if (pod.spec.hostNetwork) return nodeName;
  return pod.spec.hostname || pod.metadata.name.slice(0, 63).replace(/[-.]+$/, '');
}

/** With the pod's own labels and upstream's. */
export function sandboxConfig(pod: Pod, attempt: number, nodeName: string, dns: DnsConfigurer): PodSandboxConfig {
  const { name, uid, namespace = '' } = pod.metadata;
  return {
    metadata: { name, uid, namespace, attempt },
    hostname: hostnameOf(pod, nodeName),
    isHostNetwork: pod.spec.hostNetwork === true,
    dns: dns.of(pod),
    portMappings: portMappings(pod),
    labels: { ...pod.metadata.labels, ...podLabels(pod) },
    annotations: noAnnotations,
  };
}
