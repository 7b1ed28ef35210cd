// InterPodAffinity: pods that must, or would rather, run near certain others or away from them. Upstream: plugins/interpodaffinity.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { podsMeant, termMeans, termsOf } from '../../cache/affinity-terms.ts';
import type { Snapshot } from '../../cache/cache.ts';
import {
  maxNodeScore,
  refuse,
  refuseForGood,
  type ClusterEvent,
  type SchedulerPlugin,
} from '../../framework/framework.ts';
import type { AffinityState } from './affinity-state.ts';
import { affinityState } from './affinity-state.ts';

const filterKey = 'InterPodAffinity/filter';
const scoreKey = 'InterPodAffinity/score';
const notNear = refuseForGood("node(s) didn't match pod affinity rules");
const near = refuse("node(s) didn't match pod anti-affinity rules");
const unwilling = refuse("node(s) didn't satisfy existing pods anti-affinity rules");
/** What a placed pod's required affinity counts as for those it would have. Upstream's default hardPodAffinityWeight. */
const hardAffinityWeight = 1;

type Points = ReadonlyMap<string, Map<string, number>>;

/** Points by label and value: what the pod prefers of others, and what others prefer of it. */
function pointsOf(pod: Pod, snapshot: Snapshot): Points {
  const points = new Map<string, Map<string, number>>();
  const labelsOf = snapshot.namespaceLabels;
  const give = (key: string, counts: ReadonlyMap<string, number>, weight: number): void => {
    if (counts.size === 0) return;
    const byValue = points.get(key) ?? new Map<string, number>();
    points.set(key, byValue);
    for (const [value, count] of counts) byValue.set(value, (byValue.get(value) ?? 0) + count * weight);
  };
  const { preferredAffinity, preferredAntiAffinity } = termsOf(pod);
  for (const term of preferredAffinity)
    give(term.topologyKey, snapshot.tally(podsMeant([term], labelsOf)).in(term.topologyKey), term.weight);
  for (const term of preferredAntiAffinity)
    give(term.topologyKey, snapshot.tally(podsMeant([term], labelsOf)).in(term.topologyKey), -term.weight);
  const placed = [
    ['requiredAffinity', () => hardAffinityWeight],
    ['preferredAffinity', (weight: number) => weight],
    ['preferredAntiAffinity', (weight: number) => -weight],
  ] as const;
  for (const [kind, weightOf] of placed) {
    for (const { term, counts } of snapshot.placedTerms(kind)) {
      if (termMeans(term, pod, labelsOf))
        give(term.topologyKey, counts.in(term.topologyKey), weightOf(term.weight));
    }
  }
  return points;
}

/** Whether a pod that came, went or changed its labels touches what keeps `pod` away. Upstream: isSchedulableAfterPodChange. */
function isTouchedBy(pod: Pod, { kind, pod: other, previousPod }: ClusterEvent): boolean {
  if (!other) return false;
  const { requiredAffinity, requiredAntiAffinity } = termsOf(pod);
  const all = (one: Pod): boolean =>
    requiredAffinity.length > 0 && requiredAffinity.every((term) => termMeans(term, one, noLabels));
  const any = (one: Pod): boolean => requiredAntiAffinity.some((term) => termMeans(term, one, noLabels));
  const isUnwilling = termsOf(other).requiredAntiAffinity.some((term) => termMeans(term, pod, noLabels));
  switch (kind) {
    case 'AssignedPodAdded':
      return all(other);
    case 'AssignedPodDeleted':
      return any(other) || isUnwilling;
    case 'AssignedPodLabelChanged':
      return (
        previousPod !== undefined && ((!all(previousPod) && all(other)) || (any(previousPod) && !any(other)))
      );
    default:
      return false;
  }
}

const noLabels = (): undefined => undefined;

export const plugin: SchedulerPlugin = {
  name: 'InterPodAffinity',
  explain: 'Pods can ask to run near certain other pods, or far from them, and others can refuse them.',
  weight: 2,
  preFilter(state, pod, snapshot) {
    const affinity = affinityState(pod, snapshot);
    if (!affinity) return { kind: 'skip' };
    state.write(filterKey, affinity);
    return { kind: 'ok' };
  },
  filter(state, pod, node) {
    const affinity = state.read<AffinityState>(filterKey);
    if (!affinity) return undefined;
    if (!affinity.hasWanted(pod, node)) return notNear;
    if (affinity.hasUnwanted(node)) return near;
    return affinity.hasUnwilling(node) ? unwilling : undefined;
  },
  addPod: (state, pod, other, node) => state.read<AffinityState>(filterKey)?.change(pod, other, node, 1),
  removePod: (state, pod, other, node) => state.read<AffinityState>(filterKey)?.change(pod, other, node, -1),
  preScore(state, pod, _nodes, snapshot) {
    const points = pointsOf(pod, snapshot);
    if (points.size === 0) return true;
    state.write(scoreKey, points);
    return false;
  },
  score(state, _pod, node) {
    let sum = 0;
    for (const [key, byValue] of state.read<Points>(scoreKey) ?? []) {
      const value = node.labels?.[key];
      if (value !== undefined) sum += byValue.get(value) ?? 0;
    }
    return sum;
  },
  normalize(_state, _pod, scores) {
    let [least, most] = [0, 0];
    for (const score of scores) {
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
    for (let at = 0; at < scores.length; at++) {
      scores[at] =
        most === least ? 0 : Math.trunc(maxNodeScore * (((scores[at] ?? 0) - least) / (most - least)));
    }
  },
  events: [
    'AssignedPodAdded',
    'AssignedPodDeleted',
    'AssignedPodLabelChanged',
    'UnscheduledPodLabelChanged',
    'NodeAdded',
    'NodeLabelChanged',
    'NodeTaintChanged',
  ],
  mayHelp(pod, event) {
    const { requiredAffinity, requiredAntiAffinity } = termsOf(pod);
    const keys = [...requiredAffinity, ...requiredAntiAffinity].map(({ topologyKey }) => topologyKey);
    const { next, previous } = event.node ?? {};
    const has = (node: typeof next): boolean =>
      keys.some((key) => node?.metadata.labels?.[key] !== undefined);
    switch (event.kind) {
      case 'NodeAdded':
        return keys.length === 0 || has(next);
      case 'NodeLabelChanged':
      case 'NodeTaintChanged':
        return (
          keys.length === 0 ||
          keys.some((key) => next?.metadata.labels?.[key] !== previous?.metadata.labels?.[key])
        );
      case 'UnscheduledPodLabelChanged':
        return true;
      default:
        return isTouchedBy(pod, event);
    }
  },
};
