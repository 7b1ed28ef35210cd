// Hints to send traffic to near endpoints: by zone and node when the Service prefers that, by share of CPU per zone in the older automatic mode.
// Upstream: staging/src/k8s.io/endpointslice/topologycache and trafficdist. All pure but the memory of who has hints.
import { equalJson } from '@/base/json.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Endpoint, EndpointHints, EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import { quantityToMilli } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import type { SliceChanges } from '../lib/endpoint-slices.ts';

const overloadThreshold = 0.2;
const zoneLabel = 'topology.kubernetes.io/zone';
const modeAnnotations = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];

/** Whether the Service asks for the automatic mode. */
export function wantsAutomaticHints(service: Service): boolean {
  for (const annotation of modeAnnotations) {
    const mode = service.metadata.annotations?.[annotation];
    if (mode !== undefined) return mode === 'Auto' || mode === 'auto';
  }
  return false;
}

/** The hints of a Service that prefers what is close. Endpoints that are not ready get none. */
export function preferredHints(service: Service): (endpoint: Endpoint) => EndpointHints | undefined {
  const preference = service.spec.trafficDistribution;
  if (preference !== 'PreferClose' && preference !== 'PreferSameZone' && preference !== 'PreferSameNode')
    return () => undefined;
  return (endpoint) => {
    if (endpoint.conditions.ready === false || endpoint.zone === undefined) return undefined;
    const forZones = [{ name: endpoint.zone }];
    if (preference !== 'PreferSameNode' || endpoint.nodeName === undefined) return { forZones };
    return { forZones, forNodes: [{ name: endpoint.nodeName }] };
  };
}

/** Sets the hint of every endpoint; slices that were right but for their hints become updates. */
export function setHints(changes: SliceChanges, hintOf: (endpoint: Endpoint) => EndpointHints | undefined): void {
  const hinted = (endpoints: readonly Endpoint[]): readonly Endpoint[] => {
    let isChanged = false;
    const next = endpoints.map((endpoint) => {
      const hints = hintOf(endpoint);
      if (equalJson(endpoint.hints, hints)) return endpoint;
      isChanged = true;
      const { hints: _, ...bare } = endpoint;
      return hints ? { ...bare, hints } : bare;
    });
    return isChanged ? next : endpoints;
  };
  changes.create.forEach((draft, i) => (changes.create[i] = { ...draft, endpoints: hinted(draft.endpoints) }));
  changes.update.forEach((slice, i) => (changes.update[i] = { ...slice, endpoints: hinted(slice.endpoints) }));
  const right: EndpointSlice[] = [];
  for (const slice of changes.keep.splice(0)) {
    const endpoints = hinted(slice.endpoints);
    if (endpoints === slice.endpoints) right.push(slice);
    else changes.update.push({ ...slice, endpoints });
  }
  changes.keep.push(...right);
}

/** Each zone's share of the CPU of ready workers; undefined when a node does not say its zone or CPU. */
export function cpuShares(nodes: Iterable<Node>): ReadonlyMap<string, number> | undefined {
  const cpu = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const labels = node.metadata.labels ?? {};
    if ('node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels) continue;
    if (!node.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'))
      continue;
    const zone = labels[zoneLabel];
    const milli = quantityToMilli(node.status.allocatable?.['cpu'] ?? '0');
    if (!zone || milli === 0) return undefined;
    cpu.set(zone, (cpu.get(zone) ?? 0) + milli);
    total += milli;
  }
  if (total === 0) return undefined;
  return new Map([...cpu].map(([zone, milli]) => [zone, milli / total]));
}

/** How the automatic mode went: a hint per endpoint, or why there are none. */
export type Automatic =
  { readonly hintOf: (endpoint: Endpoint) => EndpointHints | undefined } | { readonly refusal: string };

/** Shares the ready endpoints among zones by their CPU. */
export function automaticHints(
  endpoints: readonly Endpoint[],
  shares: ReadonlyMap<string, number> | undefined,
): Automatic {
  const ready = endpoints.filter((endpoint) => endpoint.conditions.ready !== false);
  if (!shares)
    return { refusal: 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes' };
  if (shares.size < 2) return { refusal: 'Nodes only ready in one zone' };
  const counted = `(${ready.length} endpoints, ${shares.size} zones)`;
  if (shares.size > ready.length) return { refusal: `Insufficient number of endpoints ${counted}` };
  const desired = new Map<string, number>();
  let left = ready.length;
  for (const [zone, share] of shares) {
    const wish = share * ready.length;
    const minimum = Math.ceil(wish * (1 / (1 + overloadThreshold)));
    desired.set(zone, Math.max(wish, minimum));
    left -= minimum;
    if (left < 0)
      return {
        refusal: `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counted}`,
      };
  }
  if (ready.some((endpoint) => !endpoint.zone))
    return { refusal: 'One or more endpoints do not have a zone specified' };
  const zones = distribute(ready, desired);
  return {
    hintOf: (endpoint) => {
      const zone = zones.get(endpoint.addresses.join());
      return zone === undefined || endpoint.conditions.ready === false ? undefined : { forZones: [{ name: zone }] };
    },
  };
}

/** The zone each endpoint serves: its own, unless its zone has to give some away. */
function distribute(ready: readonly Endpoint[], desired: ReadonlyMap<string, number>): Map<string, string> {
  const actual = new Map<string, number>();
  for (const { zone = '' } of ready) actual.set(zone, (actual.get(zone) ?? 0) + 1);
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (const [zone, target] of desired) {
    const surplus = (actual.get(zone) ?? 0) - target;
    if (surplus > 0) giving.set(zone, surplus);
    else if (surplus < 0) receiving.set(zone, -surplus);
  }
  const moves: (readonly [string, string])[] = [];
  for (;;) {
    const [from, give] = most(giving);
    const [to, receive] = most(receiving);
    if (from === '' || to === '' || (give < 1 && receive < 1) || give < 0.5 || receive < 0.5) break;
    moves.push([from, to]);
    giving.set(from, give - 1);
    receiving.set(to, receive - 1);
  }
  const result = new Map<string, string>();
  for (const endpoint of ready) {
    const at = moves.findIndex(([from]) => from === endpoint.zone);
    const [move] = at < 0 ? [] : moves.splice(at, 1);
    result.set(endpoint.addresses.join(), move?.[1] ?? endpoint.zone ?? '');
  }
  return result;
}

function most(zones: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', 0];
  for (const [zone, count] of zones) if (count > best[1]) best = [zone, count];
  return best;
}
