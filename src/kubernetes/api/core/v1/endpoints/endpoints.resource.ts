// Endpoints: the addresses behind a Service, in the old form. Upstream: pkg/registry/core/endpoint.
import type { TableColumn } from '@/kubernetes/apimachinery/table/table.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { at, each, fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { Endpoints } from './types.ts';
import { validateEndpoints, validateEndpointsUpdate } from './validation.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column(
    'Endpoints',
    'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.',
  ),
  ageColumn,
];

/** The first three addresses with their ports, and how many more there are. */
function addresses(endpoints: Endpoints): string {
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) return '<none>';
  const all: string[] = [];
  for (const subset of subsets) {
    const ports = subset.ports ?? [];
    if (ports.length === 0) all.push(...(subset.addresses ?? []).map((one) => one.ip));
    for (const port of ports) {
      for (const { ip } of subset.addresses ?? [])
        all.push(ip.includes(':') ? `[${ip}]:${port.port}` : `${ip}:${port.port}`);
    }
  }
  if (all.length <= 3) return all.join(',');
  return `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`;
}

export const resource: ResourceDescriptor<Endpoints> = {
  name: 'endpoints',
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.Endpoints',
  explain: 'The addresses behind a Service as one object; EndpointSlices have taken its place.',
  defaults: (endpoints) =>
    at(endpoints, 'subsets', (subsets) =>
      each(subsets, (subset) =>
        at(subset, 'ports', (ports) => each(ports, (port) => fill(port, { protocol: 'TCP' }))),
      ),
    ),
  validate: validateEndpoints,
  validateUpdate: validateEndpointsUpdate,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  strategy: plainStrategy({ allowCreateOnUpdate: true }),
  table: {
    columns,
    cells: (endpoints, now) => [
      endpoints.metadata.name,
      addresses(endpoints),
      age(endpoints.metadata.creationTimestamp, now),
    ],
  },
};
