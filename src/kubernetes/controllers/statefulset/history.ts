// The templates a StatefulSet has had: the one its pods come from and the one they are going to. Upstream:
// pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions, truncateHistory).
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { StatefulSet } from '@/kubernetes/api/apps/v1/statefulset/types.ts';
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Task } from '@/simulation/process/task.ts';
import { controllerReference } from '../lib/ownership.ts';
import { holdsSame, inOrder, nextRevision, revisionHash, templatePatch } from '../lib/revisions.ts';
import { revisionOf } from './stateful-pod.ts';

const hashLabel = 'controller.kubernetes.io/hash';

export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
}

type RevisionClient = ResourceClient<ControllerRevision>;

export function* revisionsOf(
  client: RevisionClient,
  set: StatefulSet,
  known: readonly ControllerRevision[],
): Task<Revisions> {
  const data = templatePatch(set.spec.template);
  const sorted = inOrder(known);
  const equal = sorted.filter((one) => holdsSame(one, data)).at(-1);
  let { collisionCount = 0 } = set.status;
  let update: ControllerRevision;
  if (!equal) ({ update, collisionCount } = yield* create(client, set, data, nextRevision(known), collisionCount));
  else if (equal === sorted.at(-1)) update = equal;
  else update = yield* client.update({ ...equal, revision: nextRevision(known) });
  const current = sorted.find((one) => one.metadata.name === set.status.currentRevision) ?? update;
  return { current, update, collisionCount };
}

function* create(
  client: RevisionClient,
  set: StatefulSet,
  data: object,
  revision: number,
  collisions: number,
): Task<{ readonly update: ControllerRevision; readonly collisionCount: number }> {
  const { annotations, name, namespace = '' } = set.metadata;
  for (let collisionCount = collisions; ; collisionCount++) {
    const hash = revisionHash(data, collisionCount);
    const made = `${name}-${hash}`;
    try {
      const update = yield* client.create(namespace, {
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata: {
          name: made,
          labels: { ...set.spec.template.metadata.labels, [hashLabel]: hash },
          annotations,
          ownerReferences: [controllerReference(set, 'apps/v1', 'StatefulSet')],
        },
        data,
        revision,
      });
      return { update, collisionCount };
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
      const standing = yield* client.get(namespace, made);
      if (holdsSame(standing, data)) return { update: standing, collisionCount };
    }
  }
}

/** The template that a revision holds. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec
    .template;
  return template;
}

/** Deletes the oldest revisions beyond the limit that no pod is of. */
export function* trimHistory(
  client: RevisionClient,
  set: StatefulSet,
  known: readonly ControllerRevision[],
  { current, update }: Revisions,
  pods: readonly Pod[],
): Task<void> {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)]);
  const dead = inOrder(known).filter(({ metadata: { name } }) => !live.has(name));
  const limit = set.spec.revisionHistoryLimit;
  if (limit < 0) return;
  for (const revision of dead.slice(0, Math.max(0, dead.length - limit)))
    yield* client.delete(revision.metadata.namespace ?? '', revision.metadata.name);
}
