// What the user may do: authorizers are asked one after another until one allows. Upstream: apiserver/pkg/authorization.
import type { UserInfo } from '../../apimachinery/rest/rest.ts';

/** One wish, as authorizers see it. */
export interface AuthorizationAttributes {
  readonly user: UserInfo;
  /** An API verb, or an HTTP method in lower case for a path. */
  readonly verb: string;
  /** Set for what is not a resource: `/metrics`. */
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Allows, or has no opinion and may say why not. */
export interface Authorizer {
  readonly name: string;
  authorize(attributes: AuthorizationAttributes): { readonly isAllowed: boolean; readonly reason?: string };
}

/** Upstream: `--authorization-always-allow-paths`. */
const openPaths: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);

/** The group that may do everything. Upstream: the superuser authorizer. */
export const superuserAuthorizer: Authorizer = {
  name: 'AlwaysAllowSuperuser',
  authorize: ({ user }) => ({ isAllowed: user.groups.includes('system:masters') }),
};

/** Paths that anyone may ask, so that whoever probes a server needs no name. */
export const openPathAuthorizer: Authorizer = {
  name: 'AlwaysAllowPaths',
  authorize: ({ path }) => ({ isAllowed: path !== undefined && openPaths.has(path) }),
};

/**
 * Nodes, and the controller manager. Differs: upstream confines nodes to what runs on them, and gives each controller an account of its own;
 * here both are trusted whole.
 */
export const systemComponentAuthorizer: Authorizer = {
  name: 'SystemComponents',
  authorize: ({ user, path }) => ({
    isAllowed:
      path === undefined && (user.groups.includes('system:nodes') || user.name === 'system:kube-controller-manager'),
  }),
};

/** Asks each in turn, to the first that allows; else gives all reasons why not, as messages end with them. */
export function verdictOf(
  authorizers: readonly Authorizer[],
  attributes: AuthorizationAttributes,
): { readonly isAllowed: boolean; readonly reason: string } {
  const reasons: string[] = [];
  for (const authorizer of authorizers) {
    const { isAllowed, reason = '' } = authorizer.authorize(attributes);
    if (isAllowed) return { isAllowed, reason };
    if (reason !== '') reasons.push(reason);
  }
  return { isAllowed: false, reason: reasons.join('\n') };
}

/** The one object that a list is about when its field selector names it: the right to that object is enough. */
export function selectedName(fieldSelector: string | undefined): string {
  return /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(fieldSelector ?? '')?.[1] ?? '';
}

/** The message of the refusal. Upstream: apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function forbiddenMessage(attributes: AuthorizationAttributes, reason: string): string {
  const { user, verb, path, group, resource, subresource, namespace } = attributes;
  const tail = reason === '' ? '' : `: ${reason}`;
  const who = JSON.stringify(user.name);
  if (path !== undefined) return `User ${who} cannot ${verb} path ${JSON.stringify(path)}${tail}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `User ${who} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${tail}`;
}
