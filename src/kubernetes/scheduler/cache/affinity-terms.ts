// Pod affinity terms, ready to match with, and those of the pods that are placed: equal terms are kept once, with how many pods where hold them.
import type { Pod, PodAffinityTerm } from '@/kubernetes/api/core/v1/pod/types.ts';
import {
  nothing,
  selectorFromLabelSelector,
  type Labels,
  type Selector,
} from '@/kubernetes/apimachinery/labels/labels.ts';
import type { NodeInfo } from './node-info.ts';
import { PlaceCounts } from './place-counts.ts';
import type { PodChoice } from './pod-tallies.ts';

/** Upstream: AffinityTerm of pkg/scheduler/framework/types.go. */
export interface AffinityTerm {
  readonly key: string;
  readonly topologyKey: string;
  /** 0 for required terms. */
  readonly weight: number;
  readonly namespaces: ReadonlySet<string>;
  /** Chooses namespaces by their labels, beside those named. */
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
}

export type NamespaceLabels = (namespace: string) => Labels | undefined;

/** Whether the term means `pod`; its topology is not looked at. */
export function termMeans(term: AffinityTerm, pod: Pod, labelsOf: NamespaceLabels): boolean {
  const { namespace = '', labels } = pod.metadata;
  if (
    !term.namespaces.has(namespace) &&
    (term.namespaceSelector.matchesNothing || !term.namespaceSelector.matches(labelsOf(namespace)))
  )
    return false;
  return term.selector.matches(labels);
}

/** The pods that all of the terms mean. */
export function podsMeant(terms: readonly AffinityTerm[], labelsOf: NamespaceLabels): PodChoice {
  return {
    key: `terms\0${terms.map(({ key }) => key).join('\0')}`,
    readsNamespaces: terms.some(({ namespaceSelector }) => !namespaceSelector.matchesNothing),
    label: terms[0]?.selector.exact,
    matches: (pod) => terms.every((term) => termMeans(term, pod, labelsOf)),
  };
}

/** A pod's terms by what they are for. */
export interface PodTerms {
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

export type TermKind = keyof PodTerms;

export const termKinds: readonly TermKind[] = [
  'requiredAffinity',
  'requiredAntiAffinity',
  'preferredAffinity',
  'preferredAntiAffinity',
];
const none: PodTerms = {
  requiredAffinity: [],
  requiredAntiAffinity: [],
  preferredAffinity: [],
  preferredAntiAffinity: [],
};
const known = new WeakMap<object, Map<string, PodTerms>>();

/** Worked out once for all pods of a template in a namespace. */
export function termsOf({ spec, metadata }: Pod): PodTerms {
  const { affinity } = spec;
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return none;
  const { namespace = '' } = metadata;
  const byNamespace = known.get(affinity) ?? new Map<string, PodTerms>();
  known.set(affinity, byNamespace);
  let terms = byNamespace.get(namespace);
  if (!terms) {
    const required = (list: readonly PodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
      (list ?? []).map((term) => compile(term, namespace, 0));
    const { podAffinity, podAntiAffinity } = affinity;
    const preferred = (
      list: NonNullable<typeof podAffinity>['preferredDuringSchedulingIgnoredDuringExecution'],
    ): readonly AffinityTerm[] =>
      (list ?? []).map(({ podAffinityTerm, weight }) => compile(podAffinityTerm, namespace, weight));
    terms = {
      requiredAffinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      requiredAntiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
      preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    };
    byNamespace.set(namespace, terms);
  }
  return terms;
}

function compile(term: PodAffinityTerm, own: string, weight: number): AffinityTerm {
  const named = term.namespaces ?? [];
  const namespaces = new Set(named.length === 0 && !term.namespaceSelector ? [own] : named);
  const namespaceSelector = term.namespaceSelector
    ? selectorFromLabelSelector(term.namespaceSelector)
    : nothing;
  const selector = selectorFromLabelSelector(term.labelSelector);
  const { topologyKey } = term;
  const text = (one: Selector): string => (one.matchesNothing ? 'nothing' : `{${one.toString()}}`);
  const key = [
    topologyKey,
    weight,
    [...namespaces].sort().join(','),
    text(namespaceSelector),
    text(selector),
  ].join('|');
  return { key, topologyKey, weight, namespaces, namespaceSelector, selector };
}

/** A term of placed pods and where they are. */
export interface PlacedTerm {
  readonly term: AffinityTerm;
  readonly counts: PlaceCounts;
}

export class PlacedTerms {
  private readonly byKind = new Map(termKinds.map((kind) => [kind, new Map<string, PlacedTerm>()]));

  of(kind: TermKind): Iterable<PlacedTerm> {
    return this.byKind.get(kind)?.values() ?? [];
  }

  add(pod: Pod, node: NodeInfo, delta: 1 | -1): void {
    const terms = termsOf(pod);
    if (terms === none) return;
    for (const kind of termKinds) for (const term of terms[kind]) this.count(kind, term, node, delta);
  }

  relabel(node: NodeInfo, previous: Labels | undefined): void {
    for (const kind of termKinds) for (const { counts } of this.of(kind)) counts.relabel(node, previous);
  }

  private count(kind: TermKind, term: AffinityTerm, node: NodeInfo, delta: number): void {
    const placed = this.byKind.get(kind) as Map<string, PlacedTerm>;
    let entry = placed.get(term.key);
    if (!entry) {
      entry = { term, counts: new PlaceCounts() };
      placed.set(term.key, entry);
    }
    entry.counts.add(node, delta);
    if (entry.counts.total === 0) placed.delete(term.key);
  }
}
