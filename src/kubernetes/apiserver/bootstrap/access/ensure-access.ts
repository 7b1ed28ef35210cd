// Puts the roles and bindings of a new cluster into storage, in a few transactions: a server has over a hundred of them to write before it answers.
// Upstream: pkg/registry/rbac/rest/storage_rbac.go. Differs: what is there is left as it is; upstream adds what its defaults have gained.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { rbacGroup } from '../../../api/rbac/v1/rules/names.ts';
import type { Operation } from '../../../etcd/etcd.ts';
import type { Server } from '../../registry/server.ts';
import { keyPrefix, objectKey } from '../../storage/keys.ts';
import { bootstrapAccess, type AccessBody, type AccessObject } from './access.ts';

/** How many writes a transaction takes. Upstream: etcd's `--max-txn-ops`. */
const transactionLimit = 128;

/** Writes those that are missing. */
export function* ensureAccess(server: Server): Task<void> {
  const missing = bootstrapAccess.filter((object) => server.etcd.get(keyOf(object)) === undefined);
  for (let start = 0; start < missing.length; start += transactionLimit) {
    const part = missing.slice(start, start + transactionLimit);
    yield* server.etcd.txn({
      compare: part.map((object) => ({ key: keyOf(object), target: 'mod', equals: 0 })),
      operations: part.map((object): Operation => ({ kind: 'put', key: keyOf(object), value: stored(server, object.body) })),
      onCommit: (revision) => record(server, part, revision),
    });
  }
}

function keyOf({ resource, body }: AccessObject): string {
  return objectKey(keyPrefix(rbacGroup, resource), body.metadata.namespace, body.metadata.name);
}

function record({ context }: Server, part: readonly AccessObject[], revision: number): number {
  return context.record({
    kind: 'api',
    reason: 'Created',
    subjects: part.map(({ body }) => `${body.kind}/${body.metadata.name}`).slice(0, 1),
    message: `${part.length} roles and bindings that every cluster begins with were created by kube-apiserver`,
    actor: 'kube-apiserver',
    data: { revision },
  });
}

/** The object as it would be after an ordinary request. */
function stored(server: Server, body: AccessBody): object {
  const { name, namespace, labels, annotations } = body.metadata;
  const time = rfc3339(server.context.now);
  const { apiVersion, kind, metadata: _, ...content } = body;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: server.uids.uuid(),
      creationTimestamp: time,
      labels,
      annotations,
      managedFields: [
        {
          manager: 'kube-apiserver',
          operation: 'Update',
          apiVersion,
          time,
          fieldsType: 'FieldsV1',
          fieldsV1: fieldsOf(body),
        },
      ],
    },
    ...content,
  };
}

function fieldsOf(body: AccessBody): object {
  const { metadata, aggregationRule } = body;
  const members = (map: object): object => ({
    '.': {},
    ...Object.fromEntries(Object.keys(map).map((name) => [`f:${name}`, {}])),
  });
  const lists = (['rules', 'roleRef', 'subjects'] as const).filter((name) => body[name] !== undefined);
  return {
    ...(aggregationRule ? { 'f:aggregationRule': members(aggregationRule) } : {}),
    'f:metadata': { 'f:annotations': members(metadata.annotations), 'f:labels': members(metadata.labels) },
    ...Object.fromEntries(lists.map((name) => [`f:${name}`, {}])),
  };
}
