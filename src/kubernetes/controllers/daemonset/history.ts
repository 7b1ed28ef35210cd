// The templates a DaemonSet has had, as ControllerRevisions. Upstream: pkg/controller/daemon/update.go (constructHistory, snapshot).
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { DaemonSet } from '@/kubernetes/api/apps/v1/daemonset/types.ts';
import { templateHash } from '@/kubernetes/api/core/v1/pod/template-hash.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import { RetryError } from '@/kubernetes/client/work-queue.ts';
import type { Task } from '@/simulation/process/task.ts';
import { controllerReference } from '../lib/ownership.ts';
import { holdsSame, inOrder, nextRevision, templatePatch } from '../lib/revisions.ts';
import { hashLabel } from './daemon-nodes.ts';

export interface HistoryTools {
  readonly revisions: ResourceClient<ControllerRevision>;
  readonly sets: ResourceClient<DaemonSet>;
}

export interface History {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

/** The revision of the template as it is, made or renumbered where needed, and the others. */
export function* historyOf(tools: HistoryTools, set: DaemonSet, known: readonly ControllerRevision[]): Task<History> {
  const data = templatePatch(set.spec.template);
  const matching = inOrder(known.filter((one) => holdsSame(one, data)));
  const old = known.filter((one) => !holdsSame(one, data));
  const revision = nextRevision(old);
  const latest = matching.at(-1);
  if (!latest) return { current: yield* snapshot(tools, set, data, revision), old };
  for (const double of matching.slice(0, -1))
    yield* tools.revisions.delete(double.metadata.namespace ?? '', double.metadata.name);
  const current = latest.revision < revision ? yield* tools.revisions.update({ ...latest, revision }) : latest;
  return { current, old };
}

function* snapshot(tools: HistoryTools, set: DaemonSet, data: object, revision: number): Task<ControllerRevision> {
  const { name, namespace = '', annotations } = set.metadata;
  const hash = templateHash(set.spec.template, set.status.collisionCount);
  const made = `${name}-${hash}`;
  try {
    return yield* tools.revisions.create(namespace, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: made,
        labels: { ...set.spec.template.metadata.labels, [hashLabel]: hash },
        annotations,
        ownerReferences: [controllerReference(set, 'apps/v1', 'DaemonSet')],
      },
      data,
      revision,
    });
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
    const standing = yield* tools.revisions.get(namespace, made);
    if (holdsSame(standing, data)) return standing;
    const live = yield* tools.sets.get(namespace, name);
    const collisionCount = (live.status.collisionCount ?? 0) + 1;
    yield* tools.sets.updateStatus({ ...live, status: { ...live.status, collisionCount } });
    throw new RetryError(`the name ${made} is taken by another template`);
  }
}

/** Deletes the oldest revisions beyond the limit that no pod is of. */
export function* trimHistory(tools: HistoryTools, set: DaemonSet, history: History, pods: readonly Pod[]): Task<void> {
  let surplus = history.old.length - set.spec.revisionHistoryLimit;
  if (surplus <= 0) return;
  const live = new Set(pods.map((pod) => pod.metadata.labels?.[hashLabel]));
  live.add(history.current.metadata.labels?.[hashLabel]);
  for (const revision of inOrder(history.old)) {
    if (surplus <= 0) return;
    if (live.has(revision.metadata.labels?.[hashLabel])) continue;
    yield* tools.revisions.delete(revision.metadata.namespace ?? '', revision.metadata.name);
    surplus--;
  }
}
