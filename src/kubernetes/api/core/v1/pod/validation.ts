// What a pod must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go (ValidatePodCreate,
// ValidatePodUpdate, ValidatePodStatusUpdate).
import { equalJson } from '@/base/json.ts';
import {
  child,
  forbidden,
  index,
  invalid,
  key,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { put } from '../../../sharing.ts';
import type { Container } from '../podspec/types.ts';
import { validatePodAnnotations, validatePodSpec } from '../podspec/validation/pod-spec.ts';
import type { Pod, PodSpec, Toleration } from './types.ts';

/** Rules for new pods and for changed ones. */
function validateMetadataAndSpec(pod: Pod): readonly FieldError[] {
  const { metadata, spec } = pod;
  return [
    ...validateMetadata(metadata, namespaced),
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, metadata, 'spec'),
    ...validateImageSpaces(spec.containers, 'spec.containers'),
    ...validateImageSpaces(spec.initContainers, 'spec.initContainers'),
  ];
}

function validateImageSpaces(
  containers: readonly Container[] | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  containers?.forEach(({ image }, at) => {
    if (image && image.trim() !== image) {
      errors.push(
        invalid(child(index(path, at), 'image'), image, 'must not have leading or trailing whitespace'),
      );
    }
  });
  return errors;
}

export function validatePod(pod: Pod): readonly FieldError[] {
  const errors = [...validateMetadataAndSpec(pod)];
  const { spec } = pod;
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

const mirror = 'kubernetes.io/config.mirror';
const isTerminal = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

export function validatePodUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateMetadataAndSpec(next),
  ];
  const value = next.metadata.annotations?.[mirror];
  if (value !== previous.metadata.annotations?.[mirror]) {
    const change =
      previous.metadata.annotations?.[mirror] === undefined
        ? 'add'
        : value === undefined
          ? 'remove'
          : 'update';
    errors.push(
      forbidden(
        key('metadata.annotations', mirror),
        `may not ${change} mirror pod annotation`,
      ),
    );
  }
  if (next.spec === previous.spec) return errors;
  const lists = [
    ...validateSameContainers(next.spec, previous.spec, 'containers'),
    ...validateSameContainers(next.spec, previous.spec, 'initContainers'),
  ];
  if (lists.length > 0) return [...errors, ...lists];
  errors.push(...validateChangedImages(next.spec), ...validateDeadline(next.spec, previous.spec));
  errors.push(...validateAddedTolerations(next.spec.tolerations, previous.spec.tolerations));
  errors.push(...validateGates(next, previous));
  if (errors.some((error) => error.field === 'spec.schedulingGates')) return errors;
  if (!isTerminal(previous) || !equalJson(next.spec, previous.spec))
    errors.push(...validateUnchanged(next, previous));
  return errors;
}

function validateSameContainers(
  next: PodSpec,
  previous: PodSpec,
  list: 'containers' | 'initContainers',
): readonly FieldError[] {
  return (next[list]?.length ?? 0) === (previous[list]?.length ?? 0)
    ? []
    : [forbidden(child('spec', list), 'pod updates may not add or remove containers')];
}

/** Upstream says once more that an image is missing, when it looks at what may change. */
function validateChangedImages(spec: PodSpec): readonly FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ image }, at) =>
      image ? [] : [required(child(index(child('spec', list), at), 'image'))],
    ),
  );
}

function validateDeadline(next: PodSpec, previous: PodSpec): readonly FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  const after = next.activeDeadlineSeconds;
  const before = previous.activeDeadlineSeconds;
  if (before !== undefined && after === undefined)
    return [invalid(path, null, 'must not update from a positive integer to nil value')];
  if (after === undefined || after === before) return [];
  const most = 2147483647;
  if (after < 0 || after > most) return [invalid(path, after, `must be between 0 and ${most}, inclusive`)];
  return before !== undefined && before < after
    ? [invalid(path, after, 'must be less than or equal to previous value')]
    : [];
}

const isSameToleration = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  (a.effect ?? '') === (b.effect ?? '') &&
  (a.operator ?? '') === (b.operator ?? '') &&
  (a.value ?? '') === (b.value ?? '');

/** Tolerations may be added, and their time changed; none may go. */
function validateAddedTolerations(
  next: readonly Toleration[] = [],
  previous: readonly Toleration[] = [],
): readonly FieldError[] {
  if (next === previous) return [];
  const isKept = previous.every((old) => next.some((one) => isSameToleration(one, old)));
  return isKept
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateGates(next: Pod, previous: Pod): readonly FieldError[] {
  const before = new Set((previous.spec.schedulingGates ?? []).map((one) => one.name));
  const errors: FieldError[] = [];
  for (const { name } of next.spec.schedulingGates ?? []) {
    if (!before.has(name))
      errors.push(
        forbidden(
          'spec.schedulingGates',
          `only deletion is allowed, but found new scheduling gate '${name}'`,
        ),
      );
  }
  return errors;
}

const changeable =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Whether all is as it was, what may change put aside. */
function validateUnchanged(next: Pod, previous: Pod): readonly FieldError[] {
  let spec = next.spec;
  const before = previous.spec;
  for (const list of ['containers', 'initContainers'] as const) {
    const old = before[list];
    if (!spec[list] || !old) continue;
    spec = put(
      spec,
      list,
      spec[list].map((one, at) => put(one, 'image', old[at]?.image)),
    );
  }
  spec = put(spec, 'activeDeadlineSeconds', before.activeDeadlineSeconds);
  spec = put(spec, 'tolerations', before.tolerations);
  spec = put(spec, 'schedulingGates', before.schedulingGates);
  if (before.terminationGracePeriodSeconds < 0 && spec.terminationGracePeriodSeconds === 1) {
    spec = put(spec, 'terminationGracePeriodSeconds', before.terminationGracePeriodSeconds);
  }
  if (before.schedulingGates?.length) spec = withGatedChanges(spec, before);
  return equalJson(spec, before)
    ? []
    : [forbidden('spec', `pod updates may not change fields other than ${changeable}`)];
}

/** While a pod is held back its node selector and affinity may be tightened. */
function withGatedChanges(spec: PodSpec, before: PodSpec): PodSpec {
  const isTighter = Object.entries(before.nodeSelector ?? {}).every(
    ([name, value]) => spec.nodeSelector?.[name] === value,
  );
  return isTighter ? put(spec, 'nodeSelector', before.nodeSelector) : spec;
}

export function validatePodStatusUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata)];
  if (next.status === previous.status) return errors;
  if (next.status.qosClass !== previous.status.qosClass) {
    errors.push(invalid('status.qosClass', next.status.qosClass, 'field is immutable'));
  }
  const nominated = next.status.nominatedNodeName;
  const here = 'status.nominatedNodeName';
  if (nominated && nominated !== previous.status.nominatedNodeName) {
    errors.push(...isDns1123Subdomain(nominated).map((problem) => invalid(here, nominated, problem)));
    if (next.spec.nodeName)
      errors.push(forbidden(here, 'may not be set on pods that are already bound to a node'));
  }
  return errors;
}
