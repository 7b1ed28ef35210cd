// kube-proxy of one machine: follows Services and EndpointSlices and keeps the machine's packet filter up to date. Upstream: cmd/kube-proxy, pkg/proxy.
import { milliseconds, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import type { Node } from '../api/core/v1/node/types.ts';
import type { Service } from '../api/core/v1/service/types.ts';
import type { EndpointSlice } from '../api/discovery/v1/endpointslice/types.ts';
import type { Client } from '../client/client.ts';
import { InformerFactory, type Informer } from '../client/informer.ts';
import { endpointSlicesResource, nodesResource, servicesResource } from '../client/resources.ts';
import type { PacketFilter, ProxyRule } from '../cri-api/network.ts';
import { rulesOfService } from './rules.ts';

export interface ProxyOptions {
  readonly nodeName: string;
  readonly client: Client;
  readonly filter: PacketFilter;
}

const minSyncPeriod = seconds(1);
/** What one sync of the kernel's table takes before it counts. */
const syncTakes = milliseconds(15);
const serviceNameLabel = 'kubernetes.io/service-name';

function serviceKeyOf(slice: EndpointSlice): string {
  return `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel] ?? ''}`;
}

class Proxy {
  private readonly services: Informer<Service>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly nodes: Informer<Node>;
  private readonly table = new Map<string, readonly ProxyRule[]>();
  private readonly dirty = new Map<string, number>();
  private lastSync: Instant | undefined;
  private isScheduled = false;

  constructor(
    private readonly context: Context,
    private readonly options: ProxyOptions,
  ) {
    const informers = new InformerFactory(context, options.client);
    this.services = informers.informer<Service>(servicesResource);
    this.slices = informers.informer<EndpointSlice>(endpointSlicesResource);
    this.nodes = informers.informer<Node>(nodesResource, { fieldSelector: `metadata.name=${options.nodeName}` });
    this.slices.addIndex('service', (slice) => [serviceKeyOf(slice)]);
    const ofService = (service: KubeObject): string => `${service.metadata.namespace}/${service.metadata.name}`;
    follow(this.services, (service) => this.mark(ofService(service)));
    follow(this.slices, (slice) => this.mark(serviceKeyOf(slice)));
    informers.start();
  }

  private mark(key: string): void {
    this.dirty.set(key, this.context.cause);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || !this.services.hasSynced || !this.slices.hasSynced) return;
    this.isScheduled = true;
    const wait = this.lastSync === undefined ? 0 : this.lastSync + minSyncPeriod - this.context.now;
    this.context.after(Math.max(wait, syncTakes) as Duration, () => this.sync());
  }

  private sync(): void {
    this.isScheduled = false;
    this.lastSync = this.context.now;
    const node = this.nodes.get(this.options.nodeName);
    const where = { name: this.options.nodeName, zone: node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '' };
    const changed: { key: string; cause: number }[] = [];
    for (const [key, cause] of this.dirty) {
      const service = this.services.get(key);
      const before = this.table.get(key);
      const after = service ? rulesOfService(service, this.slices.byIndex('service', key), where) : [];
      if (before === after || (before === undefined && after.length === 0)) continue;
      if (after.length > 0) this.table.set(key, after);
      else this.table.delete(key);
      if (backendsText(before) !== backendsText(after)) changed.push({ key, cause });
    }
    this.dirty.clear();
    this.options.filter.setRules([...this.table.values()].flat());
    for (const { key, cause } of changed) this.tell(key, cause);
  }

  private tell(key: string, cause: number): void {
    const rules = this.table.get(key);
    const backends = rules?.[0]?.backends.length ?? 0;
    const message = rules
      ? `${this.options.nodeName} now sends connections to Service ${key} to ${backends === 0 ? 'nobody: they are refused' : `${backends} endpoint${backends === 1 ? '' : 's'}`}`
      : `${this.options.nodeName} has no rules for Service ${key} any more`;
    this.context.record({ kind: 'network', reason: 'ProxyRulesSynced', subjects: [`Service/${key}`, `Machine/${this.options.nodeName}`], message, cause });
  }

  *start(): Task<void> {
    yield* this.services.waitForSync();
    yield* this.slices.waitForSync();
    yield* this.nodes.waitForSync();
    this.schedule();
  }
}

function follow<T extends KubeObject>(informer: Informer<T>, mark: (object: T) => void): void {
  informer.onChange({
    added: mark,
    updated: (next, previous) => {
      mark(next);
      mark(previous);
    },
    deleted: mark,
  });
}

function backendsText(rules: readonly ProxyRule[] | undefined): string {
  return (rules ?? []).map((rule) => `${rule.ip}:${rule.port} ${rule.backends.map((backend) => `${backend.ip}:${backend.port}`).join(',')}`).join(';');
}

/** Runs for as long as the context lives; the rules it wrote outlive it. */
export function startProxy(context: Context, options: ProxyOptions): void {
  context.spawn(new Proxy(context, options).start());
}
