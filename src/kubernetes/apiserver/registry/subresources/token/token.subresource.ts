// Tokens on request, for kubelets that mount them into pods and for `kubectl create token`. Upstream: serviceaccount/storage/token.go.
import { rfc3339, plus, seconds } from '@/simulation/clock/duration.ts';
import type { ServiceAccount } from '../../../../api/core/v1/serviceaccount/types.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { conflict, invalid as invalidObject, notFound } from '../../../../apimachinery/status/status.ts';
import { invalid } from '../../../../apimachinery/validation/field-error.ts';
import { defaultAudience, issueToken, type TokenSubject } from '../../../authentication/service-account-tokens.ts';
import type { ResourceRequest } from '../../server.ts';
import type { SubresourceDescriptor } from '../subresource.ts';

interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string };
  };
}

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;
const group = 'authentication.k8s.io';

export const subresource: SubresourceDescriptor = {
  name: 'serviceaccounts/token',
  explain: 'Gives out a token for a service account that ends by itself.',
  verbs: ['create'],
  kind: { group, version: 'v1', kind: 'TokenRequest' },
  *handle(request) {
    const { namespace = '', name = '' } = request.request;
    const account = request.resource.read(namespace, name) as ServiceAccount | undefined;
    if (!account) throw new StatusError(notFound({ group: '', resource: 'serviceaccounts' }, name));
    const { spec = {} } = request.request.body as TokenRequest;
    const { expirationSeconds = 3600 } = spec;
    const errors = [
      ...(expirationSeconds < shortestSeconds ? [invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 10 minutes')] : []),
      ...(expirationSeconds > longestSeconds ? [invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration larger than 2^32 seconds')] : []),
    ];
    if (errors.length > 0) throw new StatusError(invalidObject({ group, kind: 'TokenRequest' }, '', errors));
    const { context, uids } = request.server;
    const audiences = spec.audiences?.length ? spec.audiences : [defaultAudience];
    const lifetime = seconds(expirationSeconds);
    const token = issueToken({ namespace, name, uid: account.metadata.uid, audiences, lifetime, id: uids.uuid(), bound: boundTo(request, spec.boundObjectRef) }, context.now);
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

/** The object that the token dies with. Refuses one that is not there, or is another by now. */
function boundTo(request: ResourceRequest, reference: NonNullable<TokenRequest['spec']>['boundObjectRef']): TokenSubject['bound'] {
  if (!reference) return undefined;
  const { kind = '', name = '', uid } = reference;
  const plural = `${kind.toLowerCase()}s`;
  const namespace = kind === 'Node' ? undefined : request.request.namespace;
  const object = ['Pod', 'Secret', 'Node'].includes(kind) ? request.server.served('', plural)?.read(namespace, name) : undefined;
  if (!object) throw new StatusError(notFound({ group: '', resource: plural }, name));
  if (uid && uid !== object.metadata.uid) {
    throw new StatusError(conflict({ group: '', resource: plural }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`));
  }
  return { kind: kind.toLowerCase() as 'pod' | 'secret' | 'node', name, uid: object.metadata.uid };
}
