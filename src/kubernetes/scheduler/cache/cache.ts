// The scheduler's picture of the cluster: nodes with their pods, those just bound included before the API server says so.
// Upstream: pkg/scheduler/backend/cache.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Labels, Selector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { PlacedTerms, type PlacedTerm, type TermKind } from './affinity-terms.ts';
import { Budgets, type DisruptionBudget } from './budgets.ts';
import { NodeInfo } from './node-info.ts';
import type { PlaceCounts } from './place-counts.ts';
import { PodTallies, type PodChoice } from './pod-tallies.ts';
import { Topology } from './topology.ts';
import { ClusterVolumes } from './volumes.ts';
import { Workloads } from './workloads.ts';

/** What plugins see in one cycle. It changes with the cluster: nothing of it is kept from one cycle to the next. */
export interface Snapshot {
  /** In a fixed order that takes zones in turn. */
  readonly nodes: readonly NodeInfo[];
  get(name: string): NodeInfo | undefined;
  /** On how many nodes an image is. */
  imageNodes(name: string): number;
  /** The values of a node label, each with how many nodes have it. */
  domains(key: string): ReadonlyMap<string, number>;
  /** Where the pods of a choice are. */
  tally(choice: PodChoice): PlaceCounts;
  /** Pod affinity terms of placed pods. */
  placedTerms(kind: TermKind): Iterable<PlacedTerm>;
  namespaceLabels(namespace: string): Labels | undefined;
  /** What chooses the pods of the same Services and workload. */
  selectorOfAlike(pod: Pod): Selector;
  readonly budgets: readonly DisruptionBudget[];
  readonly volumes: ClusterVolumes;
}

const zoneLabel = 'topology.kubernetes.io/zone';
const regionLabel = 'topology.kubernetes.io/region';

export class Cache implements Snapshot {
  readonly workloads = new Workloads();
  readonly disruptionBudgets = new Budgets();
  readonly volumes = new ClusterVolumes();
  private readonly infos = new Map<string, NodeInfo>();
  /** Node of every pod by uid; nodes that are not known yet count too. */
  private readonly places = new Map<string, string>();
  private readonly homeless = new Map<string, Map<string, Pod>>();
  private readonly assumed = new Set<string>();
  private readonly images = new Map<string, number>();
  private readonly topology = new Topology();
  private readonly tallies = new PodTallies(() => this.infos.values());
  private readonly terms = new PlacedTerms();
  private readonly namespaces = new Map<string, Labels | undefined>();
  private order: readonly NodeInfo[] | undefined;

  get nodes(): readonly NodeInfo[] {
    return (this.order ??= this.inZoneOrder());
  }

  get budgets(): readonly DisruptionBudget[] {
    return this.disruptionBudgets.list;
  }

  get(name: string): NodeInfo | undefined {
    return this.infos.get(name);
  }

  imageNodes(name: string): number {
    return this.images.get(name) ?? 0;
  }

  domains(key: string): ReadonlyMap<string, number> {
    return this.topology.domains(key, this.infos.values());
  }

  tally(choice: PodChoice): PlaceCounts {
    return this.tallies.of(choice);
  }

  placedTerms(kind: TermKind): Iterable<PlacedTerm> {
    return this.terms.of(kind);
  }

  readonly namespaceLabels = (namespace: string): Labels | undefined => this.namespaces.get(namespace);

  selectorOfAlike(pod: Pod): Selector {
    return this.workloads.selectorOf(pod);
  }

  setNamespace(name: string, labels: Labels | undefined): void {
    if (this.namespaces.get(name) === labels && this.namespaces.has(name)) return;
    this.namespaces.set(name, labels);
    this.tallies.forgetNamespaces();
  }

  removeNamespace(name: string): void {
    this.namespaces.delete(name);
    this.tallies.forgetNamespaces();
  }

  setNode(node: Node): void {
    const { name } = node.metadata;
    const known = this.infos.get(name);
    if (known) {
      this.changeNode(known, node);
      return;
    }
    const info = new NodeInfo(node);
    this.infos.set(name, info);
    this.countImages(node, 1);
    this.topology.add(info.labels, 1);
    for (const pod of this.homeless.get(name)?.values() ?? []) this.enter(info, pod);
    this.homeless.delete(name);
    this.order = undefined;
  }

  removeNode(name: string): void {
    const info = this.infos.get(name);
    if (!info) return;
    this.countImages(info.node, -1);
    this.topology.add(info.labels, -1);
    const pods = new Map(info.pods);
    for (const pod of pods.values()) this.leave(info, pod);
    if (pods.size > 0) this.homeless.set(name, pods);
    this.infos.delete(name);
    this.order = undefined;
  }

  /** A pod that has a node, as the API server says. */
  setPod(pod: Pod): void {
    this.assumed.delete(pod.metadata.uid);
    this.place(pod);
  }

  removePod(uid: string): void {
    this.assumed.delete(uid);
    this.unplace(uid);
  }

  /** Counts a pod on the node it is about to be bound to. */
  assume(pod: Pod): void {
    this.assumed.add(pod.metadata.uid);
    this.place(pod);
  }

  /** The binding failed: the pod is nowhere again. */
  forget(uid: string): void {
    if (this.assumed.delete(uid)) this.unplace(uid);
  }

  isPlaced(uid: string): boolean {
    return this.places.has(uid);
  }

  isAssumed(uid: string): boolean {
    return this.assumed.has(uid);
  }

  private changeNode(info: NodeInfo, node: Node): void {
    const previous = info.node;
    if (previous.status?.images !== node.status?.images) {
      this.countImages(previous, -1);
      this.countImages(node, 1);
    }
    if (zoneOf(previous) !== zoneOf(node)) this.order = undefined;
    info.setNode(node);
    const { labels } = previous.metadata;
    if (labels === node.metadata.labels) return;
    this.topology.add(labels, -1);
    this.topology.add(node.metadata.labels, 1);
    this.tallies.relabel(info, labels);
    this.terms.relabel(info, labels);
  }

  private place(pod: Pod): void {
    const { uid } = pod.metadata;
    const name = pod.spec.nodeName ?? '';
    const info = this.infos.get(name);
    const before = info?.pods.get(uid);
    if (info && before && isSameToOthers(before, pod) && info.replace(pod)) return;
    this.unplace(uid);
    this.places.set(uid, name);
    if (info) this.enter(info, pod);
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
    const info = this.infos.get(name);
    const pod = info?.pods.get(uid);
    if (info && pod) this.leave(info, pod);
    this.homeless.get(name)?.delete(uid);
  }

  private enter(info: NodeInfo, pod: Pod): void {
    info.add(pod);
    this.tallies.add(pod, info, 1);
    this.terms.add(pod, info, 1);
  }

  private leave(info: NodeInfo, pod: Pod): void {
    info.remove(pod.metadata.uid);
    this.tallies.add(pod, info, -1);
    this.terms.add(pod, info, -1);
  }

  private countImages(node: Node, sign: 1 | -1): void {
    for (const image of node.status?.images ?? [])
      for (const name of image.names) this.images.set(name, (this.images.get(name) ?? 0) + sign);
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

/** Whether what other pods look for in a pod is as it was. */
function isSameToOthers(before: Pod, after: Pod): boolean {
  const { labels, deletionTimestamp } = before.metadata;
  return (
    labels === after.metadata.labels &&
    deletionTimestamp === after.metadata.deletionTimestamp &&
    before.spec.affinity === after.spec.affinity
  );
}

function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels[regionLabel] ?? ''}:${labels[zoneLabel] ?? ''}`;
}
