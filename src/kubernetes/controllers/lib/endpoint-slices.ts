// Spreading endpoints over slices with as few writes as can be: what is right stays where it is, gaps are filled, then one slice, then new ones.
// Upstream: staging/src/k8s.io/endpointslice/reconciler.go (reconcileByPortMapping) and utils.go.
import { canonicalJson, equalJson } from '@/base/json.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

/** What a slice of this set of ports should hold. Endpoints by {@link endpointKey}. */
export interface DesiredPorts {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** A slice that is to be made. */
export type SliceDraft = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

export interface SliceChanges {
  readonly create: SliceDraft[];
  readonly update: EndpointSlice[];
  readonly remove: EndpointSlice[];
  /** Right as they are. */
  readonly keep: EndpointSlice[];
}

/** No change at all. */
export function noChanges(): SliceChanges {
  return { create: [], update: [], remove: [], keep: [] };
}

/** Endpoints with the same key are the same endpoint, in whatever condition. */
export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.addresses.join(',')}|${endpoint.hostname ?? ''}|${endpoint.targetRef?.namespace ?? ''}/${endpoint.targetRef?.name ?? ''}`;
}

export function portsKey(ports: readonly EndpointPort[] | null | undefined): string {
  return canonicalJson([...(ports ?? [])].map(canonicalJson).sort());
}

/** Whether two endpoints of one key say the same, hints aside. */
function isUnchanged(a: Endpoint, b: Endpoint): boolean {
  return (
    a === b ||
    (equalJson(a.conditions, b.conditions) &&
      a.nodeName === b.nodeName &&
      a.zone === b.zone &&
      a.targetRef?.uid === b.targetRef?.uid)
  );
}

export interface PlacementOptions {
  readonly maxPerSlice: number;
  readonly addressType: EndpointSlice['addressType'];
  /** The slice with the labels and annotations it should have; the same reference when it has them. */
  relabel(slice: EndpointSlice): EndpointSlice;
}

/** The changes that bring the existing slices of one set of ports to what is desired. Empties `desired.endpoints`. */
export function place(
  existing: readonly EndpointSlice[],
  desired: DesiredPorts,
  options: PlacementOptions,
): SliceChanges {
  const { maxPerSlice } = options;
  const rest = desired.endpoints;
  const changed = new Map<EndpointSlice, Endpoint[]>();
  const relabelled: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  for (const slice of existing) {
    const { kept, isUpdated } = keep(slice, rest);
    if (isUpdated || kept.length !== slice.endpoints.length) {
      if (kept.length === 0) remove.push(slice);
      else changed.set(slice, kept);
    } else if (options.relabel(slice) !== slice) relabelled.push(slice);
    else unchanged.push(slice);
  }
  for (const slice of relabelled) changed.set(slice, [...slice.endpoints]);
  fillFullestFirst([...changed.values()], rest, maxPerSlice);
  const create: SliceDraft[] = [];
  while (rest.size > 0) {
    const roomy = rest.size < maxPerSlice ? closestToFull(unchanged, rest.size, maxPerSlice) : undefined;
    const endpoints = roomy ? [...roomy.endpoints] : [];
    take(rest, endpoints, maxPerSlice);
    if (roomy) {
      unchanged.splice(unchanged.indexOf(roomy), 1);
      changed.set(roomy, endpoints);
    } else create.push({ addressType: options.addressType, ports: desired.ports, endpoints });
  }
  const update = [...changed].map(([slice, endpoints]) => ({ ...options.relabel(slice), endpoints }));
  return { create, update, remove, keep: unchanged };
}

/** Of a slice's endpoints those still desired, in their new form; takes them out of `rest`. */
function keep(slice: EndpointSlice, rest: Map<string, Endpoint>): { kept: Endpoint[]; isUpdated: boolean } {
  const kept: Endpoint[] = [];
  let isUpdated = false;
  for (const endpoint of slice.endpoints) {
    const key = endpointKey(endpoint);
    const wanted = rest.get(key);
    if (!wanted) continue;
    rest.delete(key);
    if (isUnchanged(wanted, endpoint)) kept.push(endpoint);
    else {
      kept.push(wanted);
      isUpdated = true;
    }
  }
  return { kept, isUpdated };
}

function take(rest: Map<string, Endpoint>, into: Endpoint[], maxPerSlice: number): void {
  for (const [key, endpoint] of rest) {
    if (into.length >= maxPerSlice) return;
    into.push(endpoint);
    rest.delete(key);
  }
}

function fillFullestFirst(lists: Endpoint[][], rest: Map<string, Endpoint>, maxPerSlice: number): void {
  if (rest.size === 0) return;
  for (const list of lists.sort((a, b) => b.length - a.length)) take(rest, list, maxPerSlice);
}

/** The slice that is fullest with `count` more and still holds them all. */
function closestToFull(
  slices: readonly EndpointSlice[],
  count: number,
  maxPerSlice: number,
): EndpointSlice | undefined {
  let best: EndpointSlice | undefined;
  for (const slice of slices) {
    const length = slice.endpoints.length + count;
    if (length <= maxPerSlice && slice.endpoints.length > (best?.endpoints.length ?? -1)) best = slice;
  }
  return best;
}

/** Whether `owner` is who the slice belongs to. */
export function isOwnedBy(slice: EndpointSlice, owner: OwnerReference): boolean {
  return (
    slice.metadata.ownerReferences?.some(
      (one) => one.controller === true && one.uid === owner.uid && one.kind === owner.kind,
    ) ?? false
  );
}

/** Slices that would go are given to those that would come: one write instead of two. */
export function reuseRemoved(changes: SliceChanges, owner: OwnerReference): void {
  const { create, update, remove } = changes;
  for (let i = 0; i < remove.length && create.length > 0;) {
    const old = remove[i] as EndpointSlice;
    const draft = create.at(-1) as SliceDraft;
    if (old.addressType === draft.addressType && isOwnedBy(old, owner)) {
      create.pop();
      update.push({ ...old, ...draft });
      remove.splice(i, 1);
    } else i++;
  }
}
