// Pods as `kubectl get` prints them. Upstream: pkg/printers/internalversion/printers.go (printPod).
import type { Instant } from '@/simulation/clock/duration.ts';
import type { TableColumn, TablePrinter } from '@/kubernetes/apimachinery/table/table.ts';
import { age, ageColumn, column, nameColumn, orNone } from '../../../columns.ts';
import { hasTrueCondition, summarizePod } from './status-text.ts';
import type { Pod } from './types.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column('Ready', 'The aggregate readiness state of this pod for accepting traffic.'),
  column('Status', 'The aggregate status of the containers in this pod.'),
  column(
    'Restarts',
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  ),
  ageColumn,
  column(
    'IP',
    'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    { priority: 1 },
  ),
  column(
    'Node',
    'NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename',
    { priority: 1 },
  ),
  column(
    'Nominated Node',
    'nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.',
    { priority: 1 },
  ),
  column(
    'Readiness Gates',
    'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates',
    { priority: 1 },
  ),
];

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => hasTrueCondition(pod, gate.conditionType)).length}/${gates.length}`;
}

function cells(pod: Pod, now: Instant): readonly string[] {
  const { ready, total, reason, restarts, lastRestart } = summarizePod(pod);
  const restarted =
    restarts > 0 && lastRestart !== '' ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    reason,
    restarted,
    age(pod.metadata.creationTimestamp, now),
    orNone(pod.status.podIPs?.[0]?.ip),
    orNone(pod.spec.nodeName),
    orNone(pod.status.nominatedNodeName),
    readinessGates(pod),
  ];
}

const succeeded = [
  { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
] as const;
const failed = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }] as const;

export const table: TablePrinter<Pod> = {
  columns,
  cells,
  conditions: ({ status }) =>
    status.phase === 'Succeeded' ? succeeded : status.phase === 'Failed' ? failed : [],
};
