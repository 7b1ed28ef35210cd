// What a fault would do, as facts for the sentence beside the pointer. Read from the cluster as it is; nothing is tried out.
import type { Cluster } from './cluster.ts';

/** Upstream's node-monitor-grace-period, and the toleration of an unreachable node that admission gives to pods. */
const noticeSeconds = 50;
const evictSeconds = 300;

/** Throws a sentence when there is no such fault or no such target. */
export function previewOf(cluster: Cluster, fault: string, target: string): Readonly<Record<string, string | number | boolean>> {
  const { pods, containers, isInForce, stops, isControlPlane } = cluster.world.previewFault(fault, target);
  const systemPods = pods.filter((pod) => pod.startsWith('kube-system/')).length;
  return { pods: pods.length - systemPods, systemPods, containers, isInForce, stops, isControlPlane, noticeSeconds, evictSeconds };
}
