// Pods that match a selector, counted by place: asked for by the plugins that look at other pods, then kept for the next pod of the template.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Selector } from '@/kubernetes/apimachinery/labels/labels.ts';
import type { NodeInfo } from './node-info.ts';
import { PlaceCounts } from './place-counts.ts';

/** Which pods: all parts must hold. `key` names the choice: two of the same key choose the same pods. */
export interface PodChoice {
  readonly key: string;
  matches(pod: Pod): boolean;
  /** Whether the answer depends on labels of namespaces. */
  readonly readsNamespaces: boolean;
  /** A label that all of them have, to find the choices that a pod may be in. */
  readonly label?: { readonly key: string; readonly value: string };
}

/** Pods of one namespace by their labels. Terminating ones count unless they are left out. */
export function podsIn(namespace: string, selector: Selector, leavesOutTerminating: boolean): PodChoice {
  return {
    key: `${namespace}\0${leavesOutTerminating ? 'living' : 'all'}\0${selector.matchesNothing ? '\0' : selector.toString()}`,
    readsNamespaces: false,
    label: selector.exact,
    matches: (pod) =>
      pod.metadata.namespace === namespace &&
      !(leavesOutTerminating && pod.metadata.deletionTimestamp) &&
      selector.matches(pod.metadata.labels),
  };
}

interface Tally {
  readonly choice: PodChoice;
  readonly counts: PlaceCounts;
}

/** More choices than this at a time are counted anew when they come up again: those asked for longest ago. */
const maxTallies = 4096;

const anyLabel = '';
const bucketOf = (key: string, value: string): string => `${key}\0${value}`;

export class PodTallies {
  private readonly tallies = new Map<string, Tally>();
  /** The same by the label that their pods have in common. */
  private readonly buckets = new Map<string, Set<Tally>>();

  constructor(private readonly nodes: () => Iterable<NodeInfo>) {}

  /** The counts of a choice of pods, counted now or when it was first asked for and kept since. */
  of(choice: PodChoice): PlaceCounts {
    const known = this.tallies.get(choice.key);
    if (known) {
      if (this.tallies.size >= maxTallies) {
        this.tallies.delete(choice.key);
        this.tallies.set(choice.key, known);
      }
      return known.counts;
    }
    const tally = { choice, counts: new PlaceCounts() };
    for (const node of this.nodes())
      for (const pod of node.pods.values()) if (choice.matches(pod)) tally.counts.add(node, 1);
    if (this.tallies.size >= maxTallies) {
      for (const oldest of this.tallies.values()) {
        this.forget(oldest);
        break;
      }
    }
    this.tallies.set(choice.key, tally);
    const bucket = bucketFor(choice);
    const members = this.buckets.get(bucket);
    if (members) members.add(tally);
    else this.buckets.set(bucket, new Set([tally]));
    return tally.counts;
  }

  add(pod: Pod, node: NodeInfo, delta: 1 | -1): void {
    if (this.tallies.size === 0) return;
    this.count(anyLabel, pod, node, delta);
    const { labels } = pod.metadata;
    for (const key in labels) this.count(bucketOf(key, labels[key] ?? ''), pod, node, delta);
  }

  relabel(node: NodeInfo, previous: Readonly<Record<string, string>> | undefined): void {
    for (const { counts } of this.tallies.values()) counts.relabel(node, previous);
  }

  /** A namespace got other labels: what was chosen by them is chosen anew. */
  forgetNamespaces(): void {
    for (const tally of [...this.tallies.values()]) if (tally.choice.readsNamespaces) this.forget(tally);
  }

  private count(bucket: string, pod: Pod, node: NodeInfo, delta: 1 | -1): void {
    for (const { choice, counts } of this.buckets.get(bucket) ?? [])
      if (choice.matches(pod)) counts.add(node, delta);
  }

  private forget(tally: Tally): void {
    const bucket = bucketFor(tally.choice);
    const members = this.buckets.get(bucket);
    members?.delete(tally);
    if (members?.size === 0) this.buckets.delete(bucket);
    this.tallies.delete(tally.choice.key);
  }
}

function bucketFor({ label }: PodChoice): string {
  return label ? bucketOf(label.key, label.value) : anyLabel;
}
