// Pods that wait for a node which is being cleared for them: others of no higher priority must not take it. Upstream: backend/queue/nominator.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';

export class Nominations {
  private readonly byNode = new Map<string, Map<string, Pod>>();
  private readonly nodes = new Map<string, string>();

  get size(): number {
    return this.nodes.size;
  }

  nodeOf(uid: string): string | undefined {
    return this.nodes.get(uid);
  }

  on(node: string): Iterable<Pod> {
    return this.byNode.get(node)?.values() ?? [];
  }

  /** The pod waits for `node`, and for no other. */
  set(pod: Pod, node: string): void {
    const { uid } = pod.metadata;
    this.delete(uid);
    this.nodes.set(uid, node);
    const pods = this.byNode.get(node) ?? new Map<string, Pod>();
    this.byNode.set(node, pods);
    pods.set(uid, pod);
  }

  delete(uid: string): void {
    const node = this.nodes.get(uid);
    if (node === undefined) return;
    this.nodes.delete(uid);
    const pods = this.byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.byNode.delete(node);
  }
}
