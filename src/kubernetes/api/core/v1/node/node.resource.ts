// Nodes: machines as the cluster knows them. Upstream: pkg/registry/core/node.
import type { ResourceDescriptor } from '../../../resource.ts';
import { fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { table } from './table.ts';
import type { Node, NodeStatus } from './types.ts';
import { validateNode, validateNodeUpdate } from './validation.ts';

function defaults(node: Node): Node {
  const next = fill(node, { spec: {}, status: {} });
  return put(next, 'status', defaultStatus(next.status));
}

/** All of a machine can be given away until its kubelet says otherwise. */
function defaultStatus(status: NodeStatus): NodeStatus {
  return status.capacity && !status.allocatable ? put(status, 'allocatable', status.capacity) : status;
}

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
  strategy: specStrategy<Node>({
    hasGeneration: false,
    update: (next, previous) => put(next, 'status', previous.status),
  }),
  statusStrategy: statusStrategy<Node>({ validateUpdate: validateNodeUpdate }),
  selectableFieldNames: ['spec.unschedulable'],
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec.unschedulable ?? false) }),
  table,
};
