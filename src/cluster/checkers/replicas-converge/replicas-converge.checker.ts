// What is asked for is there, once nothing is broken.
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { CheckerDescriptor } from '../checker.ts';

export const checker: CheckerDescriptor = {
  name: 'replicas-converge',
  explain: 'After faults are healed every ReplicaSet and ReplicationController has exactly the pods it asks for, and no pod is stuck.',
  start(cluster, report) {
    return {
      settled() {
        const alive = new Map<string, number>();
        for (const pod of cluster.peek<Pod>('', 'pods')) {
          if (pod.metadata.deletionTimestamp) report(`Pod ${keyOf(pod)} is still terminating.`);
          const owner = controllerOf(pod);
          if (!owner || pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') continue;
          alive.set(owner.uid, (alive.get(owner.uid) ?? 0) + 1);
        }
        for (const set of [...cluster.peek<ReplicaSet>('apps', 'replicasets'), ...cluster.peek<ReplicaSet>('', 'replicationcontrollers')]) {
          const wanted = set.spec.replicas ?? 1;
          const found = alive.get(set.metadata.uid) ?? 0;
          if (found !== wanted) report(`${set.kind} ${keyOf(set)} asks for ${wanted} pods and has ${found}.`);
        }
      },
    };
  },
};
