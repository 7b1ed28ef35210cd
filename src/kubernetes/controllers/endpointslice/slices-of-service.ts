// Which slices a Service should have: one set per way its ports resolve on its pods. Upstream: staging/src/k8s.io/endpointslice/reconciler.go.
import { equalJson } from '@/base/json.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  addressesOf,
  belongsInEndpoints,
  hasClusterIp,
  headlessLabel,
  hostnameUnder,
  targetPortOf,
} from '../lib/endpoint-pods.ts';
import {
  endpointKey,
  isOwnedBy,
  managedByLabel,
  noChanges,
  place,
  portsKey,
  serviceNameLabel,
  type DesiredPorts,
  type SliceChanges,
} from '../lib/endpoint-slices.ts';
import { isPodReady } from '../lib/pod-state.ts';
import { slicePortsInOrder } from '../lib/port-order.ts';

export const managerName = 'endpointslice-controller.k8s.io';
const zoneLabel = 'topology.kubernetes.io/zone';
const reservedLabels: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel]);

type Family = 'IPv4' | 'IPv6';

export interface SliceWorld {
  readonly owner: OwnerReference;
  readonly maxPerSlice: number;
  nodeOf(name: string): Node | undefined;
}

/** The labels of a Service's slices: its own, and those that find them. */
export function labelsFor(service: Service): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(service.metadata.labels ?? {}))
    if (!reservedLabels.has(name)) labels[name] = value;
  if (!hasClusterIp(service)) labels[headlessLabel] = '';
  labels[serviceNameLabel] = service.metadata.name;
  labels[managedByLabel] = managerName;
  return labels;
}

/** What has to change for one address family. `missingNodes` collects nodes that pods name and nobody knows. */
export function reconcileFamily(
  service: Service,
  family: Family,
  pods: Iterable<Pod>,
  existing: readonly EndpointSlice[],
  world: SliceWorld,
): { readonly changes: SliceChanges; readonly missingNodes: readonly string[] } {
  const missingNodes: string[] = [];
  const desired = desiredPorts(service, family, pods, world, missingNodes);
  const changes = noChanges();
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    if (!isOwnedBy(slice, world.owner)) {
      changes.remove.push(slice);
      continue;
    }
    const key = portsKey(slice.ports);
    const group = byPorts.get(key);
    if (group) group.push(slice);
    else byPorts.set(key, [slice]);
  }
  const labels = labelsFor(service);
  const relabel = (slice: EndpointSlice): EndpointSlice =>
    equalJson(slice.metadata.labels, labels) ? slice : { ...slice, metadata: { ...slice.metadata, labels } };
  for (const [key, ports] of desired) {
    const part = place(byPorts.get(key) ?? [], ports, { maxPerSlice: world.maxPerSlice, addressType: family, relabel });
    changes.create.push(...part.create);
    changes.update.push(...part.update);
    changes.remove.push(...part.remove);
    changes.keep.push(...part.keep);
  }
  for (const [key, slices] of byPorts) if (!desired.has(key)) changes.remove.push(...slices);
  if (existing.length === changes.remove.length && changes.create.length === 0)
    holdPlace(changes, family, relabel, world.owner);
  return { changes, missingNodes };
}

/** A Service without endpoints keeps one empty slice. */
function holdPlace(
  changes: SliceChanges,
  family: Family,
  relabel: (slice: EndpointSlice) => EndpointSlice,
  owner: OwnerReference,
): void {
  const [only] = changes.remove;
  const isPlaceholder =
    changes.remove.length === 1 &&
    only !== undefined &&
    isOwnedBy(only, owner) &&
    only.endpoints.length === 0 &&
    !only.ports?.length &&
    relabel(only) === only;
  if (isPlaceholder) changes.keep.push(...changes.remove.splice(0));
  else changes.create.push({ addressType: family, ports: [], endpoints: [] });
}

function desiredPorts(
  service: Service,
  family: Family,
  pods: Iterable<Pod>,
  world: SliceWorld,
  missingNodes: string[],
): Map<string, DesiredPorts> {
  const desired = new Map<string, DesiredPorts>();
  let sharedPorts: readonly EndpointPort[] | undefined;
  const isSame = service.spec.ports?.every((port) => typeof port.targetPort === 'number') ?? true;
  let sharedKey = '';
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, true)) continue;
    // Ports resolve alike on all pods unless a target port is a name.
    const ports = isSame && sharedPorts ? sharedPorts : portsOn(service, pod);
    const key = isSame && sharedPorts ? sharedKey : portsKey(ports);
    sharedPorts = ports;
    sharedKey = key;
    let entry = desired.get(key);
    if (!entry) desired.set(key, (entry = { ports, endpoints: new Map() }));
    const { nodeName = '' } = pod.spec;
    const node = world.nodeOf(nodeName);
    if (!node && !service.spec.publishNotReadyAddresses) {
      missingNodes.push(nodeName);
      continue;
    }
    const endpoint = endpointOf(pod, node, service, family);
    if (endpoint.addresses.length > 0) entry.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return desired;
}

function portsOn(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec.ports ?? []) {
    const number = targetPortOf(pod, port);
    if (number === undefined) continue;
    ports.push({
      name: port.name ?? '',
      protocol: port.protocol,
      port: number,
      ...(port.appProtocol !== undefined ? { appProtocol: port.appProtocol } : {}),
    });
  }
  return slicePortsInOrder(ports);
}

function endpointOf(pod: Pod, node: Node | undefined, service: Service, family: Family): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = Boolean(service.spec.publishNotReadyAddresses) || (serving && !terminating);
  const hostname = hostnameUnder(service, pod);
  const zone = node?.metadata.labels?.[zoneLabel];
  return {
    addresses: addressesOf(pod, family),
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}
