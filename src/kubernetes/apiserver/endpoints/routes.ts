// Which URLs and methods there are: upstream registers a route for each, and what has none is refused before anybody looks at the request.
// Upstream: apiserver/pkg/endpoints/installer.go.
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { methodNotAllowed, unknownResource } from '../../apimachinery/status/status.ts';
import { subresourceFor } from '../registry/subresources/subresource.ts';
import type { ResourceInfo } from './request-info.ts';
import { listedResources, virtualResources } from './served-list.ts';

const methods: Readonly<Record<string, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Throws NotFound or MethodNotAllowed where there is no route; answers whether the group and version are served at all. */
export function checkRoute(method: string, info: ResourceInfo): 'found' | 'unknown version' {
  const { group, version, resource, subresource, namespace, name, rest } = info;
  const inVersion = [...listedResources, ...virtualResources].filter(
    (one) => one.group === group && one.version === version,
  );
  if (inVersion.length === 0) return 'unknown version';
  const listed = inVersion.find(({ plural }) => plural === resource);
  const isNamespaced = listed?.scope === 'Namespaced';
  if (!listed || (namespace !== undefined && !isNamespaced)) throw new StatusError(unknownResource());
  if (namespace === undefined && isNamespaced && name !== undefined) throw new StatusError(unknownResource());
  if (rest !== '' && subresource !== 'proxy') throw new StatusError(unknownResource());
  const verb = methods[method];
  if (subresource !== '') {
    const handler = listed.subresources.includes(subresource) ? subresourceFor(listed.name, subresource) : undefined;
    if (!handler) throw new StatusError(unknownResource());
    if (!handler.verbs.some((one) => one === verb)) throw new StatusError(methodNotAllowed());
    return 'found';
  }
  if (!allowed(listed.verbs, name !== undefined, namespace === undefined && isNamespaced).includes(verb ?? ''))
    throw new StatusError(methodNotAllowed());
  return 'found';
}

/** The methods, as verbs, that a collection or an item takes. */
function allowed(verbs: readonly string[], isItem: boolean, isAcrossNamespaces: boolean): readonly string[] {
  if (isItem) return ['get', 'update', 'patch', 'delete'].filter((verb) => verbs.includes(verb));
  const found = verbs.includes('list') ? ['get'] : [];
  if (isAcrossNamespaces) return found;
  if (verbs.includes('create')) found.push('create');
  if (verbs.includes('deletecollection')) found.push('delete');
  return found;
}
