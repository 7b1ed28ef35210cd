// How writes to pods are prepared, and how long a deleted pod may linger. Upstream: pkg/registry/core/pod/strategy.go.
import { podQosClass } from '@/kubernetes/apimachinery/resources/resources.ts';
import type { LabelSelector, LabelSelectorRequirement } from '@/kubernetes/apimachinery/meta/meta.ts';
import { at, each, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import type {
  Affinity,
  Pod,
  PodAffinityTerm,
  PodSpec,
  PodStatus,
  TopologySpreadConstraint,
} from './types.ts';
import { validatePodStatusUpdate } from './validation.ts';

const emptyStatuses = new Map<string, PodStatus>();

/** The status of a pod that nobody has looked at yet; shared by all pods of one class. */
function emptyStatus(pod: Pod): PodStatus {
  const qosClass = podQosClass(pod);
  const isGated = (pod.spec.schedulingGates?.length ?? 0) > 0;
  const key = `${qosClass}/${isGated}`;
  let status = emptyStatuses.get(key);
  if (!status) {
    status = { phase: 'Pending', qosClass, ...(isGated ? { conditions: [gatedCondition] } : {}) };
    emptyStatuses.set(key, status);
  }
  return status;
}

const gatedCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

export const podStrategy = specStrategy<Pod>({
  hasGeneration: true,
  emptyStatus,
  create: (pod) => put(pod, 'spec', withLabelKeys(pod.spec, pod.metadata.labels)),
});

export const podStatusStrategy = statusStrategy<Pod>({
  validateUpdate: validatePodStatusUpdate,
  keepsLabels: false,
  update(next, previous) {
    const kept = put(next.metadata, 'ownerReferences', previous.metadata.ownerReferences);
    return put(put(next, 'metadata', kept), 'status', withQosClass(next, previous));
  },
});

/** The class never changes; a writer that leaves it out means the one there is. */
function withQosClass(next: Pod, previous: Pod): PodStatus {
  const status = next.status ?? {};
  return status.qosClass ? status : { ...status, qosClass: previous.status.qosClass };
}

/** Seconds that a deleted pod has to end: none unless it may be running somewhere. */
export function deletionGraceOf(pod: Pod, requested: number | undefined): number {
  if (!pod.spec.nodeName || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded') return 0;
  const period = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

/** Label keys of affinity terms and spread constraints, taken over into their selectors with this pod's values. */
function withLabelKeys(spec: PodSpec, labels: Readonly<Record<string, string>> | undefined): PodSpec {
  if (!labels || (!spec.affinity && !spec.topologySpreadConstraints)) return spec;
  const term = (one: PodAffinityTerm): PodAffinityTerm => {
    if (!one.labelSelector) return one;
    let selector = withRequirements(one.labelSelector, one.matchLabelKeys, labels, 'In');
    selector = withRequirements(selector, one.mismatchLabelKeys, labels, 'NotIn');
    return put(one, 'labelSelector', selector);
  };
  type Terms = NonNullable<Affinity['podAffinity']>;
  const terms = (affinity: Terms): Terms =>
    at(
      at(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', (list) => each(list, term)),
      'preferredDuringSchedulingIgnoredDuringExecution',
      (list) => each(list, (weighted) => put(weighted, 'podAffinityTerm', term(weighted.podAffinityTerm))),
    );
  const spread = (one: TopologySpreadConstraint): TopologySpreadConstraint =>
    one.labelSelector
      ? put(one, 'labelSelector', withRequirements(one.labelSelector, one.matchLabelKeys, labels, 'In'))
      : one;
  const next = at(spec, 'affinity', (affinity) =>
    at(at(affinity, 'podAffinity', terms), 'podAntiAffinity', terms),
  );
  return at(next, 'topologySpreadConstraints', (list) => each(list, spread));
}

function withRequirements(
  selector: LabelSelector,
  keys: readonly string[] | undefined,
  labels: Readonly<Record<string, string>>,
  operator: 'In' | 'NotIn',
): LabelSelector {
  const added: LabelSelectorRequirement[] = [];
  for (const key of keys ?? [])
    if (labels[key] !== undefined) added.push({ key, operator, values: [labels[key]] });
  return added.length === 0
    ? selector
    : { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] };
}
