// Rows of Services with the pods behind them, from EndpointSlices, and the user's traffic at them.
import type { TrafficCounts } from '@/cluster/cluster.ts';
import type { ServiceRow, TrafficRow } from '@/contract/feed/feed.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { PodRows } from './pod-rows.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

export class ServiceRows {
  private readonly services = new Map<string, Service>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  private readonly dirty = new Set<string>();
  private readonly traffic = new Map<string, TrafficCounts>();
  private removed: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly pods: PodRows,
  ) {
    for (const service of cluster.peek<Service>('', 'services')) this.wrote('services', service, false);
    for (const slice of cluster.peek<EndpointSlice>('discovery.k8s.io', 'endpointslices')) this.wrote('endpointslices', slice, false);
  }

  wrote(resource: 'services' | 'endpointslices', object: KubeObject, isGone: boolean): void {
    if (resource === 'services') {
      const key = keyOf(object);
      if (isGone) {
        this.services.delete(key);
        this.removed.push(key);
      } else this.services.set(key, object as Service);
      this.dirty.add(key);
      return;
    }
    const key = `${object.metadata.namespace}/${object.metadata.labels?.[serviceNameLabel] ?? ''}`;
    let slices = this.slices.get(key);
    if (!slices) this.slices.set(key, (slices = new Map()));
    if (isGone) slices.delete(object.metadata.name);
    else slices.set(object.metadata.name, object as EndpointSlice);
    this.dirty.add(key);
  }

  all(): readonly ServiceRow[] {
    return [...this.services.keys()].map((key) => this.row(key, this.services.get(key) as Service));
  }

  /** Nobody looks: what is gone is forgotten without being told. */
  sweep(): void {
    this.removed = [];
    this.dirty.clear();
  }

  take(): { changed: readonly ServiceRow[]; removed: readonly string[] } {
    this.lookAtTraffic();
    const changed: ServiceRow[] = [];
    for (const key of this.dirty) {
      const service = this.services.get(key);
      if (service) changed.push(this.row(key, service));
    }
    // What went and came again within the frame is there.
    const removed = this.removed.filter((key) => !this.services.has(key));
    this.removed = [];
    this.dirty.clear();
    return { changed, removed };
  }

  /** Sums change with every request; a source that was stopped leaves one last change behind. */
  private lookAtTraffic(): void {
    const seen = new Set<string>();
    for (const counts of this.cluster.world.traffic.counts) {
      const key = `${counts.source.namespace}/${counts.source.service}`;
      seen.add(key);
      const before = this.traffic.get(key);
      if (before && before.sent === counts.sent && before.succeeded + before.failed === counts.succeeded + counts.failed) continue;
      this.traffic.set(key, counts);
      this.dirty.add(key);
    }
    for (const key of this.traffic.keys()) {
      if (seen.has(key)) continue;
      this.traffic.delete(key);
      this.dirty.add(key);
    }
  }

  private row(key: string, service: Service): ServiceRow {
    const { metadata, spec } = service;
    const ready: number[] = [];
    const notReady: number[] = [];
    for (const slice of this.slices.get(key)?.values() ?? []) {
      for (const endpoint of slice.endpoints) {
        if (endpoint.targetRef?.kind !== 'Pod') continue;
        const slot = this.pods.slotOf(`${endpoint.targetRef.namespace}/${endpoint.targetRef.name}`);
        if (slot >= 0) (endpoint.conditions?.ready === false ? notReady : ready).push(slot);
      }
    }
    const traffic = this.traffic.get(key);
    return {
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid,
      type: spec.type ?? 'ClusterIP',
      clusterIP: spec.clusterIP ?? '',
      ports: (spec.ports ?? []).map((port) => ({
        name: port.name ?? '',
        port: port.port,
        protocol: port.protocol ?? 'TCP',
        nodePort: port.nodePort ?? 0,
        targetPort: String(port.targetPort ?? port.port),
      })),
      selector: spec.selector ?? {},
      ready,
      notReady,
      ...(traffic ? { traffic: trafficRow(traffic) } : {}),
    };
  }
}

function trafficRow({ source, sent, succeeded, failed, byBackend, p50Milliseconds, p99Milliseconds }: TrafficCounts): TrafficRow {
  return { ratePerSecond: source.ratePerSecond, sent, succeeded, failed, byBackend, p50Milliseconds, p99Milliseconds };
}
