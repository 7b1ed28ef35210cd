// Whether a cluster has finished booting: every machine's node Ready, every pod of kube-system ready, cluster DNS available.
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

const isTrue = (object: { readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } }, type: string): boolean =>
  object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** Counts as objects are written; once true it stays true. */
export class Readiness {
  private readonly waitingNodes: Set<string>;
  private readonly waitingPods = new Set<string>();
  private hasDns = false;
  private isDone = false;

  constructor(machines: readonly string[]) {
    this.waitingNodes = new Set(machines);
  }

  get isReady(): boolean {
    return this.isDone;
  }

  wrote(resource: string, isGone: boolean, object: KubeObject): void {
    if (this.isDone) return;
    const { name, namespace, uid } = object.metadata;
    if (resource === 'nodes') this.mark(this.waitingNodes, name, !isGone && isTrue(object as Node, 'Ready'));
    else if (resource === 'pods' && namespace === 'kube-system') this.mark(this.waitingPods, uid, isGone || isTrue(object as Pod, 'Ready'));
    else if (resource === 'deployments' && namespace === 'kube-system') {
      const { spec, status } = object as Deployment;
      this.hasDns = (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
    } else return;
    this.isDone = this.hasDns && this.waitingNodes.size === 0 && this.waitingPods.size === 0;
  }

  private mark(waiting: Set<string>, key: string, isReady: boolean): void {
    if (isReady) waiting.delete(key);
    else waiting.add(key);
  }
}
