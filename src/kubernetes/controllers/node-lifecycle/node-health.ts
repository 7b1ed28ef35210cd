// What the controller remembers of one node, and when it takes silence for absence.
// Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth).
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import type { Node, NodeCondition } from '@/kubernetes/api/core/v1/node/types.ts';
import { parseRfc3339, plus, rfc3339, type Duration, type Instant } from '@/simulation/clock/duration.ts';

/** Conditions that turn Unknown with the node's silence. */
const heartbeatConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export interface NodeHealth {
  /** The Ready condition as last seen. */
  ready: NodeCondition | undefined;
  /** The last sign of life, by this controller's clock. */
  probedAt: Instant;
  readyChangedAt: Instant;
  renewTime: string | undefined;
}

export function readyConditionOf(node: Node): NodeCondition | undefined {
  return node.status.conditions?.find((condition) => condition.type === 'Ready');
}

export interface GracePeriods {
  readonly monitor: Duration;
  readonly startup: Duration;
}

/**
 * Takes in what is known of a node now. Gives the memory of it, and whether its last sign of life is too long ago. The memory starts anew when
 * the controller does: a node that was silent before gets its full grace again.
 */
export function observe(
  node: Node,
  lease: Lease | undefined,
  before: NodeHealth | undefined,
  periods: GracePeriods,
  now: Instant,
): { readonly health: NodeHealth; readonly isSilent: boolean } {
  const ready = readyConditionOf(node);
  const created = parseRfc3339(node.metadata.creationTimestamp) ?? now;
  const health = next(ready, before, created, now);
  const renewTime = lease?.spec.renewTime;
  if (renewTime !== undefined && (before?.renewTime === undefined || before.renewTime < renewTime)) {
    health.renewTime = renewTime;
    health.probedAt = now;
  }
  return { health, isSilent: now > plus(health.probedAt, ready ? periods.monitor : periods.startup) };
}

function next(
  ready: NodeCondition | undefined,
  before: NodeHealth | undefined,
  created: Instant,
  now: Instant,
): NodeHealth {
  if (!before)
    return { ready, probedAt: ready ? now : created, readyChangedAt: ready ? now : created, renewTime: undefined };
  if ((before.ready === undefined) !== (ready === undefined))
    return { ...before, ready, probedAt: now, readyChangedAt: now };
  if (!ready || before.ready?.lastHeartbeatTime === ready.lastHeartbeatTime) return { ...before };
  const isChanged = before.ready?.lastTransitionTime !== ready.lastTransitionTime;
  return { ...before, ready, probedAt: now, readyChangedAt: isChanged ? now : before.readyChangedAt };
}

/** The conditions of a node that fell silent. */
export function silentConditions(node: Node, now: Instant): readonly NodeCondition[] {
  const lastTransitionTime = rfc3339(now);
  const conditions = [...(node.status.conditions ?? [])];
  for (const type of heartbeatConditions) {
    const at = conditions.findIndex((condition) => condition.type === type);
    const current = conditions[at];
    if (!current) {
      conditions.push({
        type,
        status: 'Unknown',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime,
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      });
    } else if (current.status !== 'Unknown') {
      const message = 'Kubelet stopped posting node status.';
      conditions[at] = { ...current, status: 'Unknown', lastTransitionTime, reason: 'NodeStatusUnknown', message };
    }
  }
  return conditions;
}
