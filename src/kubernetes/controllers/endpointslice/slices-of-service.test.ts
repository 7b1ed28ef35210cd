// Slices of a Service against those that upstream's reconciler makes.
import { expect, it } from 'vitest';
import { canonicalJson } from '@/base/json.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import { describeGolden, goldenCases } from '@/kubernetes/apimachinery/testing/golden.ts';
import { reuseRemoved } from '../lib/endpoint-slices.ts';
import { controllerReference } from '../lib/ownership.ts';
import { withTriggerTime } from '../lib/trigger-time.ts';
import { labelsFor, reconcileFamily } from './slices-of-service.ts';
import { automaticHints, cpuShares, preferredHints, setHints, wantsAutomaticHints } from './topology-hints.ts';

interface Case {
  readonly name: string;
  readonly service: Service;
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly existingSlices: readonly EndpointSlice[] | null;
  readonly maxEndpointsPerSlice: number;
  readonly slices: readonly object[];
  readonly writes: readonly string[] | null;
  readonly volatile?: unknown;
}

function reconcile({ service, pods, nodes, existingSlices, maxEndpointsPerSlice }: Case): {
  slices: string[];
  writes: string[];
} {
  const owner = controllerReference(service, 'v1', 'Service');
  const existing = existingSlices ?? [];
  const slices: object[] = [];
  const writes: string[] = [];
  const families = (service.spec.ipFamilies ?? ['IPv4']) as readonly ('IPv4' | 'IPv6')[];
  for (const slice of existing) if (!families.includes(slice.addressType as 'IPv4')) writes.push('delete');
  for (const family of families) {
    const { changes } = reconcileFamily(
      service,
      family,
      pods,
      existing.filter((slice) => slice.addressType === family),
      {
        owner,
        maxPerSlice: maxEndpointsPerSlice,
        nodeOf: (name) => nodes.find((node) => node.metadata.name === name),
      },
    );
    const all = [...changes.create, ...changes.update, ...changes.keep].flatMap((slice) => slice.endpoints);
    const automatic = wantsAutomaticHints(service)
      ? automaticHints(all, cpuShares(nodes))
      : { hintOf: preferredHints(service) };
    setHints(changes, 'hintOf' in automatic ? automatic.hintOf : () => undefined);
    reuseRemoved(changes, owner);
    const metadata = {
      name: `${service.metadata.name}-*`,
      namespace: service.metadata.namespace,
      labels: labelsFor(service),
      ownerReferences: [owner],
    };
    slices.push(...changes.keep);
    for (const draft of changes.create)
      slices.push({
        ...draft,
        metadata: { ...metadata, annotations: withTriggerTime(undefined, '2026-01-01T00:00:00Z') },
      });
    for (const slice of changes.update) {
      slices.push({
        ...slice,
        metadata: {
          ...slice.metadata,
          annotations: withTriggerTime(slice.metadata.annotations, '2026-01-01T00:00:00Z'),
        },
      });
    }
    writes.push(
      ...changes.create.map(() => 'create'),
      ...changes.update.map(() => 'update'),
      ...changes.remove.map(() => 'delete'),
    );
  }
  return { slices: slices.map(normal).sort(), writes: writes.sort() };
}

/** Endpoints in order of their text; of the metadata what a reconciler decides. */
function normal(slice: object): string {
  const { addressType, endpoints, ports, metadata } = slice as EndpointSlice;
  const { labels, annotations } = metadata;
  const sorted = [...(endpoints ?? [])].map(canonicalJson).sort();
  return canonicalJson({
    addressType,
    endpoints: sorted,
    ports: ports?.length ? ports : [],
    labels,
    annotations: annotations ?? {},
  });
}

describeGolden('endpointslice', () => {
  const cases = goldenCases<Case>('endpointslice/reconcile.json').filter(({ volatile }) => !volatile);
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, golden) => {
    const { slices, writes } = reconcile(golden);
    expect({ slices, writes }).toEqual({
      slices: golden.slices.map(normal).sort(),
      writes: [...(golden.writes ?? [])].sort(),
    });
  });
});
