// A pod is bound once: its node never changes.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { CheckerDescriptor } from '../checker.ts';

export const checker: CheckerDescriptor = {
  name: 'no-double-binding',
  explain: 'A pod that has a node keeps it for life.',
  start(_cluster, report) {
    const nodes = new Map<string, string>();
    return {
      wrote({ resource, type, object }) {
        if (resource !== 'pods') return;
        const pod = object as Pod;
        const { uid } = pod.metadata;
        if (type === 'delete') {
          nodes.delete(uid);
          return;
        }
        const before = nodes.get(uid);
        const node = pod.spec.nodeName ?? '';
        if (before !== undefined && before !== node) report(`Pod ${keyOf(pod)} was on ${before} and is now on ${node || 'no node'}.`);
        if (node !== '') nodes.set(uid, node);
      },
    };
  },
};
