// Tokens on request, for kubelets that mount them into pods and for `kubectl create token`. Upstream: serviceaccount/storage/token.go.
import { rfc3339, plus, seconds } from '@/simulation/clock/duration.ts';
import type { Pod } from '../../../../api/core/v1/pod/types.ts';
import { decode } from '../../../../apimachinery/codec/codec.ts';
import type { ServiceAccount } from '../../../../api/core/v1/serviceaccount/types.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { badRequest, conflict, invalid as invalidObject, notFound } from '../../../../apimachinery/status/status.ts';
import { invalid } from '../../../../apimachinery/validation/field-error.ts';
import { defaultAudience, issueToken, type TokenSubject } from '../../../authentication/service-account-tokens.ts';
import type { ResourceRequest } from '../../server.ts';
import type { SubresourceDescriptor } from '../subresource.ts';

interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: {
      readonly kind?: string;
      readonly apiVersion?: string;
      readonly name?: string;
      readonly uid?: string;
    };
  };
}

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;
const group = 'authentication.k8s.io';
const model = 'io.k8s.api.authentication.v1.TokenRequest';

export const subresource: SubresourceDescriptor = {
  name: 'serviceaccounts/token',
  explain: 'Gives out a token for a service account that ends by itself.',
  verbs: ['create'],
  kind: { group, version: 'v1', kind: 'TokenRequest' },
  *handle(request) {
    const { namespace = '', name = '' } = request.request;
    const account = request.resource.read(namespace, name) as ServiceAccount | undefined;
    if (!account) throw new StatusError(notFound({ group: '', resource: 'serviceaccounts' }, name));
    const asked = askedFor(request);
    const { spec = {} } = asked;
    const expirationSeconds = spec.expirationSeconds ?? 3600;
    if (asked.metadata.name && asked.metadata.name !== name) {
      const error = invalid('metadata.name', asked.metadata.name, 'must match the service account name if specified');
      throw new StatusError(invalidObject({ group, kind: 'TokenRequest' }, name, [error]));
    }
    const errors = [
      ...(expirationSeconds < shortestSeconds
        ? [invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 10 minutes')]
        : []),
      ...(expirationSeconds > longestSeconds
        ? [invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
        : []),
    ];
    if (errors.length > 0) throw new StatusError(invalidObject({ group, kind: 'TokenRequest' }, '', errors));
    const { context, uids } = request.server;
    const audiences = spec.audiences?.length ? spec.audiences : [defaultAudience];
    const lifetime = seconds(expirationSeconds);
    const token = issueToken(
      {
        namespace,
        name,
        uid: account.metadata.uid,
        audiences,
        lifetime,
        id: uids.uuid(),
        bound: boundTo(request, name, spec.boundObjectRef),
      },
      context.now,
    );
    return {
      code: 201,
      body: {
        kind: 'TokenRequest',
        apiVersion: `${group}/v1`,
        metadata: { name, namespace, uid: account.metadata.uid, creationTimestamp: rfc3339(context.now) },
        spec: { audiences, expirationSeconds, boundObjectRef: spec.boundObjectRef ?? null },
        status: { token, expirationTimestamp: rfc3339(plus(context.now, lifetime)) },
      },
    };
  },
};

/** The request in the body; an empty one asks for the usual. */
function askedFor({ request }: ResourceRequest): TokenRequest {
  const { object, errors } = decode<TokenRequest>(model, { metadata: {}, ...(request.body as object | undefined) });
  if (errors.length > 0) {
    throw new StatusError(
      badRequest(`TokenRequest in version "v1" cannot be handled as a TokenRequest: ${errors.join(', ')}`),
    );
  }
  return object;
}

/** The object that the token dies with. Refuses one that is not there, or is another by now. */
function boundTo(
  request: ResourceRequest,
  account: string,
  reference: NonNullable<TokenRequest['spec']>['boundObjectRef'],
): TokenSubject['bound'] {
  if (!reference) return undefined;
  const { kind = '', apiVersion = '', name = '', uid } = reference;
  if (!['Pod', 'Secret', 'Node'].includes(kind) || apiVersion !== 'v1') {
    throw new StatusError(badRequest(`cannot bind token to object of type /${apiVersion}, Kind=${kind}`));
  }
  const plural = `${kind.toLowerCase()}s`;
  const namespace = kind === 'Node' ? undefined : request.request.namespace;
  const object = request.server.served('', plural)?.read(namespace, name);
  if (!object) throw new StatusError(notFound({ group: '', resource: plural }, name));
  if (kind === 'Pod' && (object as Pod).spec.serviceAccountName !== account) {
    const message = `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`;
    throw new StatusError(badRequest(message));
  }
  if (uid && uid !== object.metadata.uid) {
    const message = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw new StatusError(conflict({ group: '', resource: kind }, name, message));
  }
  return { kind: kind.toLowerCase() as 'pod' | 'secret' | 'node', name, uid: object.metadata.uid };
}
