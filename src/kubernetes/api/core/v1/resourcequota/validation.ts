// What a ResourceQuota must be to be accepted. Upstream: pkg/apis/core/validation/validation.go (ValidateResourceQuota).
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import type { ResourceList } from '@/kubernetes/apimachinery/resources/resources.ts';
import { invalid, key, required, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validateAmount, validateResourceName } from '../podspec/validation/resources.ts';
import type { ResourceQuota, ResourceQuotaSpec, ScopeRequirement } from './types.ts';

const computeNames = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const countNames = [
  'pods',
  'services',
  'services.nodeports',
  'services.loadbalancers',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
];
const quotaNames = new Set([
  ...computeNames,
  ...countNames,
  'ephemeral-storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'requests.storage',
]);
const isQuotaName = (name: string): boolean => quotaNames.has(name) || /^(requests\.)?hugepages-/.test(name);

const ofPods = new Set(['pods', ...computeNames]);
const scopeResources: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: ofPods,
  NotTerminating: ofPods,
  NotBestEffort: ofPods,
  PriorityClass: ofPods,
  CrossNamespacePodAffinity: ofPods,
  BestEffort: new Set(['pods']),
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
};
const contradictions = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
const selectable = new Set(['PriorityClass', 'VolumeAttributesClass']);

export function validateResourceQuota({ metadata, spec }: ResourceQuota): readonly FieldError[] {
  return [...validateMetadata(metadata, namespaced), ...validateSpec(spec)];
}

function validateSpec(spec: ResourceQuotaSpec): readonly FieldError[] {
  return [...validateHard(spec.hard, 'spec.hard'), ...validateScopes(spec), ...validateSelector(spec)];
}

function validateHard(hard: ResourceList | undefined, path: string): readonly FieldError[] {
  return Object.entries(hard ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, amount]) => {
      const here = key(path, name);
      const errors = [...validateResourceName(name, here)];
      if (!name.includes('/') && !isQuotaName(name))
        errors.push(invalid(here, name, 'must be a standard resource for quota'));
      const quantity = parseQuantity(amount);
      errors.push(...validateAmount(name, quantity, here));
      const isKnownWhole = errors.some(({ detail }) => detail === 'must be an integer');
      if (countNames.includes(name) && !isKnownWhole && quantity.milliValue() % 1000n !== 0n)
        errors.push(invalid(here, quantity.toString(), 'must be an integer'));
      return errors;
    });
}

/** The resources that the quota limits and that this scope says nothing about. */
function misfits(scope: string, hard: ResourceList | undefined): readonly string[] {
  const fitting = scopeResources[scope];
  return Object.keys(hard ?? {}).filter((name) => isQuotaName(name) && fitting && !fitting.has(name));
}

const contradict = (scopes: readonly string[]): boolean =>
  contradictions.some((pair) => pair.every((scope) => scopes.includes(scope)));

function validateScopes({ scopes = [], hard }: ResourceQuotaSpec): readonly FieldError[] {
  const path = 'spec.scopes';
  const errors: FieldError[] = [];
  for (const scope of scopes) {
    if (!scopeResources[scope]) errors.push(invalid(path, scopes, 'unsupported scope'));
    for (const _ of misfits(scope, hard))
      errors.push(invalid(path, scopes, 'unsupported scope applied to resource'));
  }
  if (contradict(scopes)) errors.push(invalid(path, scopes, 'conflicting scopes'));
  return errors;
}

function validateSelector({ scopeSelector, scopes, hard }: ResourceQuotaSpec): readonly FieldError[] {
  const requirements = scopeSelector?.matchExpressions ?? [];
  const path = 'spec.scopeSelector.matchExpressions';
  const errors = requirements.flatMap((requirement) => [
    ...(scopeResources[requirement.scopeName]
      ? []
      : [invalid(`${path}.scopeName`, requirement.scopeName, 'unsupported scope')]),
    ...misfits(requirement.scopeName, hard).map(() =>
      invalid(path, scopeSelector, 'unsupported scope applied to resource'),
    ),
    ...validateRequirement(requirement, path),
  ]);
  if (contradict(requirements.map(({ scopeName }) => scopeName)))
    errors.push(invalid(path, scopes ?? null, 'conflicting scopes'));
  return errors;
}

function validateRequirement(
  { scopeName, operator, values = [] }: ScopeRequirement,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (scopeResources[scopeName] && !selectable.has(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalid(`${path}.operator`, operator, detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.push(required(`${path}.values`, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.push(invalid(`${path}.values`, values, detail));
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  return errors;
}

export function validateResourceQuotaUpdate(
  next: ResourceQuota,
  previous: ResourceQuota,
): readonly FieldError[] {
  const before = new Set(previous.spec.scopes ?? []);
  const scopes = next.spec.scopes ?? [];
  const areSame = new Set(scopes).size === before.size && scopes.every((scope) => before.has(scope));
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec),
    ...(areSame ? [] : [invalid('spec.scopes', next.spec.scopes ?? null, 'field is immutable')]),
  ];
}

export function validateResourceQuotaStatusUpdate(
  next: ResourceQuota,
  previous: ResourceQuota,
): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateHard(next.status.hard, 'status.hard'),
    ...validateHard(next.status.used, 'status.used'),
  ];
}
