// Nodes: machines as the cluster knows them. Upstream: pkg/registry/core/node.
import type { ResourceDescriptor } from '../../../resource.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { roundAmounts } from '../podspec/amounts.ts';
import { table } from './table.ts';
import type { Node, NodeSpec, NodeStatus } from './types.ts';
import { validateNode, validateNodeChange, validateNodeUpdate } from './validation.ts';

function defaults(node: Node): Node {
  const next = fill(node, { spec: {}, status: {} });
  return put(put(next, 'spec', withSameCidrs(next.spec)), 'status', defaultStatus(next.status));
}

/** The first range and the list of ranges tell the same. */
function withSameCidrs(spec: NodeSpec): NodeSpec {
  const { podCIDR, podCIDRs } = spec;
  const first = podCIDRs?.[0];
  if (podCIDR && podCIDR !== first) return put(spec, 'podCIDRs', [podCIDR]);
  return first && !podCIDR ? put(spec, 'podCIDR', first) : spec;
}

/** All of a machine can be given away until its kubelet says otherwise. */
function defaultStatus(given: NodeStatus): NodeStatus {
  const status = at(at(given, 'capacity', roundAmounts), 'allocatable', roundAmounts);
  return status.capacity && !status.allocatable ? put(status, 'allocatable', status.capacity) : status;
}

/** Kubelets are no longer configured by way of the API. */
const withoutConfigSource = (node: Node): Node =>
  put(node, 'spec', put(node.spec, 'configSource', undefined));

export const resource: ResourceDescriptor<Node> = {
  name: 'nodes',
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  scope: 'Cluster',
  verbs: allVerbs,
  subresources: ['proxy', 'status'],
  model: 'io.k8s.api.core.v1.Node',
  explain: 'A machine as the cluster knows it: what it has to give, how it is, and what it repels.',
  defaults,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  warnings: ({ spec }) =>
    spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : [],
  strategy: specStrategy<Node>({
    hasGeneration: false,
    create: withoutConfigSource,
    update: (next, previous) => withoutConfigSource(put(next, 'status', previous.status)),
  }),
  statusStrategy: statusStrategy<Node>({ validateUpdate: validateNodeChange }),
  selectableFieldNames: ['spec.unschedulable'],
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec.unschedulable ?? false) }),
  table,
};
