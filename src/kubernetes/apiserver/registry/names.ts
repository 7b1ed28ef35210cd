// The name in a body must be the one in the URL. Upstream: apiserver/pkg/endpoints/handlers/rest.go (checkName).
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import type { ResourceRequest } from './server.ts';

/** Throws BadRequest when an updated object says that it is another one than the URL's. */
export function checkName({ request, resource }: ResourceRequest, object: KubeObject): void {
  const { name = '', namespace = '' } = object.metadata ?? {};
  if (name === '') throw new StatusError(badRequest('name must be provided'));
  if (name !== request.name) {
    throw new StatusError(
      badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name})`),
    );
  }
  if (resource.isNamespaced && namespace !== '' && namespace !== request.namespace) {
    throw new StatusError(
      badRequest('the namespace of the provided object does not match the namespace sent on the request'),
    );
  }
}
