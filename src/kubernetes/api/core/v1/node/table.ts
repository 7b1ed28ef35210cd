// Nodes as `kubectl get` prints them. Upstream: pkg/printers/internalversion/printers.go (printNode).
import type { TableColumn, TablePrinter } from '@/kubernetes/apimachinery/table/table.ts';
import { age, ageColumn, column, nameColumn, orNone } from '../../../columns.ts';
import type { Node } from './types.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column('Status', 'The status of the node'),
  column('Roles', 'The roles of the node'),
  ageColumn,
  column('Version', 'Kubelet Version reported by the node.'),
  column(
    'Internal-IP',
    "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
    { priority: 1 },
  ),
  column(
    'External-IP',
    "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
    { priority: 1 },
  ),
  column(
    'OS-Image',
    'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
    { priority: 1 },
  ),
  column(
    'Kernel-Version',
    "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
    { priority: 1 },
  ),
  column(
    'Container-Runtime',
    'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    { priority: 1 },
  ),
];

function status(node: Node): string {
  const ready = node.status.conditions?.find((one) => one.type === 'Ready');
  const said = ready ? [ready.status === 'True' ? 'Ready' : 'NotReady'] : ['Unknown'];
  if (node.spec.unschedulable) said.push('SchedulingDisabled');
  return said.join(',');
}

const rolePrefix = 'node-role.kubernetes.io/';

/** Roles are said by labels: the key after the prefix, or the value of the old label. */
export function rolesOf(node: Node): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix)) {
      if (key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length));
    } else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort();
}

function address(node: Node, type: string): string {
  return orNone(node.status.addresses?.find((one) => one.type === type)?.address);
}

export const table: TablePrinter<Node> = {
  columns,
  cells(node, now) {
    const info = node.status.nodeInfo;
    const kernel = info?.kernelVersion || '<unknown>';
    return [
      node.metadata.name,
      status(node),
      orNone(rolesOf(node).join(',')),
      age(node.metadata.creationTimestamp, now),
      info?.kubeletVersion ?? '',
      address(node, 'InternalIP'),
      address(node, 'ExternalIP'),
      info?.osImage || '<unknown>',
      info?.architecture ? `${kernel} (${info.architecture})` : kernel,
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
};
