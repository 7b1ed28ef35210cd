// The scheduling framework: the points of a scheduling cycle at which plugins take part. Upstream: pkg/scheduler/framework, k8s.io/kube-scheduler/framework.
import type { Described } from '@/base/registry.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { Snapshot } from '../cache/cache.ts';

/** Why a node, or the whole cluster, cannot take a pod. `isUnresolvable`: taking other pods away would not help. */
export interface Refusal {
  readonly reasons: readonly string[];
  readonly isUnresolvable: boolean;
  /** Name of the plugin; set by the framework. */
  readonly plugin?: string;
}

/** What plugins hand from one point to the next within one cycle. */
export class CycleState {
  private readonly values = new Map<string, unknown>();
  /** Filter and score plugins that said in pre-filter or pre-score that they have nothing to do. */
  readonly skippedFilters = new Set<string>();
  readonly skippedScores = new Set<string>();

  read<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  write(key: string, value: unknown): void {
    this.values.set(key, value);
  }
}

export type PreFilterResult =
  | { readonly kind: 'skip' }
  /** Only these nodes are worth looking at; all when undefined. */
  | { readonly kind: 'ok'; readonly nodeNames?: ReadonlySet<string> }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What happened in the cluster that may let a refused pod fit. Upstream: ClusterEvent. */
export type ClusterEventKind =
  | 'NodeAdded'
  | 'NodeAllocatableChanged'
  | 'NodeLabelChanged'
  | 'NodeTaintChanged'
  | 'NodeConditionChanged'
  | 'NodeAnnotationChanged'
  | 'AssignedPodAdded'
  | 'AssignedPodLabelChanged'
  | 'AssignedPodScaledDown'
  | 'AssignedPodDeleted'
  | 'UnscheduledPodChanged';

export interface ClusterEvent {
  readonly kind: ClusterEventKind;
  /** The pod that the event is about, when it is about one. */
  readonly pod?: Pod;
  readonly node?: { readonly next: NodeInfo['node']; readonly previous?: NodeInfo['node'] };
}

/** The parts a plugin may use. */
export interface PluginHandle {
  readonly snapshot: () => Snapshot;
}

/** One plugin of the default profile. Filters read only their arguments; scores are 0–100 after `normalize`. */
export interface SchedulerPlugin extends Described {
  /** Upstream's name. */
  readonly name: string;
  readonly explain: string;
  /** Its weight among the scores; 0 when it does not score. */
  readonly weight: number;
  preFilter?(state: CycleState, pod: Pod, snapshot: Snapshot): PreFilterResult;
  /** Undefined: the node will do. */
  filter?(state: CycleState, pod: Pod, node: NodeInfo): Refusal | undefined;
  /** For preemption and nominated pods: as if `other` was on the node, or was not. */
  addPod?(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
  removePod?(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
  /** True: nothing to score for this pod. */
  preScore?(state: CycleState, pod: Pod, nodes: readonly NodeInfo[], snapshot: Snapshot): boolean;
  score?(state: CycleState, pod: Pod, node: NodeInfo): number;
  /** Brings raw scores into 0–100, in place, by index of node. */
  normalize?(state: CycleState, pod: Pod, scores: number[], nodes: readonly NodeInfo[]): void;
  /** Whether that event may let a pod fit that this plugin refused. Absent: none does. Upstream: queueing hints. */
  mayHelp?(pod: Pod, event: ClusterEvent): boolean;
}

export const maxNodeScore = 100;

/** Upstream's default normalising: the highest becomes 100; reversed, the highest becomes 0. */
export function defaultNormalize(scores: number[], isReversed: boolean): void {
  let highest = 0;
  for (const score of scores) highest = Math.max(highest, score);
  for (let i = 0; i < scores.length; i++) {
    const score = highest === 0 ? 0 : Math.trunc(((scores[i] ?? 0) * maxNodeScore) / highest);
    scores[i] = isReversed ? maxNodeScore - score : score;
  }
}

export const refuse = (...reasons: readonly string[]): Refusal => ({ reasons, isUnresolvable: false });
export const refuseForGood = (...reasons: readonly string[]): Refusal => ({ reasons, isUnresolvable: true });
