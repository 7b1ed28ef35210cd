// Where a daemon pod belongs, and what is added to it so that it gets and stays there. Upstream: pkg/controller/daemon/daemon_controller.go
// (NodeShouldRunDaemonPod), pkg/controller/daemon/util/daemonset_util.go.
import type { DaemonSet } from '@/kubernetes/api/apps/v1/daemonset/types.ts';
import { templateGenerationAnnotation } from '@/kubernetes/api/apps/v1/daemonset/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Affinity, Toleration } from '@/kubernetes/api/core/v1/podspec/types.ts';
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { matchesRequiredNodeAffinity } from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';
import { findUntoleratedTaint } from '@/kubernetes/apimachinery/scheduling/taints.ts';

export const hashLabel = 'controller-revision-hash';
const generationLabel = 'pod-template-generation';

const outages: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const noNetwork: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** What a template tolerates, and what daemons put up with in any case. */
export function daemonTolerations({ spec }: PodTemplateSpec): readonly Toleration[] {
  const own = spec.tolerations ?? [];
  const added = spec.hostNetwork ? [...outages, noNetwork] : outages;
  return [
    ...own,
    ...added.filter(
      ({ key, effect }) => !own.some((one) => one.key === key && one.effect === effect && one.operator === 'Exists'),
    ),
  ];
}

/** Whether a node should get a daemon pod, and whether one that is there may stay. */
export interface Fit {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

export function fitOf({ spec: { template } }: DaemonSet, node: Node): Fit {
  const never = { shouldRun: false, mayStay: false };
  const { nodeName } = template.spec;
  if (nodeName && nodeName !== node.metadata.name) return never;
  if (!matchesRequiredNodeAffinity(template.spec, node)) return never;
  const tolerations = daemonTolerations(template);
  const { taints } = node.spec;
  if (!findUntoleratedTaint(taints, tolerations)) return { shouldRun: true, mayStay: true };
  return { shouldRun: false, mayStay: !findUntoleratedTaint(taints, tolerations, ['NoExecute']) };
}

/** The node a daemon pod is on or for. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms) {
    for (const { key, operator, values } of matchFields ?? [])
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0];
  }
  return undefined;
}

/** The template of a daemon's pods, for any node. */
export function daemonTemplate({ metadata, spec: { template } }: DaemonSet, hash: string): PodTemplateSpec {
  const generation = metadata.annotations?.[templateGenerationAnnotation];
  const labels = {
    ...template.metadata.labels,
    ...(generation === undefined ? {} : { [generationLabel]: generation }),
    [hashLabel]: hash,
  };
  return {
    metadata: { ...template.metadata, labels },
    spec: { ...template.spec, tolerations: daemonTolerations(template) },
  };
}

/** The same for one node: the scheduler may put it nowhere else. What else the template required has been looked at. */
export function forNode(template: PodTemplateSpec, node: string): PodTemplateSpec {
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [node] }];
  const { affinity } = template.spec;
  const next: Affinity = {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
  return { ...template, spec: { ...template.spec, affinity: next } };
}
