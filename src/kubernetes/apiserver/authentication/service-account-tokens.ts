// Tokens of service accounts: JSON web tokens in upstream's shape that this server writes and knows again.
// Differs: the signature is a keyed hash that is not fit for secrets; the tokens are worth nothing outside the emulation.
import { base64OfText, fromBase64 } from '@/base/base64.ts';
import { fnv1a32 } from '@/base/hash.ts';
import { canonicalJson } from '@/base/json.ts';
import { utf8Text } from '@/base/utf8.ts';
import { inSeconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { UserInfo } from '../../apimachinery/rest/rest.ts';

export const defaultAudience = 'https://kubernetes.default.svc';

/** What a token says. */
export interface TokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly nbf: number;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string; readonly uid: string };
  };
}

/** Whom a token is for, and how long it lasts. */
export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly lifetime: Duration;
  readonly id: string;
  readonly bound?: { readonly kind: 'pod' | 'secret' | 'node'; readonly name: string; readonly uid: string };
}

const url = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const header = url(base64OfText(canonicalJson({ alg: 'HS256', kid: 'kubarium' })));

function signature(text: string): string {
  let digest = '';
  for (let part = 0; part < 8; part++)
    digest += fnv1a32(`${part} ${text} kubarium`, 0x811c9dc5 ^ Math.imul(part + 1, 0x9e3779b1))
      .toString(16)
      .padStart(8, '0');
  return url(base64OfText(digest));
}

/** A token that {@link claimsOfToken} understands. */
export function issueToken(subject: TokenSubject, now: Instant): string {
  const second = Math.floor(now / 1e6);
  const { namespace, name, uid, bound } = subject;
  const claims: TokenClaims = {
    aud: subject.audiences,
    exp: second + inSeconds(subject.lifetime),
    iat: second,
    iss: defaultAudience,
    jti: subject.id,
    nbf: second,
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': {
      namespace,
      serviceaccount: { name, uid },
      ...(bound ? { [bound.kind]: { name: bound.name, uid: bound.uid } } : {}),
    },
  };
  const body = `${header}.${url(base64OfText(canonicalJson(claims)))}`;
  return `${body}.${signature(body)}`;
}

/** What a token of this server says; undefined for any other text and for one that has expired. */
export function claimsOfToken(token: string, now: Instant): TokenClaims | undefined {
  const end = token.lastIndexOf('.');
  const body = token.slice(0, end);
  if (end < 0 || !body.startsWith(`${header}.`) || token.slice(end + 1) !== signature(body)) return undefined;
  const base64 = body
    .slice(header.length + 1)
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const claims = JSON.parse(utf8Text(fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')))) as TokenClaims;
  return claims.exp > now / 1e6 ? claims : undefined;
}

/** The user behind claims. Upstream: pkg/serviceaccount (UserInfo). */
export function userOfClaims(claims: TokenClaims): UserInfo {
  const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
  return {
    name: claims.sub,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
      ...(pod
        ? { 'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid] }
        : {}),
    },
  };
}
