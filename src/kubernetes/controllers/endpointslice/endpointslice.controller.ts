// The EndpointSlice controller: keeps, for every Service with a selector, slices of the addresses behind it.
// Upstream: pkg/controller/endpointslice/endpointslice_controller.go.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import {
  endpointSlicesResource,
  nodesResource,
  podsResource,
  servicesResource,
} from '@/kubernetes/client/resources.ts';
import { RetryError, runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { noChanges, reuseRemoved, type SliceChanges } from '../lib/endpoint-slices.ts';
import { controllerReference } from '../lib/ownership.ts';
import { serviceMembers, type ServiceMembers } from '../lib/service-members.ts';
import { ManagedSlices } from '../lib/slice-writes.ts';
import { subjectOf } from '../lib/subjects.ts';
import { TriggerTimes, withTriggerTime } from '../lib/trigger-time.ts';
import { labelsFor, managerName, reconcileFamily } from './slices-of-service.ts';
import { automaticHints, cpuShares, preferredHints, setHints, wantsAutomaticHints } from './topology-hints.ts';

class EndpointSliceController {
  private readonly members: ServiceMembers;
  private readonly nodes: Informer<Node>;
  private readonly slices: ManagedSlices;
  private readonly queue: WorkQueue;
  private readonly times = new TriggerTimes();
  /** Services whose endpoints carry automatic hints. */
  private readonly hinted = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.queue = new WorkQueue(context, { baseDelay: seconds(1) });
    this.members = serviceMembers(parts.informers);
    this.nodes = parts.informers.informer<Node>(nodesResource);
    const client = parts.client.of<EndpointSlice>(endpointSlicesResource);
    this.slices = new ManagedSlices(parts.informers, client, managerName, (key) => this.queue.add(key));
    this.members.onChange((key, delay) => this.queue.addAfter(key, delay));
    this.nodes.onChange({ added: () => this.nodesChanged(), deleted: () => this.nodesChanged() });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.members.waitForSync();
    yield* this.nodes.waitForSync();
    yield* this.slices.informer.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private nodesChanged(): void {
    for (const key of this.hinted) this.queue.add(key);
  }

  private *sync(key: string): Task<void> {
    const service = this.members.services.get(key);
    if (!service) {
      this.times.forget(key);
      this.hinted.delete(key);
      return;
    }
    if (service.spec.type === 'ExternalName' || !service.spec.selector || this.slices.mustWait(key)) return;
    const owner = controllerReference(service, 'v1', 'Service');
    const existing = this.slices.of(key);
    const time = this.times.next(key, service, this.members.of(key));
    const families = (service.spec.ipFamilies ?? ['IPv4']).filter((family) => family !== '');
    const total = noChanges();
    const missing: string[] = [];
    for (const slice of existing) if (!families.includes(slice.addressType as 'IPv4')) total.remove.push(slice);
    for (const family of families) {
      const ofFamily = existing.filter((slice) => slice.addressType === family);
      const { changes, missingNodes } = reconcileFamily(service, family, this.members.of(key), ofFamily, {
        owner,
        maxPerSlice: this.parts.flags.maxEndpointsPerSlice,
        nodeOf: (name) => this.nodes.get(name),
      });
      missing.push(...missingNodes);
      this.hint(key, service, family, changes);
      reuseRemoved(changes, owner);
      total.create.push(...changes.create);
      total.update.push(...changes.update);
      total.remove.push(...changes.remove);
    }
    yield* this.write(key, service, total, time);
    if (missing.length > 0) throw new RetryError(`nodes of pods behind ${key} are not known: ${missing.join(', ')}`);
  }

  private *write(key: string, service: Service, changes: SliceChanges, time: string | undefined): Task<void> {
    const { create, update, remove } = changes;
    if (create.length + update.length + remove.length === 0) return;
    if (service.metadata.deletionTimestamp !== undefined) create.length = 0;
    const { name, namespace = '' } = service.metadata;
    const endpoints = [...create, ...update, ...changes.keep].flatMap((slice) => slice.endpoints);
    const ready = endpoints.filter((endpoint) => endpoint.conditions.ready !== false).length;
    this.parts.decide({
      reason: 'EndpointsUpdated',
      subjects: [subjectOf(service)],
      message: `Endpoints of ${namespace}/${name} change: slices to create ${create.length}, update ${update.length}, delete ${remove.length}; ${ready} ready in them`,
    });
    const metadata = {
      generateName: `${name}-`,
      namespace,
      labels: labelsFor(service),
      ownerReferences: [controllerReference(service, 'v1', 'Service')],
    };
    yield* this.slices.carryOut(key, changes, metadata, (annotations) => withTriggerTime(annotations, time));
  }

  private hint(key: string, service: Service, family: string, changes: SliceChanges): void {
    if (!wantsAutomaticHints(service)) {
      this.hinted.delete(key);
      setHints(changes, preferredHints(service));
      return;
    }
    const endpoints = [...changes.create, ...changes.update, ...changes.keep].flatMap((slice) => slice.endpoints);
    const automatic = automaticHints(endpoints, cpuShares(this.nodes.list()));
    if ('refusal' in automatic) {
      setHints(changes, () => undefined);
      this.hinted.delete(key);
      this.parts.event(
        service,
        'Warning',
        'TopologyAwareHintsDisabled',
        `${automatic.refusal}, addressType: ${family}`,
      );
      return;
    }
    setHints(changes, automatic.hintOf);
    if (this.hinted.has(key)) return;
    this.hinted.add(key);
    this.parts.event(
      service,
      'Normal',
      'TopologyAwareHintsEnabled',
      `Topology Aware Hints has been enabled, addressType: ${family}`,
    );
  }
}

/** Upstream: pkg/controller/endpointslice. */
export const controller: ControllerDescriptor = {
  name: 'endpointslice-controller',
  explain:
    'Lists the addresses of the pods behind each Service, in slices, with whether each is ready, serving or on its way out.',
  watches: [servicesResource, podsResource, nodesResource, endpointSlicesResource],
  rules: [
    { apiGroups: [''], resources: ['nodes', 'pods', 'services'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['services/finalizers'], verbs: ['update'] },
    {
      apiGroups: ['discovery.k8s.io'],
      resources: ['endpointslices'],
      verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'],
    },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new EndpointSliceController(context, parts),
};
