// What required pod affinity says of one pod to place: counts of pods it wants beside it, of those it does not, and of those that do not want it.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import {
  podsMeant,
  termMeans,
  termsOf,
  type AffinityTerm,
  type PodTerms,
} from '../../cache/affinity-terms.ts';
import type { Snapshot } from '../../cache/cache.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { Cloneable } from '../../framework/framework.ts';
import { PairCounts } from './pair-counts.ts';

export class AffinityState implements Cloneable {
  constructor(
    private readonly snapshot: Snapshot,
    readonly terms: PodTerms,
    /** Pods that all required affinity terms of the pod mean, by the label of each. */
    readonly wanted: PairCounts,
    /** Pods that a required anti-affinity term of the pod means. */
    readonly unwanted: PairCounts,
    /** Placed pods with a required anti-affinity term that means the pod. */
    readonly unwilling: PairCounts,
  ) {}

  /** As if `other` was added to the node, or taken off it. */
  change(pod: Pod, other: Pod, node: NodeInfo, delta: 1 | -1): void {
    const labelsOf = this.snapshot.namespaceLabels;
    const { requiredAffinity, requiredAntiAffinity } = this.terms;
    for (const term of termsOf(other).requiredAntiAffinity)
      if (termMeans(term, pod, labelsOf)) this.unwilling.change(term.topologyKey, node, delta);
    if (requiredAffinity.length > 0 && requiredAffinity.every((term) => termMeans(term, other, labelsOf))) {
      for (const { topologyKey } of requiredAffinity) this.wanted.change(topologyKey, node, delta);
    }
    for (const term of requiredAntiAffinity)
      if (termMeans(term, other, labelsOf)) this.unwanted.change(term.topologyKey, node, delta);
  }

  clone(): AffinityState {
    return new AffinityState(
      this.snapshot,
      this.terms,
      this.wanted.clone(),
      this.unwanted.clone(),
      this.unwilling.clone(),
    );
  }

  /** Whether the node is beside all the pod wants; the first pod of a group that wants itself is. */
  hasWanted(pod: Pod, node: NodeInfo): boolean {
    let isBesideAll = true;
    for (const { topologyKey } of this.terms.requiredAffinity) {
      const value = node.labels?.[topologyKey];
      if (value === undefined) return false;
      if (this.wanted.count(topologyKey, value) <= 0) isBesideAll = false;
    }
    return (
      isBesideAll ||
      (this.wanted.isEmpty &&
        this.terms.requiredAffinity.every((term) => termMeans(term, pod, this.snapshot.namespaceLabels)))
    );
  }

  hasUnwanted(node: NodeInfo): boolean {
    return this.unwanted.isAnyAt(node);
  }

  hasUnwilling(node: NodeInfo): boolean {
    return this.unwilling.isAnyAt(node);
  }
}

/** The state for a pod; undefined when nothing constrains it. */
export function affinityState(pod: Pod, snapshot: Snapshot): AffinityState | undefined {
  const terms = termsOf(pod);
  const labelsOf = snapshot.namespaceLabels;
  const unwilling = [...snapshot.placedTerms('requiredAntiAffinity')].filter(({ term }) =>
    termMeans(term, pod, labelsOf),
  );
  const { requiredAffinity, requiredAntiAffinity } = terms;
  if (unwilling.length === 0 && requiredAffinity.length === 0 && requiredAntiAffinity.length === 0)
    return undefined;
  const tally = (list: readonly AffinityTerm[], { topologyKey: key }: AffinityTerm) => ({
    key,
    counts: snapshot.tally(podsMeant(list, labelsOf)),
  });
  return new AffinityState(
    snapshot,
    terms,
    new PairCounts(requiredAffinity.map((term) => tally(requiredAffinity, term))),
    new PairCounts(requiredAntiAffinity.map((term) => tally([term], term))),
    new PairCounts(unwilling.map(({ term, counts }) => ({ key: term.topologyKey, counts }))),
  );
}
