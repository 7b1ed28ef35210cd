// How writes to pods are prepared, and how long a deleted pod may linger. Upstream: pkg/registry/core/pod/strategy.go.
import { rfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { podQosClass } from '@/kubernetes/apimachinery/resources/resources.ts';
import type { LabelSelector, LabelSelectorRequirement } from '@/kubernetes/apimachinery/meta/meta.ts';
import { at, each, put } from '../../../sharing.ts';
import type { WriteContext } from '../../../resource.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { withoutClosedFields } from '../podspec/closed-gates.ts';
import { podSpecWarnings } from '../podspec/warnings.ts';
import type {
  Affinity,
  AppArmorProfile,
  Container,
  Pod,
  PodCondition,
  PodAffinityTerm,
  PodSpec,
  PodStatus,
  TopologySpreadConstraint,
} from './types.ts';
import { validatePodStatusUpdate } from './validation.ts';

const emptyStatuses = new WeakMap<PodSpec, PodStatus>();

/** The status of a pod that nobody has looked at yet; one for all pods that share a spec. */
function emptyStatus(pod: Pod, { now }: WriteContext): PodStatus {
  const known = emptyStatuses.get(pod.spec);
  if (known) return known;
  const status: PodStatus = { phase: 'Pending', qosClass: podQosClass(pod) };
  if (pod.spec.schedulingGates?.length) return { ...status, conditions: [gatedCondition(now)] };
  emptyStatuses.set(pod.spec, status);
  return status;
}

/** What a pod says of itself while gates hold it back from the scheduler. */
const gatedCondition = (now: Instant): PodCondition => ({
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
  lastProbeTime: null,
  lastTransitionTime: rfc3339(now),
});

/** Warnings about a new pod, or about one whose spec changed. */
export function podWarnings(next: Pod, previous: Pod | undefined): readonly string[] {
  return previous ? [] : podSpecWarnings(next.spec, next.metadata, 'spec');
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** AppArmor profiles that are said in annotations, said in the fields too. */
function withAppArmorFields(pod: Pod): PodSpec {
  const { annotations } = pod.metadata;
  if (!annotations || !Object.keys(annotations).some((name) => name.startsWith(appArmorPrefix)))
    return pod.spec;
  const change = (container: Container): Container => {
    const profile = annotations[appArmorPrefix + container.name];
    if (profile === undefined || container.securityContext?.appArmorProfile) return container;
    const field = profileOf(profile);
    return field
      ? { ...container, securityContext: { ...container.securityContext, appArmorProfile: field } }
      : container;
  };
  const spec = at(pod.spec, 'containers', (list) => each(list, change));
  return at(spec, 'initContainers', (list) => each(list, change));
}

function profileOf(text: string): AppArmorProfile | undefined {
  if (text === 'unconfined') return { type: 'Unconfined' };
  if (text === '' || text === 'runtime/default') return { type: 'RuntimeDefault' };
  return text.startsWith('localhost/')
    ? { type: 'Localhost', localhostProfile: text.slice('localhost/'.length) }
    : undefined;
}

export const podStrategy = specStrategy<Pod>({
  hasGeneration: true,
  emptyStatus,
  create(pod) {
    const next = put(pod, 'spec', withoutClosedFields(withAppArmorFields(pod)));
    return put(next, 'spec', withLabelKeys(next.spec, next.metadata.labels));
  },
  update: (next) => put(next, 'spec', withoutClosedFields(next.spec)),
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
