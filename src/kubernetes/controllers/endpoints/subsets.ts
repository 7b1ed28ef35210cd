// Endpoints in their old form: groups of addresses that offer the same ports. Upstream: pkg/api/v1/endpoints/util.go (RepackSubsets).
import { equalJson } from '@/base/json.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset } from '@/kubernetes/api/core/v1/endpoints/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import { addressesOf, belongsInEndpoints, hostnameUnder, targetPortOf } from '../lib/endpoint-pods.ts';
import { isPodReady } from '../lib/pod-state.ts';
import { endpointPortsInOrder } from '../lib/port-order.ts';

/** Endpoints of more addresses than this are cut. */
const maxAddresses = 1000;

interface Offer {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
  readonly ports: readonly EndpointPort[];
}

/** The subsets of a Service over its pods, in a defined order. */
export function subsetsOf(service: Service, pods: Iterable<Pod>): readonly EndpointSubset[] {
  const isPublishedEarly = Boolean(service.spec.publishNotReadyAddresses);
  const offers: Offer[] = [];
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, isPublishedEarly)) continue;
    const address = addressOf(service, pod);
    if (!address) continue;
    const ports = portsOn(service, pod);
    if (ports.length === 0 && (service.spec.ports?.length || service.spec.clusterIP !== 'None')) continue;
    offers.push({ address, isReady: isPublishedEarly || isPodReady(pod), ports });
  }
  return repack(offers);
}

function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const [ip] = addressesOf(pod, family);
  if (ip === undefined) return undefined;
  const hostname = hostnameUnder(service, pod);
  const { name, namespace, uid } = pod.metadata;
  return {
    ip,
    ...(hostname !== undefined ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function portsOn(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec.ports ?? []) {
    const number = targetPortOf(pod, port);
    if (number === undefined) continue;
    ports.push({
      ...(port.name ? { name: port.name } : {}),
      port: number,
      protocol: port.protocol,
      ...(port.appProtocol !== undefined ? { appProtocol: port.appProtocol } : {}),
    });
  }
  return ports;
}

/** Ports that are offered by the very same addresses share a subset. */
function repack(offers: readonly Offer[]): readonly EndpointSubset[] {
  const addresses = new Map<string, EndpointAddress>();
  const byPort = new Map<string, { port: EndpointPort | undefined; ready: Map<string, boolean> }>();
  for (const { address, isReady, ports } of offers) {
    const id = `${address.ip} ${address.targetRef?.uid ?? ''}`;
    if (!addresses.has(id)) addresses.set(id, address);
    for (const port of ports.length > 0 ? ports : [undefined]) {
      const key = JSON.stringify(port) ?? '';
      const entry = byPort.get(key) ?? { port, ready: new Map<string, boolean>() };
      // Not ready trumps ready.
      if (entry.ready.get(id) !== false) entry.ready.set(id, isReady);
      byPort.set(key, entry);
    }
  }
  const groups = new Map<string, { ready: Map<string, boolean>; ports: EndpointPort[] }>();
  for (const { port, ready } of byPort.values()) {
    const key = [...ready]
      .map(([id, isReady]) => `${id} ${isReady}`)
      .sort()
      .join('\n');
    const group = groups.get(key) ?? { ready, ports: [] };
    if (port) group.ports.push(port);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ ready, ports }) => subset(addresses, ready, ports)).sort(byText);
}

function subset(
  addresses: ReadonlyMap<string, EndpointAddress>,
  ready: ReadonlyMap<string, boolean>,
  ports: EndpointPort[],
): EndpointSubset {
  const split = (wanted: boolean): EndpointAddress[] =>
    [...ready]
      .filter(([, isReady]) => isReady === wanted)
      .map(([id]) => addresses.get(id) as EndpointAddress)
      .sort((a, b) =>
        a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : (a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1,
      );
  const readyOnes = split(true);
  const others = split(false);
  return {
    ...(readyOnes.length > 0 ? { addresses: readyOnes } : {}),
    ...(others.length > 0 ? { notReadyAddresses: others } : {}),
    ...(ports.length > 0 ? { ports: endpointPortsInOrder(ports) } : {}),
  };
}

/** Differs: upstream orders subsets by a hash over all of them; we by their text, which is as good and can be read. */
function byText(a: unknown, b: unknown): number {
  const left = JSON.stringify(a);
  const right = JSON.stringify(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Subsets without the revisions that references may carry. */
export function areSameSubsets(a: readonly EndpointSubset[] | undefined, b: readonly EndpointSubset[]): boolean {
  return equalJson(bare(a ?? []), b);
}

function bare(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const strip = (address: EndpointAddress): EndpointAddress => {
    if (address.targetRef?.resourceVersion === undefined) return address;
    const { resourceVersion: _, ...targetRef } = address.targetRef;
    return { ...address, targetRef };
  };
  return subsets.map((one) => ({
    ...one,
    addresses: one.addresses?.map(strip),
    notReadyAddresses: one.notReadyAddresses?.map(strip),
  }));
}

/** At most a thousand addresses, ready ones first, each subset in proportion; the same reference when none is too many. */
export function truncated(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const count = (of: (one: EndpointSubset) => readonly unknown[] | undefined): number =>
    subsets.reduce((sum, one) => sum + (of(one)?.length ?? 0), 0);
  const ready = count((one) => one.addresses);
  const notReady = count((one) => one.notReadyAddresses);
  if (ready + notReady <= maxAddresses) return subsets;
  const keepReady = Math.min(ready, maxAddresses);
  const shareReady = ready === 0 ? 0 : keepReady / ready;
  const shareNotReady = notReady === 0 ? 0 : (maxAddresses - keepReady) / notReady;
  return subsets.map((one) => {
    const addresses = one.addresses?.slice(0, Math.floor(one.addresses.length * shareReady));
    const notReadyAddresses = one.notReadyAddresses?.slice(0, Math.floor(one.notReadyAddresses.length * shareNotReady));
    return {
      ...(addresses?.length ? { addresses } : {}),
      ...(notReadyAddresses?.length ? { notReadyAddresses } : {}),
      ...(one.ports ? { ports: one.ports } : {}),
    };
  });
}
