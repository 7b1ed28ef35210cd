// What a StatefulSet must be to be accepted, and what of it may change later. Upstream: pkg/apis/apps/validation/validation.go.
import { equalJson } from '@/base/json.ts';
import {
  child,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateLabels, validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import type { PodTemplateSpec, Volume } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { validateClaimSpec } from '@/kubernetes/api/core/v1/podspec/validation/ephemeral-claim.ts';
import { validateAtMostWhole, validateIntOrPercent } from '@/kubernetes/api/core/v1/podspec/validation/int-or-percent.ts';
import { validatePodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/validation/pod-spec.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import {
  selectorInOrder,
  validateReplicaCounts,
  workloadSelector,
} from '@/kubernetes/api/core/v1/podspec/validation/replicated-template.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import type { StatefulSet, StatefulSetSpec, VolumeClaimTemplate } from './types.ts';

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

export function validateStatefulSet(object: StatefulSet): readonly FieldError[] {
  return [...validateMetadata(object.metadata, namespaced), ...validateSpec(object.spec)];
}

function validateSpec(spec: StatefulSetSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy as string;
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  errors.push(...validateUpdateStrategy(spec), ...validateRetention(spec));
  errors.push(...validateNonNegative(spec.replicas, 'spec.replicas'));
  errors.push(...validateNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'));
  errors.push(...validateNonNegative(spec.ordinals?.start, 'spec.ordinals.start'));
  return [...errors, ...validateSelector(spec), ...validateTemplate(spec), ...validateClaims(spec)];
}

function validateUpdateStrategy({ updateStrategy }: StatefulSetSpec): readonly FieldError[] {
  const { type, rollingUpdate } = updateStrategy;
  const path = 'spec.updateStrategy';
  if (type === 'OnDelete') {
    const problem = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate ? [invalid(child(path, 'rollingUpdate'), rollingUpdate, problem)] : [];
  }
  if (type !== 'RollingUpdate')
    return [invalid(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")];
  const errors = [...validateNonNegative(rollingUpdate?.partition, child(path, 'rollingUpdate', 'partition'))];
  const limit = rollingUpdate?.maxUnavailable;
  if (limit === undefined) return errors;
  const here = child(path, 'rollingUpdate', 'maxUnavailable');
  errors.push(...validateIntOrPercent(limit, here), ...validateAtMostWhole(limit, here));
  if (limit === 0 || limit === '0%') errors.push(invalid(here, limit, 'cannot be 0'));
  return errors;
}

function validateRetention({ persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec): readonly FieldError[] {
  const choices = ['Retain', 'Delete'];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((name) =>
    choices.includes(policy[name])
      ? []
      : [notSupported(child('spec.persistentVolumeClaimRetentionPolicy', name), policy[name], choices)],
  );
}

function validateSelector({ selector, template }: StatefulSetSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;
    const problem = 'empty selector is invalid for statefulset';
    if (isEmpty) errors.push(invalid('spec.selector', selectorInOrder(selector), problem));
  }
  const found = selector ? workloadSelector(selector, 'spec.selector') : undefined;
  const labels = template.metadata.labels;
  if (found && 'type' in found) errors.push({ ...found, detail: '' });
  else if (!found || (!found.isEverything && !found.matches(labels ?? {}))) {
    const problem = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', labels ?? null, problem));
  }
  return errors;
}

/** With the volumes that the claims bring, as the pods will have them. */
function validateTemplate({ template, volumeClaimTemplates = [] }: StatefulSetSpec): readonly FieldError[] {
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata.name));
  const claimed = volumeClaimTemplates.map(
    ({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }) as Volume,
  );
  const own = (template.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  const whole: PodTemplateSpec =
    claimed.length === 0 ? template : { ...template, spec: { ...template.spec, volumes: [...claimed, ...own] } };
  const errors = [
    ...validateLabels(template.metadata.labels, 'spec.template.labels'),
    ...validatePodTemplateSpec(whole, 'spec.template'),
  ];
  const { activeDeadlineSeconds, restartPolicy } = template.spec;
  if (restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    const problem = 'activeDeadlineSeconds in StatefulSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', problem));
  }
  return errors;
}

function validateClaims({ volumeClaimTemplates = [] }: StatefulSetSpec): readonly FieldError[] {
  return volumeClaimTemplates.flatMap((claim: VolumeClaimTemplate, at) =>
    validateClaimSpec(claim.spec as Parameters<typeof validateClaimSpec>[0], `${index('spec.volumeClaimTemplates', at)}.spec`),
  );
}

export function validateStatefulSetUpdate(next: StatefulSet, previous: StatefulSet): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec),
  ];
  const rest = (spec: StatefulSetSpec): object =>
    Object.fromEntries(Object.entries(spec).filter(([name]) => !(changeable as readonly string[]).includes(name)));
  if (!equalJson(rest(next.spec), rest(previous.spec))) {
    const listed = `${changeable.slice(0, -1).map((name) => `'${name}'`).join(', ')} and '${changeable.at(-1)}'`;
    errors.push(forbidden('spec', `updates to statefulset spec for fields other than ${listed} are forbidden`));
  }
  return errors;
}

export function validateStatefulSetStatusUpdate(next: StatefulSet, previous: StatefulSet): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateReplicaCounts({ ...next.status }, ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']),
  ];
  const [after, before] = [next.status.collisionCount, previous.status.collisionCount];
  if (before !== undefined && (after ?? 0) < before)
    errors.push(invalid('status.collisionCount', after ?? null, 'cannot be decremented'));
  return errors;
}
