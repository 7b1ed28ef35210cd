// The Endpoints controller: the older list of addresses behind a Service, for those who still read it.
// Upstream: pkg/controller/endpoint/endpoints_controller.go.
import { equalJson } from '@/base/json.ts';
import type { Endpoints } from '@/kubernetes/api/core/v1/endpoints/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { endpointsResource, podsResource, servicesResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { hasClusterIp, headlessLabel } from '../lib/endpoint-pods.ts';
import { isNamespaceTerminating, isNotFound } from '../lib/pod-control.ts';
import { serviceMembers, type ServiceMembers } from '../lib/service-members.ts';
import { TriggerTimes, withTriggerTime } from '../lib/trigger-time.ts';
import { areSameSubsets, subsetsOf, truncated } from './subsets.ts';

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const managerName = 'endpoint-controller';
const capacityAnnotation = 'endpoints.kubernetes.io/over-capacity';

class EndpointsController {
  private readonly members: ServiceMembers;
  private readonly endpoints: Informer<Endpoints>;
  private readonly queue: WorkQueue;
  private readonly times = new TriggerTimes();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.queue = new WorkQueue(context, { baseDelay: seconds(1) });
    this.members = serviceMembers(parts.informers);
    this.endpoints = parts.informers.informer<Endpoints>(endpointsResource);
    this.members.onChange((key, delay) => this.queue.addAfter(key, delay));
    // What somebody else deleted comes back; edits wait for the next change of the Service or its pods, as upstream.
    this.endpoints.onChange({ deleted: (endpoints) => this.queue.add(keyOf(endpoints)) });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.members.waitForSync();
    yield* this.endpoints.waitForSync();
    this.checkLeftovers();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  /** Endpoints whose Service went while nobody looked. */
  private checkLeftovers(): void {
    for (const endpoints of this.endpoints.list()) {
      if (endpoints.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined)
        this.queue.add(keyOf(endpoints));
    }
  }

  private *sync(key: string): Task<void> {
    const service = this.members.services.get(key);
    if (!service) {
      this.times.forget(key);
      yield* this.remove(key);
      return;
    }
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    const time = this.times.next(key, service, this.members.of(key));
    const all = subsetsOf(service, this.members.of(key));
    const subsets = truncated(all);
    const isTruncated = subsets !== all;
    const current = this.endpoints.get(key);
    const labels = labelsFor(service);
    const hasMark = current?.metadata.annotations?.[capacityAnnotation] === 'truncated';
    if (
      current &&
      areSameSubsets(current.subsets, subsets) &&
      equalJson(current.metadata.labels, labels) &&
      hasMark === isTruncated
    )
      return;
    const { [capacityAnnotation]: _, ...others } = current?.metadata.annotations ?? {};
    const timed = withTriggerTime(others, time);
    const annotations = isTruncated ? { ...timed, [capacityAnnotation]: 'truncated' } : timed;
    yield* this.write(service, current, { labels, annotations, subsets });
  }

  private *write(
    service: Service,
    current: Endpoints | undefined,
    next: Pick<Endpoints, 'subsets'> & Pick<Endpoints['metadata'], 'labels' | 'annotations'>,
  ): Task<void> {
    const client = this.parts.client.of<Endpoints>(endpointsResource);
    const { labels, annotations, subsets } = next;
    const { name, namespace = '' } = service.metadata;
    if (current) {
      yield* client.update({ ...current, metadata: { ...current.metadata, labels, annotations }, subsets });
      return;
    }
    try {
      yield* client.create(namespace, {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, labels, annotations },
        subsets,
      });
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  private *remove(key: string): Task<void> {
    const current = this.endpoints.get(key);
    if (!current) return;
    try {
      yield* this.parts.client
        .of<Endpoints>(endpointsResource)
        .delete(current.metadata.namespace ?? '', current.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function labelsFor(service: Service): Readonly<Record<string, string>> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(hasClusterIp(service) ? {} : { [headlessLabel]: '' }), [managedByLabel]: managerName };
}

/** Upstream: pkg/controller/endpoint. */
export const controller: ControllerDescriptor = {
  name: 'endpoints-controller',
  component: 'endpoint-controller',
  explain: 'Keeps one Endpoints object per Service with a selector: the older form of what EndpointSlices say.',
  watches: [servicesResource, podsResource, endpointsResource],
  rules: [
    { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['endpoints'], verbs: ['create', 'delete', 'get', 'list', 'update', 'watch'] },
    { apiGroups: [''], resources: ['endpoints/restricted'], verbs: ['create'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new EndpointsController(context, parts),
};
