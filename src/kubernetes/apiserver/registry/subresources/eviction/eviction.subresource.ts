// Evicting a pod: a deletion that asks its disruption budgets first. Upstream: pkg/registry/core/pod/storage/eviction.go.
import type { SubresourceDescriptor } from '../subresource.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError, type RequestOptions } from '../../../../apimachinery/rest/rest.ts';
import { badRequest, notFound } from '../../../../apimachinery/status/status.ts';
import type { PodCondition } from '../../../../api/core/v1/pod/status-types.ts';
import type { Pod } from '../../../../api/core/v1/pod/types.ts';
import { checkPreconditions, deleteObject } from '../../delete.ts';
import type { ResourceRequest } from '../../server.ts';
import { updateObject } from '../../update.ts';
import { askBudget } from './budgets.ts';

interface Eviction extends KubeObject {
  readonly deleteOptions?: RequestOptions;
}

export const subresource: SubresourceDescriptor = {
  name: 'pods/eviction',
  explain: 'Asks a pod to go, unless a disruption budget says that too few would be left.',
  verbs: ['create'],
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
  *handle(request) {
    const { name = '', namespace } = request.request;
    const { metadata, deleteOptions } = (request.request.body ?? {}) as Partial<Eviction>;
    if (metadata?.name !== undefined && metadata.name !== '' && metadata.name !== name) {
      throw new StatusError(badRequest('name in URL does not match name in Eviction object'));
    }
    const pod = request.resource.read(namespace, name) as Pod | undefined;
    if (!pod) throw new StatusError(notFound(request.resource.groupResource, name));
    const isDryRun = request.isDryRun || (deleteOptions?.dryRun?.length ?? 0) > 0;
    const options: RequestOptions = { ...request.request.options, ...deleteOptions };
    const deletion: ResourceRequest = {
      ...request,
      isDryRun,
      request: { ...request.request, verb: 'delete', subresource: undefined, options },
    };
    checkPreconditions(deletion, pod, options);
    if (countsForBudgets(pod)) yield* askBudget(deletion, pod);
    if (isDisrupted(pod)) yield* markAsDisrupted(deletion, name);
    yield* deleteObject(deletion, name);
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  },
};

/** Pods that do not run, or are going already, go without ado. */
function countsForBudgets({ metadata, status }: Pod): boolean {
  return status.phase === 'Running' && metadata.deletionTimestamp === undefined;
}

/** What has ended, or is ending, is not disrupted any more. */
function isDisrupted({ metadata, status }: Pod): boolean {
  return (status.phase === 'Running' || status.phase === 'Pending') && metadata.deletionTimestamp === undefined;
}

/** Says on the pod why it goes. */
function* markAsDisrupted(request: ResourceRequest, name: string): ReturnType<typeof updateObject> {
  const lastTransitionTime = rfc3339(request.server.context.now);
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  return yield* updateObject(request, name, {
    note: { reason: 'Evicted', deed: 'was evicted' },
    strategy: 'none',
    produce: (live) => {
      const { status } = live as Pod;
      const conditions = [...(status.conditions ?? []).filter(({ type }) => type !== condition.type), condition];
      return { ...live, status: { ...status, conditions } } as KubeObject;
    },
  });
}
