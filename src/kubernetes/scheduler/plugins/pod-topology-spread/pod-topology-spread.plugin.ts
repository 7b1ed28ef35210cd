// PodTopologySpread: keeps pods that are alike evenly over machines, zones or whatever label is named. Upstream: plugins/podtopologyspread.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Snapshot } from '../../cache/cache.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PlaceCounts } from '../../cache/place-counts.ts';
import {
  maxNodeScore,
  refuse,
  refuseForGood,
  type CycleState,
  type SchedulerPlugin,
} from '../../framework/framework.ts';
import {
  defaultConstraints,
  hasAllKeys,
  hostnameKey,
  includesAllNodes,
  includesNode,
  ownConstraints,
  type Constraint,
} from './constraints.ts';
import type { SpreadCounts } from './spread-counts.ts';
import { everyNodeHasKeys, spreadCounts } from './spread-counts.ts';

const mismatchText = "node(s) didn't match pod topology spread constraints";
const mismatch = refuse(mismatchText);
const missingLabel = refuseForGood(`${mismatchText} (missing required label)`);
const filterKey = 'PodTopologySpread/filter';
const scoreKey = 'PodTopologySpread/score';

/** What one soft constraint takes off a node per pod that is there already. */
interface Weighing {
  readonly constraint: Constraint;
  readonly weight: number;
  /** By value of the label; for machines the tally by node. */
  readonly counts: ReadonlyMap<string, number> | PlaceCounts;
}

interface ScoreState {
  readonly weighings: readonly Weighing[];
  /** Nodes without all labels are not compared, unless the constraints are only upstream's defaults. */
  readonly needsAllKeys: readonly Constraint[];
}

function zoneCounts(
  pod: Pod,
  constraint: Constraint,
  all: readonly Constraint[],
  snapshot: Snapshot,
  needsAllKeys: boolean,
): ReadonlyMap<string, number> {
  const tally = snapshot.tally(constraint.choice);
  const { topologyKey } = constraint;
  if (
    includesAllNodes(constraint, pod) &&
    (!needsAllKeys || all.length === 1 || everyNodeHasKeys(all, snapshot))
  )
    return tally.in(topologyKey);
  const counts = new Map<string, number>();
  for (const node of snapshot.nodes) {
    const value = node.labels?.[topologyKey];
    if (
      value === undefined ||
      (needsAllKeys && !hasAllKeys(node.labels, all)) ||
      !includesNode(constraint, pod, node.node)
    )
      continue;
    counts.set(value, (counts.get(value) ?? 0) + tally.on(node));
  }
  return counts;
}

function weigh(
  pod: Pod,
  constraints: readonly Constraint[],
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
): ScoreState {
  const needsAllKeys = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
  const compared = needsAllKeys ? nodes.filter((node) => hasAllKeys(node.labels, constraints)) : nodes;
  const weighings = constraints.map((constraint): Weighing => {
    const { topologyKey } = constraint;
    if (topologyKey === hostnameKey) {
      return { constraint, weight: Math.log(compared.length + 2), counts: snapshot.tally(constraint.choice) };
    }
    const values = new Set<string>();
    for (const node of compared) values.add(node.labels?.[topologyKey] ?? '');
    return {
      constraint,
      weight: Math.log(values.size + 2),
      counts: zoneCounts(pod, constraint, constraints, snapshot, needsAllKeys),
    };
  });
  return { weighings, needsAllKeys: needsAllKeys ? constraints : [] };
}

function isIgnored(state: CycleState, node: NodeInfo): boolean {
  const needed = state.read<ScoreState>(scoreKey)?.needsAllKeys ?? [];
  return needed.length > 0 && !hasAllKeys(node.labels, needed);
}

export const plugin: SchedulerPlugin = {
  name: 'PodTopologySpread',
  explain:
    'Pods that are alike are spread over machines and zones, so that one that fails takes few of them along.',
  weight: 2,
  preFilter(state, pod, snapshot) {
    const constraints = ownConstraints(pod, 'DoNotSchedule');
    if (constraints.length === 0) return { kind: 'skip' };
    state.write(filterKey, spreadCounts(pod, constraints, snapshot));
    return { kind: 'ok' };
  },
  filter(state, pod, node) {
    const counts = state.read<SpreadCounts>(filterKey);
    if (!counts) return undefined;
    for (let at = 0; at < counts.constraints.length; at++) {
      const { topologyKey, maxSkew, choice } = counts.constraints[at] as Constraint;
      const value = node.labels?.[topologyKey];
      if (value === undefined) return missingLabel;
      const self = choice.matches(pod) ? 1 : 0;
      if (counts.count(at, value) + self - counts.minimum(at) > maxSkew) return mismatch;
    }
    return undefined;
  },
  addPod: (state, pod, other, node) => state.read<SpreadCounts>(filterKey)?.change(pod, other, node, 1),
  removePod: (state, pod, other, node) => state.read<SpreadCounts>(filterKey)?.change(pod, other, node, -1),
  preScore(state, pod, nodes, snapshot) {
    const constraints = pod.spec.topologySpreadConstraints?.length
      ? ownConstraints(pod, 'ScheduleAnyway')
      : defaultConstraints(pod, snapshot);
    if (constraints.length === 0) return true;
    state.write(scoreKey, weigh(pod, constraints, nodes, snapshot));
    return false;
  },
  score(state, _pod, node) {
    const scoring = state.read<ScoreState>(scoreKey);
    if (!scoring || (scoring.needsAllKeys.length > 0 && isIgnored(state, node))) return 0;
    let sum = 0;
    for (const { constraint, weight, counts } of scoring.weighings) {
      const value = node.labels?.[constraint.topologyKey];
      if (value === undefined) continue;
      const count = 'on' in counts ? counts.on(node) : (counts.get(value) ?? 0);
      sum += count * weight + (constraint.maxSkew - 1);
    }
    return Math.round(sum);
  },
  normalize(state, _pod, scores, nodes) {
    const ignored =
      (state.read<ScoreState>(scoreKey)?.needsAllKeys.length ?? 0) > 0
        ? nodes.map((node) => isIgnored(state, node))
        : undefined;
    let [least, most] = [Number.MAX_SAFE_INTEGER, 0];
    scores.forEach((score, at) => {
      if (ignored?.[at]) return;
      least = Math.min(least, score);
      most = Math.max(most, score);
    });
    for (let at = 0; at < scores.length; at++) {
      if (ignored?.[at]) scores[at] = 0;
      else
        scores[at] =
          most === 0 ? maxNodeScore : Math.trunc((maxNodeScore * (most + least - (scores[at] ?? 0))) / most);
    }
  },
  events: [
    'AssignedPodAdded',
    'AssignedPodDeleted',
    'AssignedPodLabelChanged',
    'UnscheduledPodLabelChanged',
    'NodeAdded',
    'NodeDeleted',
    'NodeLabelChanged',
    'NodeTaintChanged',
  ],
  mayHelp(pod, { kind, pod: other, previousPod, node }) {
    const constraints = ownConstraints(pod, 'DoNotSchedule');
    const isCounted = (one: Pod | undefined): boolean =>
      one !== undefined && constraints.some(({ choice }) => choice.matches(one));
    switch (kind) {
      case 'AssignedPodAdded':
      case 'AssignedPodDeleted':
        return (
          other !== undefined && constraints.some(({ choice }) => choice.matches(withoutDeletion(other)))
        );
      case 'AssignedPodLabelChanged':
        return isCounted(other) !== isCounted(previousPod);
      case 'UnscheduledPodLabelChanged':
        return true;
      case 'NodeAdded':
      case 'NodeDeleted':
        return hasAllKeys(node?.next.metadata.labels, constraints);
      case 'NodeLabelChanged':
      case 'NodeTaintChanged':
        return (
          hasAllKeys(node?.next.metadata.labels, constraints) ||
          hasAllKeys(node?.previous?.metadata.labels, constraints)
        );
      default:
        return false;
    }
  },
};

/** A pod as it was before somebody deleted it: what it counted as then is what matters. */
function withoutDeletion(pod: Pod): Pod {
  if (!pod.metadata.deletionTimestamp) return pod;
  const { deletionTimestamp: _deleted, ...metadata } = pod.metadata;
  return { ...pod, metadata };
}
