// What a fault would do, as facts for the sentence beside the pointer. Read from the cluster as it is; nothing is tried out.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Cluster } from './cluster.ts';

/** Upstream's node-monitor-grace-period and the default toleration of an unreachable node. */
const noticeSeconds = 50;
const evictSeconds = 300;

/** Throws a sentence when there is no such fault or no such target. */
export function previewOf(cluster: Cluster, fault: string, target: string): Readonly<Record<string, string | number | boolean>> {
  cluster.world.checkFault(fault, target);
  const pods = cluster.peek<Pod>('', 'pods').filter((pod) => pod.spec.nodeName === target);
  const isControlPlane = cluster.world.machine(target)?.role === 'control-plane';
  return { pods: pods.filter((pod) => pod.metadata.namespace !== 'kube-system').length, systemPods: pods.filter((pod) => pod.metadata.namespace === 'kube-system').length, noticeSeconds, evictSeconds, isControlPlane };
}
