// Rows of workloads: how many replicas are wanted, there, ready and up to date.
import type { WorkloadRow } from '@/contract/feed/feed.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import { controllerOf, type KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

interface Workload extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly template?: { readonly spec?: { readonly containers: readonly { readonly image?: string }[] } } };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number; readonly updatedReplicas?: number; readonly availableReplicas?: number };
}

const kinds: readonly { readonly group: string; readonly resource: string }[] = [
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'replicasets' },
  { group: '', resource: 'replicationcontrollers' },
];

const idOf = (object: KubeObject): string => `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;

export class WorkloadRows {
  private readonly workloads = new Map<string, Workload>();
  private readonly dirty = new Set<string>();
  private removed: string[] = [];

  constructor(cluster: Cluster) {
    for (const { group, resource } of kinds) for (const object of cluster.peek<Workload>(group, resource)) this.workloads.set(idOf(object), object);
  }

  wrote(group: string, resource: string, object: KubeObject, isGone: boolean): void {
    if (!kinds.some((kind) => kind.group === group && kind.resource === resource)) return;
    const id = idOf(object);
    if (isGone) {
      this.workloads.delete(id);
      this.removed.push(id);
      this.dirty.delete(id);
    } else {
      this.workloads.set(id, object as Workload);
      this.dirty.add(id);
    }
  }

  all(): readonly WorkloadRow[] {
    return [...this.workloads.values()].map(rowOf);
  }

  /** Nobody looks: what is gone is forgotten without being told. */
  sweep(): void {
    this.removed = [];
    this.dirty.clear();
  }

  take(): { changed: readonly WorkloadRow[]; removed: readonly string[] } {
    const changed = [...this.dirty].flatMap((id) => this.workloads.get(id) ?? []).map(rowOf);
    // What went and came again within the frame is there.
    const removed = this.removed.filter((key) => !this.workloads.has(key));
    this.removed = [];
    this.dirty.clear();
    return { changed, removed };
  }
}

function rowOf(workload: Workload): WorkloadRow {
  const { metadata, spec, status } = workload;
  const owner = controllerOf(workload);
  return {
    kind: workload.kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    desired: spec.replicas ?? 0,
    current: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    images: (spec.template?.spec?.containers ?? []).map((container) => container.image ?? ''),
    owner: owner ? `${owner.kind}/${owner.name}` : '',
  };
}
