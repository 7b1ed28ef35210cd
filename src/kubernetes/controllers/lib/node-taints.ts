// Adding and removing taints of a node without losing somebody else's. Upstream: pkg/controller/controller_utils.go and pkg/util/taints.
import type { Node, Taint } from '@/kubernetes/api/core/v1/node/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import { milliseconds, rfc3339 } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';

const maxTries = 5;
const retryPause = milliseconds(100);

/** Two taints with the same key and effect are the same taint. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

export function hasTaint(node: Node, taint: Taint): boolean {
  return node.spec.taints?.some((one) => isSameTaint(one, taint)) ?? false;
}

/**
 * Adds and removes taints of the node as it is now. Two writes where both are asked for, as upstream: for an instant the node has the old and
 * the new. Added ones get the time of now. Gives false when the node is gone.
 */
export function* swapTaints(
  context: Context,
  client: ResourceClient<Node>,
  name: string,
  add: readonly Taint[],
  remove: readonly Taint[],
): Task<boolean> {
  const timeAdded = rfc3339(context.now);
  const added = yield* change(context, client, name, (taints) => [
    ...add.map(
      (taint) =>
        taints.find((one) => isSameTaint(one, taint) && (one.value ?? '') === (taint.value ?? '')) ?? {
          ...taint,
          timeAdded,
        },
    ),
    ...taints.filter((one) => !add.some((taint) => isSameTaint(one, taint))),
  ]);
  if (!added) return false;
  return yield* change(context, client, name, (taints) =>
    taints.filter((one) => !remove.some((taint) => isSameTaint(one, taint))),
  );
}

function* change(
  context: Context,
  client: ResourceClient<Node>,
  name: string,
  next: (taints: readonly Taint[]) => readonly Taint[],
): Task<boolean> {
  const cause = context.cause;
  for (let tries = 1; ; tries++) {
    try {
      const node = yield* client.get('', name, { resourceVersion: '0' });
      const before = node.spec.taints ?? [];
      const after = next(before);
      const isSame = after.length === before.length && after.every((taint) => before.includes(taint));
      if (isSame) return true;
      context.cause = cause;
      const { resourceVersion } = node.metadata;
      yield* client.patch('', name, 'merge', {
        metadata: { resourceVersion },
        spec: { taints: after.length > 0 ? after : null },
      });
      return true;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code === 404) return false;
      if (error.code !== 409 || tries === maxTries) throw error;
    }
    yield* context.sleep(retryPause);
  }
}
