// Which pods would have to go from a node for another to fit, and which node's are missed least. Upstream: plugins/defaultpreemption, framework/preemption.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { protects, type DisruptionBudget } from '../../cache/budgets.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import { refuseForGood, type PostFilterHandle, type Refusal } from '../../framework/framework.ts';

export const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0;

/** A node on which room can be made. */
export interface Candidate {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** How many of them a disruption budget protects. */
  readonly violations: number;
}

function startOf(pod: Pod, now: Instant): Instant {
  return (pod.status.startTime ? parseRfc3339(pod.status.startTime) : undefined) ?? now;
}

/** Higher priority, then longer running. */
function byImportance(now: Instant): (a: Pod, b: Pod) => number {
  return (a, b) => priorityOf(b) - priorityOf(a) || startOf(a, now) - startOf(b, now);
}

/** Parts a sorted list into pods that a budget protects and others, in the same order. */
function protectedOnes(
  pods: readonly Pod[],
  budgets: readonly DisruptionBudget[],
): { readonly violating: readonly Pod[]; readonly others: readonly Pod[] } {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: Pod[] = [];
  const others: Pod[] = [];
  for (const pod of pods) {
    let isViolated = false;
    budgets.forEach((budget, at) => {
      if (!protects(budget, pod)) return;
      left[at] = (left[at] ?? 0) - 1;
      if ((left[at] ?? 0) < 0) isViolated = true;
    });
    (isViolated ? violating : others).push(pod);
  }
  return { violating, others };
}

const noVictims = refuseForGood('No preemption victims found for incoming pod');

/** The least that has to go from the node, or why nothing that may go would help. */
export function victimsOn(pod: Pod, original: NodeInfo, handle: PostFilterHandle): Candidate | Refusal {
  if (original.lowestPriority >= priorityOf(pod)) return noVictims;
  const node = original.clone();
  const state = handle.state.clone();
  const potential = [...node.pods.values()].filter((other) => priorityOf(other) < priorityOf(pod));
  const remove = (other: Pod): void => {
    node.remove(other.metadata.uid);
    handle.removePod(state, pod, other, node);
  };
  for (const other of potential) remove(other);
  const refusal = handle.filter(state, pod, node);
  if (refusal) return refusal;
  potential.sort(byImportance(handle.now));
  const victims: Pod[] = [];
  const isReprieved = (other: Pod): boolean => {
    node.add(other);
    handle.addPod(state, pod, other, node);
    if (!handle.filter(state, pod, node)) return true;
    remove(other);
    victims.push(other);
    return false;
  };
  const { violating, others } = protectedOnes(potential, handle.snapshot.budgets);
  let violations = 0;
  for (const other of violating) if (!isReprieved(other)) violations++;
  for (const other of others) isReprieved(other);
  if (violating.length > 0 && others.length > 0) victims.sort(byImportance(handle.now));
  return { node: original.name, victims, violations };
}

function earliestStartOfHighest(victims: readonly Pod[], now: Instant): number {
  const highest = Math.max(...victims.map(priorityOf));
  return Math.min(
    ...victims.filter((victim) => priorityOf(victim) === highest).map((victim) => startOf(victim, now)),
  );
}

/** Added to every priority, so that two negative ones are never less than one. */
const priorityOffset = 2 ** 31;

/** The candidate to take: each rule in turn keeps only those that are best by it. */
export function bestCandidate(candidates: readonly Candidate[], now: Instant): Candidate | undefined {
  const rules: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => -violations,
    ({ victims }) => -priorityOf(victims[0] as Pod),
    ({ victims }) => -victims.reduce((sum, victim) => sum + priorityOf(victim) + priorityOffset, 0),
    ({ victims }) => -victims.length,
    ({ victims }) => earliestStartOfHighest(victims, now),
  ];
  let left = candidates;
  for (const rule of rules) {
    if (left.length <= 1) break;
    const scores = left.map(rule);
    const best = Math.max(...scores);
    left = left.filter((_candidate, at) => scores[at] === best);
  }
  return left[0];
}
