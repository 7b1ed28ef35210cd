// The NoSchedule taints that follow from a node's conditions, and labels that follow from others.
// Upstream: pkg/controller/nodelifecycle (doNoScheduleTaintingPass, reconcileNodeLabels).
import type { Node, Taint } from '@/kubernetes/api/core/v1/node/types.ts';
import { isSameTaint } from '../lib/node-taints.ts';

export const notReadyTaint: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' };
export const unreachableTaint: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const unschedulable = 'node.kubernetes.io/unschedulable';

const taintOfCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReadyTaint.key, Unknown: unreachableTaint.key },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const conditionTaints: ReadonlySet<string> = new Set([
  ...Object.values(taintOfCondition).flatMap((one) => Object.values(one)),
  unschedulable,
]);

/** NoSchedule taints to add and to remove so that they say what the conditions say. */
export function noScheduleChanges(node: Node): { readonly add: readonly Taint[]; readonly remove: readonly Taint[] } {
  const wanted: Taint[] = [];
  for (const condition of node.status.conditions ?? []) {
    const key = taintOfCondition[condition.type]?.[condition.status];
    if (key !== undefined) wanted.push({ key, effect: 'NoSchedule' });
  }
  if (node.spec.unschedulable) wanted.push({ key: unschedulable, effect: 'NoSchedule' });
  const present = (node.spec.taints ?? []).filter(
    (taint) => taint.effect === 'NoSchedule' && conditionTaints.has(taint.key),
  );
  return {
    add: wanted.filter((taint) => !present.some((one) => isSameTaint(one, taint))),
    remove: present.filter((taint) => !wanted.some((one) => isSameTaint(one, taint))),
  };
}

const labelPairs: readonly (readonly [string, string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** Labels of an older name that are missing or differ from those of the newer. */
export function missingLabels(node: Node): Readonly<Record<string, string>> | undefined {
  let missing: Record<string, string> | undefined;
  for (const [from, to] of labelPairs) {
    const value = node.metadata.labels?.[from];
    if (value === undefined || node.metadata.labels?.[to] === value) continue;
    missing ??= {};
    missing[to] = value;
  }
  return missing;
}
