// Who owns whom, over all kinds, kept up to date from watches. Upstream: pkg/controller/garbagecollector/graph_builder.go and graph.go.
import { equalJson } from '@/base/json.ts';
import type { KubeObject, OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** One object as far as its ownership goes. */
export interface GraphNode {
  readonly uid: string;
  apiVersion: string;
  kind: string;
  name: string;
  /** '' for what is cluster-scoped. */
  namespace: string;
  owners: readonly OwnerReference[];
  readonly dependents: Set<GraphNode>;
  /** Known only from others' references so far: it may not exist. */
  isVirtual: boolean;
  isBeingDeleted: boolean;
  /** Waits for its dependents to go first. */
  isDeletingDependents: boolean;
  /** Waits for its dependents to be let go. */
  isOrphaning: boolean;
}

/** What the collector is told to look at. */
export interface GraphListener {
  /** Should perhaps be deleted, or is to go on with its deletion. */
  doubtful(node: GraphNode): void;
  orphaning(node: GraphNode): void;
  /** References an owner in another namespace than its own. */
  misplaced(node: GraphNode, reference: OwnerReference): void;
}

/** The graph. Nodes live from the first sight of an object, or of a reference to it, to its deletion. */
export class OwnerGraph {
  private readonly nodes = new Map<string, GraphNode>();

  constructor(private readonly listener: GraphListener) {}

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  /** An object was added or changed. */
  observe(object: KubeObject): void {
    const { uid, ownerReferences = none } = object.metadata;
    const known = this.nodes.get(uid);
    if (!known) {
      const node = this.nodeOf(object);
      this.nodes.set(uid, node);
      this.link(node, ownerReferences);
      this.follow(node, object);
      return;
    }
    if (known.isVirtual) this.meet(known, object);
    if (known.owners !== ownerReferences && !equalJson(known.owners, ownerReferences))
      this.relink(known, ownerReferences);
    this.follow(known, object);
  }

  /** An object is gone. */
  forget(uid: string): void {
    const node = this.nodes.get(uid);
    if (!node) return;
    this.nodes.delete(uid);
    this.unlink(node, node.owners);
    for (const dependent of node.dependents) this.listener.doubtful(dependent);
    for (const reference of node.owners) {
      const owner = this.nodes.get(reference.uid);
      if (owner?.isDeletingDependents) this.listener.doubtful(owner);
    }
  }

  private nodeOf(object: KubeObject): GraphNode {
    const { uid, name, namespace = '' } = object.metadata;
    return {
      uid,
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      namespace,
      owners: none,
      dependents: new Set(),
      isVirtual: false,
      isBeingDeleted: false,
      isDeletingDependents: false,
      isOrphaning: false,
    };
  }

  /** What was only heard of is there; those that spoke of it under another name or namespace were wrong. */
  private meet(node: GraphNode, object: KubeObject): void {
    const { name, namespace = '' } = object.metadata;
    Object.assign(node, { isVirtual: false, apiVersion: object.apiVersion, kind: object.kind, name, namespace });
    for (const dependent of node.dependents) {
      const reference = dependent.owners.find((owner) => owner.uid === node.uid);
      if (reference && !this.isConsistent(dependent, reference, node)) this.listener.doubtful(dependent);
    }
  }

  private link(node: GraphNode, owners: readonly OwnerReference[]): void {
    node.owners = owners;
    let isDoubtful = false;
    for (const reference of owners) {
      let owner = this.nodes.get(reference.uid);
      if (owner) {
        owner.dependents.add(node);
        isDoubtful ||= !this.isConsistent(node, reference, owner);
        continue;
      }
      owner = this.virtualNode(reference, node.namespace);
      owner.dependents.add(node);
      this.nodes.set(owner.uid, owner);
      this.listener.doubtful(owner);
    }
    if (isDoubtful) this.listener.doubtful(node);
  }

  private virtualNode({ uid, apiVersion, kind, name }: OwnerReference, namespace: string): GraphNode {
    return {
      uid,
      apiVersion,
      kind,
      name,
      namespace,
      owners: none,
      dependents: new Set(),
      isVirtual: true,
      isBeingDeleted: false,
      isDeletingDependents: false,
      isOrphaning: false,
    };
  }

  private isConsistent(node: GraphNode, reference: OwnerReference, owner: GraphNode): boolean {
    if (owner.namespace !== '' && owner.namespace !== node.namespace) {
      if (!owner.isVirtual) this.listener.misplaced(node, reference);
      return false;
    }
    return reference.kind === owner.kind && reference.name === owner.name && reference.apiVersion === owner.apiVersion;
  }

  private unlink(node: GraphNode, owners: readonly OwnerReference[]): void {
    for (const reference of owners) this.nodes.get(reference.uid)?.dependents.delete(node);
  }

  private relink(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    const kept = new Set(owners.map((owner) => owner.uid));
    const removed = before.filter((owner) => !kept.has(owner.uid));
    const unblocked = before.filter(
      (owner) => owner.blockOwnerDeletion && !owners.some((next) => next.uid === owner.uid && next.blockOwnerDeletion),
    );
    this.unlink(node, removed);
    this.link(node, owners);
    for (const reference of unblocked) {
      const owner = this.nodes.get(reference.uid);
      if (owner?.isDeletingDependents) this.listener.doubtful(owner);
    }
  }

  /** Deletion that has begun, and what it waits for. */
  private follow(node: GraphNode, object: KubeObject): void {
    if (object.metadata.deletionTimestamp === undefined) return;
    const { finalizers = [] } = object.metadata;
    node.isBeingDeleted = true;
    if (finalizers.includes(orphanFinalizer) && !node.isOrphaning) {
      node.isOrphaning = true;
      this.listener.orphaning(node);
    }
    if (finalizers.includes(foregroundFinalizer) && !node.isDeletingDependents) {
      node.isDeletingDependents = true;
      for (const dependent of node.dependents) this.listener.doubtful(dependent);
      this.listener.doubtful(node);
    }
  }
}

const none: readonly OwnerReference[] = [];
