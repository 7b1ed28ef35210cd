// What a namespace says of its own end. Upstream: pkg/controller/namespace/deletion/status_condition_utils.go. Pure.
import type { NamespaceCondition } from '@/kubernetes/api/core/v1/namespace/types.ts';
import type { Remaining } from './namespace-content.ts';

interface Claim {
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason: string;
  readonly message: string;
}

function claims({ resources, finalizers, failures }: Remaining): readonly Claim[] {
  const remaining = [...resources].map(([name, count]) => `${name} has ${count} resource instances`).sort();
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      isTrue: false,
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      isTrue: false,
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    failures.length > 0
      ? {
          type: 'NamespaceDeletionContentFailure',
          isTrue: true,
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
        }
      : {
          type: 'NamespaceDeletionContentFailure',
          isTrue: false,
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization',
        },
    remaining.length > 0
      ? {
          type: 'NamespaceContentRemaining',
          isTrue: true,
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${remaining.join(', ')}`,
        }
      : {
          type: 'NamespaceContentRemaining',
          isTrue: false,
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        },
    held.length > 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          isTrue: true,
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          isTrue: false,
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        },
  ];
}

/** The conditions after a round; the same reference when they say so already. */
export function conditionsAfter(
  before: readonly NamespaceCondition[] | undefined,
  remaining: Remaining,
  now: string,
): readonly NamespaceCondition[] | undefined {
  const conditions = [...(before ?? [])];
  let isChanged = false;
  for (const { type, isTrue, reason, message } of claims(remaining)) {
    const status = isTrue ? 'True' : 'False';
    const at = conditions.findIndex((condition) => condition.type === type);
    const current = conditions[at];
    if (current && current.status === status && current.message === message && current.reason === reason) continue;
    isChanged = true;
    const next: NamespaceCondition = { type, status, lastTransitionTime: now, reason, message };
    if (current) conditions[at] = next;
    else conditions.push(next);
  }
  return isChanged ? conditions : before;
}
