// Tells a node that only says "still here" from one that has news, for the event log.
import { equalJson } from '@/base/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';

interface NodeLike extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/** Whether a node's new status differs from the old one in the time of its heartbeats alone. */
export function isHeartbeat(next: KubeObject, live: KubeObject): boolean {
  if (live.kind !== 'Node') return false;
  const { conditions = [], ...rest } = (next as NodeLike).status ?? {};
  const { conditions: before = [], ...restBefore } = (live as NodeLike).status ?? {};
  if (conditions.length !== before.length || !equalJson(rest, restBefore)) return false;
  return conditions.every((condition, at) => {
    const old = before[at];
    return old?.type === condition.type && old.status === condition.status && old.reason === condition.reason;
  });
}
