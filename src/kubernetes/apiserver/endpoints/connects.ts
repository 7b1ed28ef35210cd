// Requests that want to take the connection over — exec, attach, port-forward — as far as they are judged before that.
// Upstream: pkg/registry/core/pod/{rest/subresources.go,strategy.go}.
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, notFound } from '../../apimachinery/status/status.ts';
import type { Pod } from '../../api/core/v1/pod/types.ts';
import type { Server } from '../registry/server.ts';
import { containerOf } from './logs.ts';
import type { ResourceInfo, URLQuery } from './request-info.ts';

const connecting: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/** Whether a request is one of these. */
export function isConnect({ group, resource, subresource }: ResourceInfo): boolean {
  return group === '' && resource === 'pods' && connecting.has(subresource);
}

/** The pod and the container that a connection is for; throws what upstream refuses it with. */
export function connectTarget(
  server: Server,
  { namespace, name = '', subresource }: ResourceInfo,
  query: URLQuery,
): { readonly pod: Pod; readonly container: string } {
  const pod = server.served('', 'pods')?.read(namespace, name) as Pod | undefined;
  if (!pod) throw new StatusError(notFound({ group: '', resource: 'pods' }, name));
  const container = subresource === 'portforward' ? '' : containerOf(pod, query.first('container') ?? '');
  const { nodeName } = pod.spec;
  if (!nodeName) throw new StatusError(badRequest(`pod ${name} does not have a host assigned`));
  if (!server.served('', 'nodes')?.read(undefined, nodeName))
    throw new StatusError(notFound({ group: '', resource: 'pods' }, nodeName));
  return { pod, container };
}
