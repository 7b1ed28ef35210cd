// What a Deployment reads from and writes on its ReplicaSets: which is the new one, revisions, annotations, allowed sizes.
// Upstream: pkg/controller/deployment/util/deployment_util.go. All pure.
import { equalJson } from '@/base/json.ts';
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { scaledValue } from '@/kubernetes/apimachinery/int-or-string/int-or-string.ts';

export const hashLabel = 'pod-template-hash';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
/** Characters of revision-history that are kept; the oldest go first. */
const maxHistoryLength = 2000;
const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Readonly<Record<string, string>>;

const withoutHashes = new WeakMap<PodTemplateSpec, PodTemplateSpec>();

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (labels?.[hashLabel] === undefined) return template;
  const known = withoutHashes.get(template);
  if (known) return known;
  const { [hashLabel]: _, ...others } = labels;
  const bare = { ...template, metadata: { ...template.metadata, labels: others } };
  withoutHashes.set(template, bare);
  return bare;
}

/** Whether two templates make the same pods, the label that a Deployment adds aside. */
export function isSameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return equalJson(withoutHash(a), withoutHash(b));
}

/** Oldest first; names decide between those of one second. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const left = a.metadata.creationTimestamp;
  const right = b.metadata.creationTimestamp;
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  return (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0) || byCreation(a, b);
}

/** The set that has the Deployment's template; of several the oldest. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort(byCreation).find((set) => isSameTemplate(set.spec.template, deployment.spec.template));
}

export function isActive(set: ReplicaSet): boolean {
  return set.spec.replicas > 0;
}

export function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  let total = 0;
  for (const set of sets) total += count(set) ?? 0;
  return total;
}

export const wantedReplicas = (set: ReplicaSet): number => set.spec.replicas;

/** Undefined when the annotation is there and no number; 0 when there is none. */
export function revisionOf(set: ReplicaSet): number | undefined {
  const text = set.metadata.annotations?.[revisionAnnotation];
  if (text === undefined) return 0;
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** How many pods above and below the wanted number a rolling update may have; at least one of the two is not zero. */
export function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { replicas, strategy } = deployment.spec;
  const rolling = strategy.rollingUpdate;
  if (strategy.type !== 'RollingUpdate' || !rolling) return { surge: 0, unavailable: 0 };
  const surge = scaledValue(rolling.maxSurge, replicas, { roundUp: true });
  const unavailable = scaledValue(rolling.maxUnavailable, replicas, { roundUp: false });
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxUnavailable(deployment: Deployment): number {
  const { replicas } = deployment.spec;
  return replicas === 0 ? 0 : Math.min(fenceposts(deployment).unavailable, replicas);
}

export function maxReplicas(deployment: Deployment): number {
  return deployment.spec.replicas + fenceposts(deployment).surge;
}

/** How large the new set may be now. */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return replicas;
  const room = maxReplicas(deployment) - sum(all, wantedReplicas);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

function numberIn(set: ReplicaSet, annotation: string): number | undefined {
  const text = set.metadata.annotations?.[annotation];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The Deployment's size when it last set this set's size. */
export function desiredReplicasOf(set: ReplicaSet): number | undefined {
  return numberIn(set, desiredAnnotation);
}

/** The set's annotations with the Deployment's sizes of now; the same reference when they are there already. */
export function withSizes(annotations: Annotations | undefined, deployment: Deployment): Annotations {
  const desired = String(deployment.spec.replicas);
  const max = String(maxReplicas(deployment));
  if (annotations?.[desiredAnnotation] === desired && annotations[maxAnnotation] === max) return annotations;
  return { ...annotations, [desiredAnnotation]: desired, [maxAnnotation]: max };
}

/**
 * The annotations of the new set: those of the Deployment, and the revision. A set that comes back with a higher revision keeps its former ones
 * in its history. The same reference when nothing changes.
 */
export function withRevision(
  annotations: Annotations | undefined,
  deployment: Deployment,
  revision: number,
): Annotations {
  const before = annotations ?? {};
  let next: Record<string, string> | undefined;
  const set = (key: string, value: string): void => {
    next ??= { ...before };
    next[key] = value;
  };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(key) && before[key] !== value) set(key, value);
  }
  const standing = before[revisionAnnotation];
  if (standing !== undefined && !/^-?\d*$/.test(standing)) return next ?? before;
  if (Number(standing ?? 0) < revision) {
    set(revisionAnnotation, String(revision));
    if (standing !== undefined)
      set(revisionHistoryAnnotation, historyWith(before[revisionHistoryAnnotation], standing));
  }
  return next ?? before;
}

function historyWith(history: string | undefined, revision: string): string {
  const revisions = history ? history.split(',') : [];
  let length = revisions.join(',').length + revision.length + 1;
  while (length > maxHistoryLength && revisions.length > 0) length -= (revisions.shift() ?? '').length + 1;
  return [...revisions, revision].join(',');
}

/** Whether the new set has all its pods and they are available. */
export function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  const { replicas } = deployment.spec;
  if (!set || desiredReplicasOf(set) !== replicas) return false;
  return set.spec.replicas === replicas && (set.status.availableReplicas ?? 0) === replicas;
}

/** The one set that has pods, or the latest when none has; undefined when several have. */
export function activeOrLatest(newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = [...old, ...(newSet ? [newSet] : [])].filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? newSet ?? [...old].sort(byCreation).at(-1);
}

/**
 * New sizes of the sets with pods when a Deployment changes its size in the middle of a rollout: each gets its share, leftovers go to the
 * largest. In the order in which they are to be written.
 */
export function proportionalSizes(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): readonly (readonly [ReplicaSet, number])[] {
  const allowed = deployment.spec.replicas > 0 ? maxReplicas(deployment) : 0;
  const toAdd = allowed - sum(active, wantedReplicas);
  const sorted = [...active];
  if (toAdd > 0) sorted.sort((a, b) => b.spec.replicas - a.spec.replicas || byCreation(b, a));
  else if (toAdd < 0) sorted.sort((a, b) => b.spec.replicas - a.spec.replicas || byCreation(a, b));
  let added = 0;
  const sizes = sorted.map((set): [ReplicaSet, number] => {
    const left = toAdd - added;
    if (left === 0 || toAdd === 0) return [set, set.spec.replicas];
    const share = fraction(deployment, set);
    const proportion = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    added += proportion;
    return [set, set.spec.replicas + proportion];
  });
  const largest = sizes[0];
  if (largest) largest[1] = Math.max(0, largest[1] + toAdd - added);
  return sizes;
}

function fraction(deployment: Deployment, set: ReplicaSet): number {
  const { replicas } = set.spec;
  if (deployment.spec.replicas === 0) return -replicas;
  const before = numberIn(set, maxAnnotation) || (deployment.status.replicas ?? 0);
  if (before === 0) return 0;
  const size = (replicas * maxReplicas(deployment)) / before;
  return Math.floor(size + 0.5) - replicas;
}
