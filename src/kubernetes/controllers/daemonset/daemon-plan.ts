// Which daemon pods are missing and which have to go, node by node: pure decisions. Upstream: pkg/controller/daemon/daemon_controller.go
// (podsShouldBeOnNode), pkg/controller/daemon/update.go (rollingUpdate).
import type { DaemonSet } from '@/kubernetes/api/apps/v1/daemonset/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { scaledValue } from '@/kubernetes/apimachinery/int-or-string/int-or-string.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import { isPodAvailable, isPodReady } from '../lib/pod-state.ts';
import { fitOf, hashLabel } from './daemon-nodes.ts';

/** The pods of a DaemonSet by node; nodes without any are absent. */
export type PodsByNode = ReadonlyMap<string, readonly Pod[]>;

export interface Plan {
  /** Nodes that get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

export interface Situation {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly nodes: readonly Node[];
  readonly pods: PodsByNode;
  readonly now: Instant;
  /** Whether a pod that ended may be deleted now, or has to wait: those that fail at once must not be fought over. */
  mayReplace(pod: Pod, node: string): boolean;
}

export const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
const isCurrent = (pod: Pod, hash: string): boolean => pod.metadata.labels?.[hashLabel] === hash;

/** Pods with a node first, then by age, then by name. */
export function byAge(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort((a, b) => {
    const bound = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
    if (bound !== 0) return bound;
    const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
    if (left !== right) return left < right ? -1 : 1;
    return a.metadata.name < b.metadata.name ? -1 : 1;
  });
}

interface Limits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

function limitsOf({ nodes, set }: Situation): Limits {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const desired = nodes.filter((node) => fitOf(set, node).shouldRun).length;
  const maxUnavailable = scaledValue(rollingUpdate?.maxUnavailable, desired, { roundUp: true });
  const maxSurge = scaledValue(rollingUpdate?.maxSurge, desired, { roundUp: true });
  // Both zero would never move; percentages of few nodes can come to that.
  return { maxSurge, maxUnavailable: maxSurge === 0 && desired > 0 ? Math.max(1, maxUnavailable) : maxUnavailable };
}

/** A pod on every node that should have one, none elsewhere, no doubles. */
export function placement(situation: Situation): Plan {
  const { nodes, pods, set } = situation;
  const surges = limitsOf(situation).maxSurge > 0;
  const create: string[] = [];
  const remove: Pod[] = [];
  for (const node of nodes) {
    const { shouldRun, mayStay } = fitOf(set, node);
    const here = pods.get(node.metadata.name);
    if (shouldRun && !here) create.push(node.metadata.name);
    else if (mayStay) remove.push(...surplusOn(situation, node.metadata.name, here ?? [], surges));
    else if (here) remove.push(...here.filter((pod) => !isLeaving(pod)));
  }
  return { create, remove };
}

function surplusOn(situation: Situation, node: string, here: readonly Pod[], surges: boolean): readonly Pod[] {
  const { hash, now, set } = situation;
  const remove: Pod[] = [];
  const running: Pod[] = [];
  for (const pod of here) {
    if (isLeaving(pod)) continue;
    if (pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded') running.push(pod);
    else if (situation.mayReplace(pod, node)) remove.push(pod);
  }
  if (running.length <= 1) return remove;
  const sorted = byAge(running);
  if (!surges) return [...remove, ...sorted.slice(1)];
  const newest = sorted.find((pod) => isCurrent(pod, hash));
  const oldest = sorted.find((pod) => !isCurrent(pod, hash));
  remove.push(...sorted.filter((pod) => pod !== newest && pod !== oldest));
  if (newest && oldest && (!isPodReady(oldest) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, now)))
    remove.push(oldest);
  return remove;
}

/** The next step of an update: as many nodes as the limits allow. */
export function update(situation: Situation): Plan {
  const limits = limitsOf(situation);
  return limits.maxSurge === 0 ? replace(situation, limits) : surge(situation, limits);
}

/** New and old pod of each node, or undefined where the first placement has work to do. */
function* pairs({ hash, nodes, pods, set }: Situation): Generator<[string, { next?: Pod; old?: Pod } | undefined]> {
  const names = new Set(pods.keys());
  for (const node of nodes) if (fitOf(set, node).shouldRun) names.add(node.metadata.name);
  for (const name of names) {
    const here = pods.get(name) ?? [];
    const next = here.filter((pod) => isCurrent(pod, hash));
    const old = here.filter((pod) => !isCurrent(pod, hash));
    const isUnclear = here.some(isLeaving) || next.length > 1 || old.length > 1;
    yield [name, isUnclear ? undefined : { next: next[0], old: old[0] }];
  }
}

function replace(situation: Situation, { maxUnavailable }: Limits): Plan {
  const { now, set } = situation;
  const isAvailable = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const [, pair] of pairs(situation)) {
    if (!pair || (pair.old === undefined) === (pair.next === undefined)) unavailable++;
    else if (pair.next) unavailable += isAvailable(pair.next) ? 0 : 1;
    else if (pair.old && !isAvailable(pair.old)) {
      broken.push(pair.old);
      unavailable++;
    } else if (pair.old && unavailable < maxUnavailable) candidates.push(pair.old);
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return { create: [], remove: [...broken, ...candidates.slice(0, room)] };
}

function surge(situation: Situation, { maxSurge }: Limits): Plan {
  const { now, set } = situation;
  const isAvailable = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  let surging = 0;
  const remove: Pod[] = [];
  const broken: string[] = [];
  const candidates: string[] = [];
  for (const [node, pair] of pairs(situation)) {
    if (!pair) surging++;
    else if (!pair.old) continue;
    else if (!pair.next) {
      if (!isAvailable(pair.old)) broken.push(node);
      else if (surging < maxSurge) candidates.push(node);
    } else if (isAvailable(pair.next)) remove.push(pair.old);
    else surging++;
  }
  const room = Math.max(0, maxSurge - surging);
  return { create: [...broken, ...candidates.slice(0, room)], remove };
}
