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
}

/** Pods of one namespace by their labels. Terminating ones count unless they are left out. */
export function podsIn(namespace: string, selector: Selector, leavesOutTerminating: boolean): PodChoice {
  return {
    key: `${namespace}\0${leavesOutTerminating ? 'living' : 'all'}\0${selector.matchesNothing ? '\0' : selector.toString()}`,
    readsNamespaces: false,
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

/** More choices than this at a time are counted anew when they come up again. */
const maxTallies = 512;

export class PodTallies {
  private readonly tallies = new Map<string, Tally>();

  constructor(private readonly nodes: () => Iterable<NodeInfo>) {}

  /** The counts of a choice of pods, counted now or when it was first asked for and kept since. */
  of(choice: PodChoice): PlaceCounts {
    const known = this.tallies.get(choice.key);
    if (known) return known.counts;
    const tally = { choice, counts: new PlaceCounts() };
    for (const node of this.nodes()) for (const pod of node.pods.values()) if (choice.matches(pod)) tally.counts.add(node, 1);
    if (this.tallies.size >= maxTallies) {
      for (const oldest of this.tallies.keys()) {
        this.tallies.delete(oldest);
        break;
      }
    }
    this.tallies.set(choice.key, tally);
    return tally.counts;
  }

  add(pod: Pod, node: NodeInfo, delta: 1 | -1): void {
    for (const { choice, counts } of this.tallies.values()) if (choice.matches(pod)) counts.add(node, delta);
  }

  relabel(node: NodeInfo, previous: Readonly<Record<string, string>> | undefined): void {
    for (const { counts } of this.tallies.values()) counts.relabel(node, previous);
  }

  /** A namespace got other labels: what was chosen by them is chosen anew. */
  forgetNamespaces(): void {
    for (const [key, { choice }] of this.tallies) if (choice.readsNamespaces) this.tallies.delete(key);
  }
}
