// The scheduler's picture of the cluster: nodes with their pods, those just bound included before the API server says so.
// Upstream: pkg/scheduler/backend/cache.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { NodeInfo } from './node-info.ts';

/** What plugins see in one cycle. Nodes are in a fixed order that takes zones in turn. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  get(name: string): NodeInfo | undefined;
  /** Nodes that hold pods with affinity terms, and with required anti-affinity. */
  readonly withAffinity: readonly NodeInfo[];
  readonly withRequiredAntiAffinity: readonly NodeInfo[];
  /** Whether an image is on that many nodes, for ImageLocality. */
  imageNodes(name: string): number;
}

const zoneLabel = 'topology.kubernetes.io/zone';
const regionLabel = 'topology.kubernetes.io/region';

export class Cache implements Snapshot {
  private readonly infos = new Map<string, NodeInfo>();
  /** Node of every pod by uid; nodes that are not known yet count too. */
  private readonly places = new Map<string, string>();
  private readonly homeless = new Map<string, Map<string, Pod>>();
  private readonly assumed = new Set<string>();
  private readonly images = new Map<string, number>();
  private order: readonly NodeInfo[] | undefined;

  get nodes(): readonly NodeInfo[] {
    return (this.order ??= this.inZoneOrder());
  }

  get(name: string): NodeInfo | undefined {
    return this.infos.get(name);
  }

  get withAffinity(): readonly NodeInfo[] {
    return this.nodes.filter((info) => info.podsWithAffinity.size > 0);
  }

  get withRequiredAntiAffinity(): readonly NodeInfo[] {
    return this.nodes.filter((info) => info.podsWithRequiredAntiAffinity.size > 0);
  }

  imageNodes(name: string): number {
    return this.images.get(name) ?? 0;
  }

  setNode(node: Node): void {
    const { name } = node.metadata;
    const known = this.infos.get(name);
    if (known) {
      if (known.node.status?.images !== node.status?.images) {
        this.countImages(known.node, -1);
        this.countImages(node, 1);
      }
      if (zoneOf(known.node) !== zoneOf(node)) this.order = undefined;
      known.setNode(node);
      return;
    }
    const info = new NodeInfo(node);
    this.infos.set(name, info);
    this.countImages(node, 1);
    for (const pod of this.homeless.get(name)?.values() ?? []) info.add(pod);
    this.homeless.delete(name);
    this.order = undefined;
  }

  removeNode(name: string): void {
    const info = this.infos.get(name);
    if (!info) return;
    this.countImages(info.node, -1);
    this.infos.delete(name);
    if (info.pods.size > 0) this.homeless.set(name, new Map(info.pods));
    this.order = undefined;
  }

  /** A pod that has a node, as the API server says. */
  setPod(pod: Pod): void {
    const { uid } = pod.metadata;
    this.assumed.delete(uid);
    this.place(uid, pod);
  }

  removePod(uid: string): void {
    this.assumed.delete(uid);
    this.unplace(uid);
  }

  /** Counts a pod on the node it is about to be bound to. */
  assume(pod: Pod): void {
    this.assumed.add(pod.metadata.uid);
    this.place(pod.metadata.uid, pod);
  }

  /** The binding failed: the pod is nowhere again. */
  forget(uid: string): void {
    if (!this.assumed.delete(uid)) return;
    this.unplace(uid);
  }

  isPlaced(uid: string): boolean {
    return this.places.has(uid);
  }

  private place(uid: string, pod: Pod): void {
    this.unplace(uid);
    const name = pod.spec.nodeName ?? '';
    this.places.set(uid, name);
    const info = this.infos.get(name);
    if (info) info.add(pod);
    else {
      const waiting = this.homeless.get(name);
      if (waiting) waiting.set(uid, pod);
      else this.homeless.set(name, new Map([[uid, pod]]));
    }
  }

  private unplace(uid: string): void {
    const name = this.places.get(uid);
    if (name === undefined) return;
    this.places.delete(uid);
    this.infos.get(name)?.remove(uid);
    this.homeless.get(name)?.delete(uid);
  }

  private countImages(node: Node, sign: 1 | -1): void {
    for (const image of node.status?.images ?? []) for (const name of image.names) this.images.set(name, (this.images.get(name) ?? 0) + sign);
  }

  /** One node of each zone after the other, so that a search that stops early has seen all zones. */
  private inZoneOrder(): readonly NodeInfo[] {
    const zones = new Map<string, NodeInfo[]>();
    for (const info of this.infos.values()) {
      const zone = zoneOf(info.node);
      const members = zones.get(zone);
      if (members) members.push(info);
      else zones.set(zone, [info]);
    }
    const lists = [...zones.values()];
    const ordered: NodeInfo[] = [];
    for (let turn = 0; ordered.length < this.infos.size; turn++) {
      for (const list of lists) {
        const info = list[turn];
        if (info) ordered.push(info);
      }
    }
    return ordered;
  }
}

function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels[regionLabel] ?? ''}:${labels[zoneLabel] ?? ''}`;
}
