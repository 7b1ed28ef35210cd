// The strategic patch that turns one status into another: only what changed, so that conditions of others are left alone.
// Upstream: pkg/util/pod/pod.go (PatchPodStatus).
import { equalJson } from '@/base/json.ts';
import type { PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import { isSameCondition } from './conditions.ts';

/** Undefined when nothing changed. */
export function statusPatch(uid: string, before: PodStatus, after: PodStatus): unknown {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof PodStatus>) {
    if (equalJson(before[key], after[key])) continue;
    if (key === 'conditions') Object.assign(changes, conditionChanges(before, after));
    else if (key === 'podIPs') changes['podIPs'] = addressChanges(before, after);
    else changes[key] = after[key] ?? null;
  }
  return Object.keys(changes).length === 0 ? undefined : { metadata: { uid }, status: changes };
}

function conditionChanges(before: PodStatus, after: PodStatus): Record<string, unknown> {
  const old = before.conditions ?? [];
  const next = after.conditions ?? [];
  const changed: unknown[] = [];
  for (const condition of next) {
    const was = old.find((one) => one.type === condition.type);
    if (isSameCondition(was, condition)) continue;
    // A merge keeps what the patch does not name: what went away is named as null.
    const gone: Record<string, null> = {};
    if (was?.reason !== undefined && condition.reason === undefined) gone['reason'] = null;
    if (was?.message !== undefined && condition.message === undefined) gone['message'] = null;
    changed.push({ ...condition, ...gone });
  }
  if (changed.length === 0) return {};
  return { '$setElementOrder/conditions': next.map(({ type }) => ({ type })), conditions: changed };
}

function addressChanges(before: PodStatus, after: PodStatus): unknown[] {
  const next = after.podIPs ?? [];
  const gone = (before.podIPs ?? []).filter(({ ip }) => !next.some((one) => one.ip === ip));
  return [...next, ...gone.map(({ ip }) => ({ $patch: 'delete', ip }))];
}
