// Which pods go first when there are too many: those whose loss costs least. Upstream: pkg/controller/controller_utils.go (ActivePodsWithRanks).
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { isPodActive, isPodReady, maxRestarts, readySince } from './pod-state.ts';

const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

interface Ranked {
  readonly pod: Pod;
  readonly isReady: boolean;
  readonly cost: number;
  /** Pods of the same owner on the same node. */
  readonly companions: number;
  readonly readyAt: Instant | undefined;
  readonly createdAt: Instant | undefined;
}

/**
 * The pods to delete, worst first. `related` are all pods that share the owner's owner: where they crowd on one node, that node loses first.
 */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  now: Instant,
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && isPodActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod): Ranked => ({
    pod,
    isReady: isPodReady(pod),
    cost: deletionCost(pod),
    companions: onNode.get(pod.spec.nodeName ?? '') ?? 0,
    readyAt: readySince(pod),
    createdAt: parseRfc3339(pod.metadata.creationTimestamp),
  }));
  ranked.sort((a, b) => compare(a, b, now));
  return ranked.slice(0, count).map((one) => one.pod);
}

/** Negative when `a` goes first. */
function compare(a: Ranked, b: Ranked, now: Instant): number {
  const assigned = Number(Boolean(a.pod.spec.nodeName)) - Number(Boolean(b.pod.spec.nodeName));
  if (assigned !== 0) return assigned;
  const phase = phaseRank(a.pod) - phaseRank(b.pod);
  if (phase !== 0) return phase;
  if (a.isReady !== b.isReady) return a.isReady ? 1 : -1;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.companions !== b.companions) return b.companions - a.companions;
  if (a.isReady && b.isReady && a.readyAt !== b.readyAt) return compareAges(a, b, a.readyAt, b.readyAt, now);
  const left = maxRestarts(a.pod);
  const right = maxRestarts(b.pod);
  if (left.regular !== right.regular) return right.regular - left.regular;
  if (left.sidecar !== right.sidecar) return right.sidecar - left.sidecar;
  if (a.createdAt !== b.createdAt) return compareAges(a, b, a.createdAt, b.createdAt, now);
  return 0;
}

/** Younger first, in steps that double; within one step the uid decides, so that many of one age are thinned out at random. */
function compareAges(
  a: Ranked,
  b: Ranked,
  left: Instant | undefined,
  right: Instant | undefined,
  now: Instant,
): number {
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  const steps = ageStep(left, now) - ageStep(right, now);
  if (steps !== 0) return steps;
  return a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1;
}

function ageStep(since: Instant, now: Instant): number {
  const nanoseconds = (now - since) * 1000;
  return nanoseconds > 0 ? Math.trunc(Math.log2(nanoseconds)) : -1;
}

function phaseRank(pod: Pod): number {
  return phaseOrder[pod.status?.phase ?? ''] ?? 0;
}

/** A cost that is no int32 counts as none. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[deletionCostAnnotation];
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return Math.abs(cost) > 0x7fffffff ? 0 : cost;
}
