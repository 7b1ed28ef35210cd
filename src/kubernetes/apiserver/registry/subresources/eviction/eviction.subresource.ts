// Evicting a pod: a deletion that asks its disruption budgets first. Upstream: pkg/registry/core/pod/storage/eviction.go.
import type { SubresourceDescriptor } from '../subresource.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError, type RequestOptions } from '../../../../apimachinery/rest/rest.ts';
import { badRequest, notFound } from '../../../../apimachinery/status/status.ts';
import { deleteObject } from '../../delete.ts';
import type { ResourceRequest } from '../../server.ts';

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
    if (!request.resource.read(namespace, name)) throw new StatusError(notFound(request.resource.groupResource, name));
    const isDryRun = request.isDryRun || (deleteOptions?.dryRun?.length ?? 0) > 0;
    const options: RequestOptions = { ...request.request.options, ...deleteOptions };
    const deletion: ResourceRequest = { ...request, isDryRun, request: { ...request.request, verb: 'delete', subresource: undefined, options } };
    yield* deleteObject(deletion, name);
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  },
};
