// Which pods each Service selects, kept up to date change by change, so that no Service ever scans all pods.
// Upstream: pkg/controller/util/endpoint (ServiceSelectorCache) and staging/src/k8s.io/endpointslice/util.
import { equalJson } from '@/base/json.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer, InformerFactory } from '@/kubernetes/client/informer.ts';
import { podsResource, servicesResource } from '@/kubernetes/client/resources.ts';
import { microseconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { isPodFinished, isPodReady } from './pod-state.ts';
import { setSelectorOf } from './selectors.ts';

/** Told of each Service that something changed for, and how long to wait with looking at it. */
export type MembersChanged = (serviceKey: string, delay: Duration) => void;

/** A Service with many pods is looked at again only after this much per pod: as long as a look takes. */
const costPerPod = microseconds(20);
const smallService = 100;

const shared = new WeakMap<InformerFactory, ServiceMembers>();

/** The one that all controllers on these informers share. */
export function serviceMembers(informers: InformerFactory): ServiceMembers {
  let members = shared.get(informers);
  if (!members) {
    members = new ServiceMembers(informers.informer<Service>(servicesResource), informers.informer<Pod>(podsResource));
    shared.set(informers, members);
  }
  return members;
}

/** See {@link serviceMembers}. */
export class ServiceMembers {
  private readonly members = new Map<string, Map<string, Pod>>();
  private readonly servicesOf = new Map<string, readonly string[]>();
  /** Services of a namespace by one `key=value` of their selector. */
  private readonly byPair = new Map<string, Set<string>>();
  private readonly listeners: MembersChanged[] = [];

  constructor(
    readonly services: Informer<Service>,
    readonly pods: Informer<Pod>,
  ) {
    services.onChange({
      added: (service) => this.serviceChanged(service, undefined),
      updated: (next, previous) => this.serviceChanged(next, previous),
      deleted: (service) => this.serviceDeleted(service),
    });
    pods.onChange({
      added: (pod) => this.podAdded(pod),
      updated: (next, previous) => this.podUpdated(next, previous),
      deleted: (pod) => this.podDeleted(pod),
    });
  }

  *waitForSync(): Task<void> {
    yield* this.services.waitForSync();
    yield* this.pods.waitForSync();
  }

  onChange(listener: MembersChanged): void {
    this.listeners.push(listener);
    for (const service of this.services.list()) listener(keyOf(service), 0 as Duration);
  }

  /** The pods a Service selects, in order of first sight. */
  of(serviceKey: string): Iterable<Pod> {
    return this.members.get(serviceKey)?.values() ?? [];
  }

  private tell(serviceKey: string, delay = 0): void {
    for (const listener of this.listeners) listener(serviceKey, delay as Duration);
  }

  private tellOfPod(serviceKeys: readonly string[]): void {
    for (const key of serviceKeys) {
      const size = this.members.get(key)?.size ?? 0;
      this.tell(key, size <= smallService ? 0 : size * costPerPod);
    }
  }

  private serviceChanged(next: Service, previous: Service | undefined): void {
    const key = keyOf(next);
    if (!previous || !equalJson(next.spec.selector, previous.spec.selector)) {
      if (previous) this.forgetService(previous);
      this.learnService(next);
    }
    this.tell(key);
  }

  private serviceDeleted(service: Service): void {
    this.forgetService(service);
    this.tell(keyOf(service));
  }

  private learnService(service: Service): void {
    const pair = pairOf(service);
    if (pair === undefined) return;
    const key = keyOf(service);
    const group = this.byPair.get(pair);
    if (group) group.add(key);
    else this.byPair.set(pair, new Set([key]));
    const selector = setSelectorOf(service.spec.selector);
    const members = new Map<string, Pod>();
    for (const pod of this.pods.listNamespace(service.metadata.namespace ?? '')) {
      if (!selector.matches(pod.metadata.labels ?? {})) continue;
      const podKey = keyOf(pod);
      members.set(podKey, pod);
      this.servicesOf.set(podKey, [...(this.servicesOf.get(podKey) ?? []), key]);
    }
    this.members.set(key, members);
  }

  private forgetService(service: Service): void {
    const key = keyOf(service);
    const pair = pairOf(service);
    const group = this.byPair.get(pair ?? '');
    group?.delete(key);
    if (group?.size === 0) this.byPair.delete(pair ?? '');
    for (const podKey of this.members.get(key)?.keys() ?? []) {
      const others = (this.servicesOf.get(podKey) ?? []).filter((other) => other !== key);
      this.servicesOf.set(podKey, others);
    }
    this.members.delete(key);
  }

  private matching(pod: Pod): readonly string[] {
    const found: string[] = [];
    const labels = pod.metadata.labels ?? {};
    for (const [name, value] of Object.entries(labels)) {
      for (const key of this.byPair.get(`${pod.metadata.namespace}/${name}=${value}`) ?? []) {
        const service = this.services.get(key);
        if (service && setSelectorOf(service.spec.selector).matches(labels)) found.push(key);
      }
    }
    return found;
  }

  private podAdded(pod: Pod): void {
    const podKey = keyOf(pod);
    const services = this.matching(pod);
    if (services.length === 0) return;
    this.servicesOf.set(podKey, services);
    for (const key of services) this.members.get(key)?.set(podKey, pod);
    this.tellOfPod(services);
  }

  private podUpdated(next: Pod, previous: Pod): void {
    const podKey = keyOf(next);
    const before = this.servicesOf.get(podKey) ?? [];
    const isRelabelled =
      next.metadata.labels !== previous.metadata.labels && !equalJson(next.metadata.labels, previous.metadata.labels);
    if (!isRelabelled) {
      for (const key of before) this.members.get(key)?.set(podKey, next);
      if (before.length > 0 && isDifferentEndpoint(next, previous)) this.tellOfPod(before);
      return;
    }
    const after = this.matching(next);
    this.servicesOf.set(podKey, after);
    for (const key of before) if (!after.includes(key)) this.members.get(key)?.delete(podKey);
    for (const key of after) this.members.get(key)?.set(podKey, next);
    const isDifferent = isDifferentEndpoint(next, previous);
    const touched = isDifferent
      ? [...new Set([...before, ...after])]
      : [...before.filter((key) => !after.includes(key)), ...after.filter((key) => !before.includes(key))];
    this.tellOfPod(touched);
  }

  private podDeleted(pod: Pod): void {
    const podKey = keyOf(pod);
    const services = this.servicesOf.get(podKey) ?? [];
    this.servicesOf.delete(podKey);
    for (const key of services) this.members.get(key)?.delete(podKey);
    this.tellOfPod(services);
  }
}

/** The namespace and one pair of the selector; any pair will do, since a pod must have them all. */
function pairOf(service: Service): string | undefined {
  const first = Object.entries(service.spec.selector ?? {})[0];
  return first && `${service.metadata.namespace}/${first[0]}=${first[1]}`;
}

/** Whether anything changed that an endpoint is made from. Upstream: podEndpointsChanged. */
function isDifferentEndpoint(next: Pod, previous: Pod): boolean {
  return (
    (next.metadata.deletionTimestamp === undefined) !== (previous.metadata.deletionTimestamp === undefined) ||
    isPodReady(next) !== isPodReady(previous) ||
    isPodFinished(next) !== isPodFinished(previous) ||
    next.status.podIP !== previous.status.podIP ||
    next.spec.nodeName !== previous.spec.nodeName ||
    next.spec.hostname !== previous.spec.hostname ||
    next.spec.subdomain !== previous.spec.subdomain ||
    !equalJson(next.status.podIPs, previous.status.podIPs)
  );
}
