// ResourceQuota: how much of everything a namespace may have.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ResourceList } from '@/kubernetes/apimachinery/resources/resources.ts';

export interface ResourceQuota extends KubeObject {
  readonly spec: ResourceQuotaSpec;
  readonly status: ResourceQuotaStatus;
}

export interface ResourceQuotaSpec {
  readonly hard?: ResourceList;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

/** Which pods a quota is about, by one of their properties. */
export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface ResourceQuotaStatus {
  readonly hard?: ResourceList;
  readonly used?: ResourceList;
}
