// Which name servers and search domains a pod gets. Upstream: pkg/kubelet/network/dns/dns.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { PodSandboxConfig } from '@/kubernetes/cri-api/runtime.ts';

type DnsConfig = PodSandboxConfig['dns'];

const fromHost: DnsConfig = { servers: [], searches: [], options: [] };

/** Makes one configuration per namespace and shares it. */
export class DnsConfigurer {
  private readonly cluster = new Map<string, DnsConfig>();

  constructor(
    private readonly servers: readonly string[],
    private readonly domain: string,
  ) {}

  of(pod: Pod): DnsConfig {
    const { dnsPolicy, hostNetwork, dnsConfig } = pod.spec;
    const isCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy !== 'Default' && dnsPolicy !== 'None' && !hostNetwork);
    const base = isCluster && this.servers.length > 0 ? this.clusterFirst(pod.metadata.namespace ?? '') : fromHost;
    if (dnsConfig === undefined) return base;
    const options = new Map(base.options.map((option) => [option.split(':')[0] ?? '', option]));
    for (const { name = '', value } of dnsConfig.options ?? []) options.set(name, value === undefined ? name : `${name}:${value}`);
    return {
      servers: [...new Set([...base.servers, ...(dnsConfig.nameservers ?? [])])],
      searches: [...new Set([...base.searches, ...(dnsConfig.searches ?? [])])],
      options: [...options.values()],
    };
  }

  private clusterFirst(namespace: string): DnsConfig {
    let config = this.cluster.get(namespace);
    if (config === undefined) {
      const services = `svc.${this.domain}`;
      config = { servers: this.servers, searches: [`${namespace}.${services}`, services, this.domain], options: ['ndots:5'] };
      this.cluster.set(namespace, config);
    }
    return config;
  }
}
