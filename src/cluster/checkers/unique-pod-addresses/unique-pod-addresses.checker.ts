// No two living pods have one address.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { CheckerDescriptor } from '../checker.ts';

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

export const checker: CheckerDescriptor = {
  name: 'unique-pod-addresses',
  explain: 'No two pods that the API believes alive have the same address, unless they share a machine’s network.',
  start(cluster, report) {
    return {
      settled() {
        const owners = new Map<string, string>();
        for (const pod of cluster.peek<Pod>('', 'pods')) {
          const ip = pod.status?.podIP;
          if (!ip || pod.spec.hostNetwork || isOver(pod)) continue;
          const other = owners.get(ip);
          if (other) report(`${ip} belongs to ${other} and to ${keyOf(pod)}.`);
          owners.set(ip, keyOf(pod));
        }
      },
    };
  },
};
