// The EndpointSlice mirroring controller: turns Endpoints that people wrote by hand into slices, which is what proxies read.
// Upstream: pkg/controller/endpointslicemirroring.
import { equalJson } from '@/base/json.ts';
import type { EndpointAddress, Endpoints, EndpointSubset } from '@/kubernetes/api/core/v1/endpoints/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { endpointSlicesResource, endpointsResource, servicesResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import {
  endpointKey,
  managedByLabel,
  noChanges,
  place,
  portsKey,
  reuseRemoved,
  serviceNameLabel,
  type DesiredPorts,
} from '../lib/endpoint-slices.ts';
import { controllerReference } from '../lib/ownership.ts';
import { ManagedSlices } from '../lib/slice-writes.ts';
import { triggerTimeAnnotation } from '../lib/trigger-time.ts';

const managerName = 'endpointslicemirroring-controller.k8s.io';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const notCopied: ReadonlySet<string> = new Set([
  triggerTimeAnnotation,
  'kubectl.kubernetes.io/last-applied-configuration',
]);
/** Addresses of one subset that are mirrored. Upstream: `--mirroring-max-endpoints-per-subset`. */
const maxPerSubset = 1000;
type Family = 'IPv4' | 'IPv6';

class MirroringController {
  private readonly services: Informer<Service>;
  private readonly endpoints: Informer<Endpoints>;
  private readonly slices: ManagedSlices;
  private readonly queue: WorkQueue;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.queue = new WorkQueue(context, { baseDelay: seconds(1) });
    this.services = parts.informers.informer<Service>(servicesResource);
    this.endpoints = parts.informers.informer<Endpoints>(endpointsResource);
    this.slices = new ManagedSlices(
      parts.informers,
      parts.client.of<EndpointSlice>(endpointSlicesResource),
      managerName,
      (key) => this.queue.add(key),
    );
    const serviceChanged = (service: Service): void => this.queue.add(keyOf(service));
    this.services.onChange({
      added: serviceChanged,
      updated: (next, previous) => {
        if (Boolean(next.spec.selector) !== Boolean(previous.spec.selector)) serviceChanged(next);
      },
      deleted: serviceChanged,
    });
    this.endpoints.onChange({
      added: (endpoints) => this.endpointsChanged(endpoints),
      updated: (next, previous) => {
        if (isMirrored(next) || isMirrored(previous)) this.queue.add(keyOf(next));
      },
      deleted: (endpoints) => this.endpointsChanged(endpoints),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.services.waitForSync();
    yield* this.endpoints.waitForSync();
    yield* this.slices.informer.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private endpointsChanged(endpoints: Endpoints): void {
    if (isMirrored(endpoints)) this.queue.add(keyOf(endpoints));
  }

  private *sync(key: string): Task<void> {
    if (this.slices.mustWait(key)) return;
    const endpoints = this.endpoints.get(key);
    const service = this.services.get(key);
    const existing = this.slices.of(key);
    const changes = noChanges();
    if (!endpoints || !isMirrored(endpoints) || !service || service.spec.selector) {
      if (existing.length === 0) return;
      changes.remove.push(...existing);
      yield* this.slices.carryOut(key, changes, { namespace: namespaceOf(key) }, (annotations) => annotations);
      return;
    }
    const labels = labelsFor(endpoints);
    const annotations = annotationsFor(endpoints);
    const relabel = (slice: EndpointSlice): EndpointSlice => {
      const isSame =
        equalJson(slice.metadata.labels, labels) && equalJson(slice.metadata.annotations ?? {}, annotations ?? {});
      return isSame ? slice : { ...slice, metadata: { ...slice.metadata, labels, annotations } };
    };
    const maxPerSlice = this.parts.flags.maxEndpointsPerSlice;
    const left = new Set(existing);
    for (const [addressType, byPorts] of desiredOf(endpoints.subsets ?? [])) {
      for (const [ports, desired] of byPorts) {
        const same = existing.filter((slice) => slice.addressType === addressType && portsKey(slice.ports) === ports);
        for (const slice of same) left.delete(slice);
        const part = place(same, desired, { maxPerSlice, addressType, relabel });
        changes.create.push(...part.create);
        changes.update.push(...part.update);
        changes.remove.push(...part.remove);
      }
    }
    changes.remove.push(...left);
    const owner = controllerReference(endpoints, 'v1', 'Endpoints');
    reuseRemoved(changes, owner);
    const metadata = {
      generateName: `${endpoints.metadata.name}-`,
      namespace: namespaceOf(key),
      labels,
      annotations,
      ownerReferences: [owner],
    };
    yield* this.slices.carryOut(key, changes, metadata, (before) => before);
  }
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

/** Neither asked to be left alone, nor a lock in disguise. Whether people wrote it shows in its Service having no selector. */
function isMirrored({ metadata }: Endpoints): boolean {
  return metadata.labels?.[skipLabel] !== 'true' && metadata.annotations?.[leaderAnnotation] === undefined;
}

function labelsFor(endpoints: Endpoints): Readonly<Record<string, string>> {
  return { ...endpoints.metadata.labels, [serviceNameLabel]: endpoints.metadata.name, [managedByLabel]: managerName };
}

function annotationsFor(endpoints: Endpoints): Readonly<Record<string, string>> | undefined {
  const copied = Object.entries(endpoints.metadata.annotations ?? {}).filter(([name]) => !notCopied.has(name));
  return copied.length > 0 ? Object.fromEntries(copied) : undefined;
}

function desiredOf(subsets: readonly EndpointSubset[]): Map<Family, Map<string, DesiredPorts>> {
  const desired = new Map<Family, Map<string, DesiredPorts>>();
  for (const subset of subsets) {
    const ports = (subset.ports ?? []).map((port): EndpointPort => ({
      name: port.name ?? '',
      protocol: port.protocol,
      port: port.port,
      ...(port.appProtocol !== undefined ? { appProtocol: port.appProtocol } : {}),
    }));
    let left = maxPerSubset;
    const add = (address: EndpointAddress, ready: boolean): void => {
      if (left-- <= 0) return;
      const family: Family = address.ip.includes(':') ? 'IPv6' : 'IPv4';
      const byPorts = desired.get(family) ?? new Map<string, DesiredPorts>();
      desired.set(family, byPorts);
      const key = portsKey(ports);
      const entry = byPorts.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
      byPorts.set(key, entry);
      const endpoint: Endpoint = {
        addresses: [address.ip],
        conditions: { ready },
        ...(address.hostname !== undefined ? { hostname: address.hostname } : {}),
        ...(address.targetRef ? { targetRef: address.targetRef } : {}),
        ...(address.nodeName !== undefined ? { nodeName: address.nodeName } : {}),
      };
      entry.endpoints.set(endpointKey(endpoint), endpoint);
    };
    for (const address of subset.addresses ?? []) add(address, true);
    for (const address of subset.notReadyAddresses ?? []) add(address, false);
  }
  return desired;
}

/** Upstream: pkg/controller/endpointslicemirroring. */
export const controller: ControllerDescriptor = {
  name: 'endpointslice-mirroring-controller',
  component: 'endpoint-slice-mirroring-controller',
  explain: 'Copies Endpoints that were written by hand, for a Service without selector, into EndpointSlices.',
  watches: [endpointsResource, servicesResource, endpointSlicesResource],
  rules: [
    { apiGroups: [''], resources: ['endpoints', 'services'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { apiGroups: [''], resources: ['services/finalizers', 'endpoints/finalizers'], verbs: ['update'] },
    {
      apiGroups: ['discovery.k8s.io'],
      resources: ['endpointslices'],
      verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'],
    },
  ],
  start: (context, parts) => void new MirroringController(context, parts),
};
