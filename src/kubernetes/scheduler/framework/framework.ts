// The scheduling framework: the points of a scheduling cycle at which plugins take part. Upstream: pkg/scheduler/framework, k8s.io/kube-scheduler/framework.
import type { Described } from '@/base/registry.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { Snapshot } from '../cache/cache.ts';

/** Why a node, or the whole cluster, cannot take a pod. `isUnresolvable`: taking other pods away would not help. */
export interface Refusal {
  readonly reasons: readonly string[];
  readonly isUnresolvable: boolean;
  /** Name of the plugin; set by the framework. */
  readonly plugin?: string;
}

/** A value in a cycle's state that changes when a what-if adds or removes pods. */
export interface Cloneable {
  clone(): Cloneable;
}

/** What plugins hand from one point to the next within one cycle. */
export class CycleState {
  private readonly values = new Map<string, unknown>();
  /** Filter and score plugins that said in pre-filter or pre-score that they have nothing to do. */
  skippedFilters = new Set<string>();
  readonly skippedScores = new Set<string>();

  read<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  write(key: string, value: unknown): void {
    this.values.set(key, value);
  }

  /** For what-if questions: what can be cloned is, the rest is shared. */
  clone(): CycleState {
    const copy = new CycleState();
    copy.skippedFilters = this.skippedFilters;
    for (const [key, value] of this.values) copy.write(key, isCloneable(value) ? value.clone() : value);
    return copy;
  }
}

function isCloneable(value: unknown): value is Cloneable {
  return typeof value === 'object' && value !== null && 'clone' in value;
}

export type PreFilterResult =
  | { readonly kind: 'skip' }
  /** Only these nodes are worth looking at; all when undefined. */
  | { readonly kind: 'ok'; readonly nodeNames?: ReadonlySet<string> }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What happened in the cluster that may let a refused pod fit. Upstream: ClusterEvent. */
export type ClusterEventKind =
  | 'NodeAdded'
  | 'NodeDeleted'
  | 'NodeAllocatableChanged'
  | 'NodeLabelChanged'
  | 'NodeTaintChanged'
  | 'NodeConditionChanged'
  | 'NodeAnnotationChanged'
  | 'AssignedPodAdded'
  | 'AssignedPodLabelChanged'
  | 'AssignedPodScaledDown'
  | 'AssignedPodDeleted'
  | 'UnscheduledPodLabelChanged'
  | 'UnscheduledPodTolerationChanged'
  | 'UnscheduledPodScaledDown'
  | 'UnscheduledPodGatesGone'
  | 'PersistentVolumeAdded'
  | 'PersistentVolumeUpdated'
  | 'PersistentVolumeClaimAdded'
  | 'PersistentVolumeClaimUpdated'
  | 'StorageClassAdded'
  | 'StorageClassUpdated';

export interface ClusterEvent {
  readonly kind: ClusterEventKind;
  /** The pod that the event is about, when it is about one. */
  readonly pod?: Pod;
  /** Its state before, when it was changed. */
  readonly previousPod?: Pod;
  readonly node?: { readonly next: NodeInfo['node']; readonly previous?: NodeInfo['node'] };
  /** The claim that the event is about, when it is about one. */
  readonly claim?: KubeObject;
  /** Only pods of at most this priority are concerned. */
  readonly maxPriority?: number;
}

/** What preemption, or any plugin that tries to make room, is given. */
export interface PostFilterHandle {
  readonly snapshot: Snapshot;
  readonly state: CycleState;
  readonly random: Random;
  readonly now: Instant;
  /** The refusals of nodes; those not in it were out of the question from the start. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** The first refusal among all filters, pods nominated to the node counted as there. */
  filter(state: CycleState, pod: Pod, node: NodeInfo): Refusal | undefined;
  addPod(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
  removePod(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
}

export type PostFilterResult =
  /** Room can be made: the pod is nominated to the node and the victims have to go. */
  | { readonly kind: 'nominated'; readonly node: string; readonly victims: readonly Pod[] }
  /** Why not. `clearsNomination`: the pod's older nomination has become pointless too. */
  | {
      readonly kind: 'helpless';
      readonly message: string;
      readonly clearsNomination: boolean;
      /** Nobody else is asked. */
      readonly isLast?: boolean;
    };

/** One plugin of the default profile. Filters read only their arguments; scores are 0–100 after `normalize`. */
export interface SchedulerPlugin extends Described {
  /** Upstream's name. */
  readonly name: string;
  readonly explain: string;
  /** Its weight among the scores; 0 when it does not score. */
  readonly weight: number;
  /**
   * Filter and raw score read nothing but the pod's spec and the node: the framework keeps the answers of a template until the node changes.
   */
  readonly isLocal?: boolean;
  /** Why the pod must not be looked at yet; undefined when it may. */
  preEnqueue?(pod: Pod): string | undefined;
  preFilter?(state: CycleState, pod: Pod, snapshot: Snapshot): PreFilterResult;
  /** Undefined: the node will do. */
  filter?(state: CycleState, pod: Pod, node: NodeInfo): Refusal | undefined;
  /** For preemption and nominated pods: as if `other` was on the node, or was not. */
  addPod?(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
  removePod?(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void;
  /** After no node was found: whether room can be made. */
  postFilter?(pod: Pod, handle: PostFilterHandle): PostFilterResult;
  /** True: nothing to score for this pod. */
  preScore?(state: CycleState, pod: Pod, nodes: readonly NodeInfo[], snapshot: Snapshot): boolean;
  score?(state: CycleState, pod: Pod, node: NodeInfo): number;
  /** Brings raw scores into 0–100, in place, by index of node. */
  normalize?(state: CycleState, pod: Pod, scores: number[], nodes: readonly NodeInfo[]): void;
  /** The events that may let a pod fit that this plugin refused, or may be looked at that it keeps back. Upstream: EventsToRegister. */
  readonly events?: readonly ClusterEventKind[];
  /** Whether one of those events may help that pod. Absent: each does. Upstream: queueing hints. */
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
