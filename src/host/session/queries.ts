// Questions of a window: answered from what is there at this moment. They change nothing and are never journalled.
import { ZodError, type z } from 'zod';
import { queries, type QueryName } from '@/contract/commands/commands.ts';
import type { PacketAccount } from '@/contract/feed/feed.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { KubeObject, KubeList } from '@/kubernetes/apimachinery/meta/meta.ts';
import { isStatus } from '@/kubernetes/apimachinery/status/status.ts';
import type { ApiRequest } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Outcome } from './inputs.ts';

type Parsed<N extends QueryName> = z.output<(typeof queries)[N]>;

const credential = { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] } as const;

/** Answers a query from outside; unknown names and bad parameters are refusals. */
export function answerQuery(cluster: Cluster, name: string, parameters: unknown, reply: (outcome: Outcome) => void): void {
  if (!Object.hasOwn(queries, name)) {
    reply({ ok: false, reason: 'BadRequest', message: `There is no query "${name}".` });
    return;
  }
  try {
    answers[name as QueryName](cluster, queries[name as QueryName].parse(parameters ?? {}) as never, reply);
  } catch (error) {
    if (error instanceof ZodError) reply({ ok: false, reason: 'BadRequest', message: `The query ${name} was not understood.` });
    else if (error instanceof Error && error.name !== 'AssertionError') reply({ ok: false, reason: 'Refused', message: error.message });
    else throw error;
  }
}

function read(cluster: Cluster, request: Omit<ApiRequest, 'credential' | 'userAgent'>, reply: (outcome: Outcome) => void, pick: (body: unknown) => unknown = (body) => body): void {
  cluster.api.request({ ...request, credential, userAgent: 'kubarium/window' }, ({ body }) => {
    if (isStatus(body) && body.status === 'Failure') reply({ ok: false, reason: body.reason ?? '', message: body.message ?? '' });
    else reply({ ok: true, result: pick(body) });
  });
}

const answers: { [N in QueryName]: (cluster: Cluster, parameters: Parsed<N>, reply: (outcome: Outcome) => void) => void } = {
  object: (cluster, { group, version, resource, namespace, name }, reply) => read(cluster, { verb: 'get', group, version, resource, namespace, name }, reply),
  objects: (cluster, { group, version, resource, namespace }, reply) => read(cluster, { verb: 'list', group, version, resource, namespace }, reply),
  eventsOf: (cluster, { namespace, kind, name, uid }, reply) => {
    const fieldSelector = [`involvedObject.kind=${kind}`, `involvedObject.name=${name}`, ...(uid ? [`involvedObject.uid=${uid}`] : [])].join(',');
    const request = { verb: 'list', group: '', version: 'v1', resource: 'events', namespace: namespace === '' ? undefined : namespace, options: { fieldSelector } } as const;
    read(cluster, request, reply, (body) => (body as KubeList<KubeObject>).items);
  },
  logs: (cluster, { namespace, pod, container, tailLines, previous }, reply) => {
    reply({ ok: true, result: cluster.logs(namespace, pod, container, previous).slice(-tailLines) });
  },
  chain: (cluster, { id }, reply) => reply({ ok: true, result: cluster.occurrences.chain(id) }),
  occurrences: (cluster, { from, limit, subject }, reply) => {
    const all = cluster.occurrences.since(from);
    const wanted = subject === undefined ? all : all.filter((one) => one.subjects.includes(subject));
    reply({ ok: true, result: wanted.slice(0, limit) });
  },
  account: (cluster, { id }, reply) => {
    const account = cluster.world.traffic.account(id);
    if (account) {
      const { id: number, service, start, end, outcome, status, path, hops } = account;
      reply({ ok: true, result: { id: number, service, start, end, outcome, status, path: [...path], hops: [...hops] } satisfies PacketAccount });
    }
    else reply({ ok: false, reason: 'NotFound', message: 'The account of this request is no longer kept.' });
  },
  preview: (cluster, { fault, target }, reply) => reply({ ok: true, result: cluster.preview(fault, target) }),
};
