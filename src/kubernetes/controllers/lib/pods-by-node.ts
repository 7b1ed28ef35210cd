// Pods by the node they are bound to.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';

const indexName = 'nodeName';

export function indexByNode(pods: Informer<Pod>): void {
  pods.addIndex(indexName, (pod) => [pod.spec.nodeName ?? '']);
}

/** The pods bound to `node`; those that wait for a node with ''. */
export function podsOnNode(pods: Informer<Pod>, node: string): readonly Pod[] {
  return pods.byIndex(indexName, node);
}
