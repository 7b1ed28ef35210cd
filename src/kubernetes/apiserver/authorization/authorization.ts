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

const publicPaths: ReadonlySet<string> = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/version/',
  '/.well-known/openid-configuration',
]);
const discoveryPaths = ['/api', '/apis', '/openapi', '/version', '/healthz', '/livez', '/readyz'];

/** The group that may do everything. Upstream: the superuser authorizer. */
export const superuserAuthorizer: Authorizer = {
  name: 'AlwaysAllowSuperuser',
  authorize: ({ user }) => ({ isAllowed: user.groups.includes('system:masters') }),
};

/** Paths that upstream's bootstrap roles open to all: public information to anyone, discovery to whoever has a name. */
export const discoveryAuthorizer: Authorizer = {
  name: 'Discovery',
  authorize({ user, verb, path }) {
    if (path === undefined || (verb !== 'get' && verb !== 'head')) return { isAllowed: false };
    if (publicPaths.has(path)) return { isAllowed: true };
    const isNamed = user.groups.includes('system:authenticated');
    return {
      isAllowed:
        isNamed &&
        discoveryPaths.some(
          (open) =>
            path === open ||
            (open !== '/livez' && open !== '/readyz' && open !== '/healthz' && path.startsWith(`${open}/`)),
        ),
    };
  },
};

/** What upstream's `system:basic-user` lets everybody with a name ask about himself. */
export const basicUserAuthorizer: Authorizer = {
  name: 'BasicUser',
  authorize({ user, verb, group, resource, path }) {
    const isAboutSelf =
      group.endsWith('.k8s.io') && (resource === 'selfsubjectreviews' || resource === 'selfsubjectaccessreviews');
    return {
      isAllowed: path === undefined && verb === 'create' && isAboutSelf && user.groups.includes('system:authenticated'),
    };
  },
};

/**
 * The cluster's own components. Differs: upstream gives each its own role by RBAC and confines nodes to what runs on them; here a component is
 * trusted whole until roles are served.
 */
export const systemComponentAuthorizer: Authorizer = {
  name: 'SystemComponents',
  authorize({ user, path }) {
    if (path !== undefined) return { isAllowed: false };
    const isComponent =
      user.groups.includes('system:nodes') ||
      user.name.startsWith('system:kube-') ||
      user.name.startsWith('system:serviceaccount:kube-system:');
    return { isAllowed: isComponent };
  },
};

/** Asks each in turn. Gives undefined when one allows, else the reasons why not, as messages end with them. */
export function refusalOf(authorizers: readonly Authorizer[], attributes: AuthorizationAttributes): string | undefined {
  const reasons: string[] = [];
  for (const authorizer of authorizers) {
    const { isAllowed, reason } = authorizer.authorize(attributes);
    if (isAllowed) return undefined;
    if (reason) reasons.push(reason);
  }
  return reasons.join('\n');
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
