// Who manages which fields: every write is credited to its manager, and apply is worked out against the others. Upstream: handlers/fieldmanager.
import { rfc3339 } from '@/simulation/clock/duration.ts';
import { applyPatch, type ApplyOptions } from '../../apimachinery/managed-fields/apply-patch.ts';
import { trackUpdate, type FieldPaths } from '../../apimachinery/managed-fields/track-update.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, unexpected } from '../../apimachinery/status/status.ts';
import { fieldManagerOf, type ResourceRequest } from './server.ts';

/** `next` with the fields that this write changed credited to its manager. */
export function track(request: ResourceRequest, live: KubeObject | undefined, next: KubeObject): KubeObject {
  const { resource, server } = request;
  return trackUpdate({
    model: resource.descriptor.model,
    apiVersion: resource.apiVersion,
    live,
    next,
    manager: fieldManagerOf(request.request),
    time: rfc3339(server.context.now),
    ...endpointOf(request),
  });
}

/** Which endpoint is written through, and what that one never owns. */
function endpointOf({ request, resource }: ResourceRequest): {
  readonly subresource: string;
  readonly resetFields?: FieldPaths;
} {
  const { subresource = '' } = request;
  const { statusResetFields } = resource.descriptor;
  return subresource === 'status' && statusResetFields
    ? { subresource, resetFields: statusResetFields }
    : { subresource };
}

/** The live object (or none) with what a manager applies, not yet decoded; throws Conflict when others own what it would change. */
export function apply(request: ResourceRequest, live: KubeObject | undefined, applied: KubeObject): KubeObject {
  const { resource, server } = request;
  const result = applyPatch<KubeObject>({
    model: resource.descriptor.model,
    apiVersion: resource.apiVersion,
    live,
    applied: applied as unknown as ApplyOptions<KubeObject>['applied'],
    manager: fieldManagerOf(request.request),
    force: request.request.options?.force ?? false,
    time: rfc3339(server.context.now),
    ...endpointOf(request),
  });
  if ('conflicts' in result) throw new StatusError(result.status);
  if ('error' in result)
    throw new StatusError(result.code === 400 ? badRequest(result.error) : unexpected(result.error));
  return result.object;
}
