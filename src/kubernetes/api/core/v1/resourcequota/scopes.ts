// Which pods a quota is about. Upstream: pkg/quota/v1/evaluator/core/pods.go (podMatchesScopeFunc).
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { podQosClass } from '@/kubernetes/apimachinery/resources/resources.ts';
import type { Pod } from '../pod/types.ts';
import type { ResourceQuota, ScopeRequirement } from './types.ts';

/** All that the quota asks of an object, its scopes among them. */
export function scopeRequirements({ spec }: ResourceQuota): readonly ScopeRequirement[] {
  const scopes = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...scopes, ...(spec.scopeSelector?.matchExpressions ?? [])];
}

/** Whether an object is in all scopes of the quota. What is neither pod nor claim is in none. */
export function isInScope(quota: ResourceQuota, group: string, plural: string, object: KubeObject): boolean {
  return scopeRequirements(quota).every((requirement) => {
    if (group !== '') return false;
    if (plural === 'pods') return podMatches(requirement, object as Pod);
    return plural === 'persistentvolumeclaims' && requirement.scopeName === 'VolumeAttributesClass'
      ? matchesName(requirement, classOf(object))
      : false;
  });
}

const classOf = (object: KubeObject): string | undefined =>
  (object as { readonly spec?: { readonly volumeAttributesClassName?: string } }).spec?.volumeAttributesClassName;

function podMatches(requirement: ScopeRequirement, pod: Pod): boolean {
  const { spec } = pod;
  switch (requirement.scopeName) {
    case 'Terminating':
      return (spec.activeDeadlineSeconds ?? -1) >= 0;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return podQosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return podQosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return requirement.operator === 'Exists' && !requirement.values?.length
        ? Boolean(spec.priorityClassName)
        : matchesName(requirement, spec.priorityClassName);
    case 'CrossNamespacePodAffinity':
      return looksAcrossNamespaces(spec.affinity);
    default:
      return false;
  }
}

function matchesName({ operator, values = [] }: ScopeRequirement, name: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return name !== undefined && values.includes(name);
    case 'NotIn':
      return name === undefined || !values.includes(name);
    case 'Exists':
      return Boolean(name);
    default:
      return !name;
  }
}

/** Whether a term of the pod's affinity names namespaces. */
function looksAcrossNamespaces(affinity: unknown): boolean {
  if (Array.isArray(affinity)) return affinity.some(looksAcrossNamespaces);
  if (typeof affinity !== 'object' || affinity === null) return false;
  return Object.entries(affinity).some(([name, value]) =>
    name === 'namespaces' || name === 'namespaceSelector'
      ? !(Array.isArray(value) && value.length === 0)
      : name !== 'labelSelector' && looksAcrossNamespaces(value),
  );
}
