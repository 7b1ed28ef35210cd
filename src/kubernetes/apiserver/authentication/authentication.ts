// Who asks: a client certificate's subject, a known token's owner, or nobody. Upstream: apiserver/pkg/authentication.
import type { Credential, UserInfo } from '../../apimachinery/rest/rest.ts';

/** Tells whose token it is; undefined for tokens it does not know. */
export type TokenLookup = (token: string) => UserInfo | undefined;

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Finds the user behind a credential. */
export class Authenticator {
  private readonly certificates = new WeakMap<Credential, UserInfo>();

  constructor(private readonly lookups: readonly TokenLookup[]) {}

  /** The user, or undefined when the credential is one that nobody vouches for. */
  authenticate(credential: Credential): UserInfo | undefined {
    // `Authorization: Bearer` without a token is no attempt to be somebody.
    if (credential.kind === 'anonymous' || (credential.kind === 'token' && credential.token === '')) return anonymous;
    if (credential.kind === 'certificate') return this.certificate(credential, credential.user, credential.groups);
    for (const lookup of this.lookups) {
      const user = lookup(credential.token);
      if (user) return withAuthenticatedGroup(user);
    }
    return undefined;
  }

  /** A client shows the same certificate with every request. */
  private certificate(credential: Credential, name: string, groups: readonly string[]): UserInfo {
    let user = this.certificates.get(credential);
    if (!user) {
      user = withAuthenticatedGroup({ name, groups });
      this.certificates.set(credential, user);
    }
    return user;
  }
}

function withAuthenticatedGroup(user: UserInfo): UserInfo {
  return user.groups.includes('system:authenticated')
    ? user
    : { ...user, groups: [...user.groups, 'system:authenticated'] };
}
