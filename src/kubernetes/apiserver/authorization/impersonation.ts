// Acting as somebody else: who may, and who one then is. Upstream: apiserver/pkg/endpoints/filters/impersonation.
import type { Status } from '../../apimachinery/meta/meta.ts';
import { StatusError, type ImpersonationWish, type UserInfo } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import { goQuote } from '@/base/text.ts';
import type { AuthorizationAttributes } from './authorization.ts';

type Refusal = (attributes: AuthorizationAttributes) => Status | undefined;

/** What a mode asks for: a verb on somebody, as a wish of the one who asks. */
interface Need {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

/** How one may come to be allowed: by rights to that somebody for this very request, or by rights to him for all. */
type Mode = 'constrained' | 'legacy';

const rememberedLimit = 1000;
const authentication = 'authentication.k8s.io';
const accountName = /^system:serviceaccount:([^:]+):([^:]+)$/;

export class Impersonation {
  /** The mode in which somebody was allowed last is tried first. */
  private readonly modes = new Map<string, Mode>();

  constructor(private readonly refusal: Refusal) {}

  /** The user that the request then counts as made by. Throws when that is not allowed. */
  actAs(asker: UserInfo, wish: ImpersonationWish, attributes: AuthorizationAttributes): UserInfo {
    if (wish.name === '') throw new StatusError(badRequest(`requested ${goUser(wish)} without impersonating a user name`));
    const order: readonly Mode[] =
      this.modes.get(asker.name) === 'legacy' ? ['legacy', 'constrained'] : ['constrained', 'legacy'];
    let first: Status | undefined;
    for (const mode of order) {
      const refused = this.refused(asker, mode === 'legacy' ? legacyNeeds(wish) : constrainedNeeds(wish), {
        ...attributes,
        user: asker,
        verb: mode === 'legacy' ? '' : `impersonate-on:${kindOf(wish)}:${attributes.verb}`,
      });
      if (!refused) {
        if (this.modes.size >= rememberedLimit) this.modes.clear();
        this.modes.set(asker.name, mode);
        return userOf(wish);
      }
      first ??= refused;
    }
    throw new StatusError(first as Status);
  }

  private refused(asker: UserInfo, needs: readonly Need[], on: AuthorizationAttributes): Status | undefined {
    const refused = on.verb === '' ? undefined : this.refusal(on);
    if (refused) return refused;
    for (const need of needs) {
      const { group = '', subresource = '', namespace = '', ...rest } = need;
      const status = this.refusal({ ...rest, group, subresource, namespace, user: asker });
      if (status) return status;
    }
    return undefined;
  }
}

function kindOf({ name }: ImpersonationWish): string {
  if (accountName.test(name)) return 'serviceaccount';
  return name.startsWith('system:node:') ? 'arbitrary-node' : 'user-info';
}

function constrainedNeeds(wish: ImpersonationWish): readonly Need[] {
  const kind = kindOf(wish);
  const verb = `impersonate:${kind}`;
  const account = accountName.exec(wish.name);
  if (account)
    return [{ verb, group: authentication, resource: 'serviceaccounts', namespace: account[1] ?? '', name: account[2] ?? '' }];
  if (kind === 'arbitrary-node')
    return [{ verb, group: authentication, resource: 'nodes', name: wish.name.slice('system:node:'.length) }];
  return [{ verb, group: authentication, resource: 'users', name: wish.name }, ...attributeNeeds(verb, authentication, wish)];
}

function legacyNeeds(wish: ImpersonationWish): readonly Need[] {
  const verb = 'impersonate';
  const account = accountName.exec(wish.name);
  const who: Need = account
    ? { verb, resource: 'serviceaccounts', namespace: account[1] ?? '', name: account[2] ?? '' }
    : { verb, resource: 'users', name: wish.name };
  return [who, ...attributeNeeds(verb, '', wish)];
}

function attributeNeeds(verb: string, groupsIn: string, { uid, groups, extra }: ImpersonationWish): readonly Need[] {
  return [
    ...groups.map((name) => ({ verb, group: groupsIn, resource: 'groups', name })),
    ...(uid === '' ? [] : [{ verb, group: authentication, resource: 'uids', name: uid }]),
    ...Object.entries(extra).flatMap(([subresource, values]) =>
      values.map((name) => ({ verb, group: authentication, resource: 'userextras', subresource, name })),
    ),
  ];
}

function userOf({ name, uid, groups, extra }: ImpersonationWish): UserInfo {
  const account = accountName.exec(name);
  const own =
    groups.length === 0 && account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : groups;
  const everyone = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: own.includes(everyone) ? own : [...own, everyone],
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** The wish as Go prints it, which the refusal quotes. */
function goUser({ name, uid, groups, extra }: ImpersonationWish): string {
  const strings = (list: readonly string[]): string => `[]string{${list.map(goQuote).join(', ')}}`;
  const entries = Object.entries(extra).map(([key, values]) => `${goQuote(key)}:${strings(values)}`);
  const extras = entries.length > 0 ? `map[string][]string{${entries.join(', ')}}` : 'map[string][]string(nil)';
  const listed = groups.length > 0 ? strings(groups) : '[]string(nil)';
  return `&user.DefaultInfo{Name:${goQuote(name)}, UID:${goQuote(uid)}, Groups:${listed}, Extra:${extras}}`;
}

/** The wish in a request's headers; undefined when it has none. Names of headers are in lower case. */
export function impersonationOf(headers: Readonly<Record<string, string>>): ImpersonationWish | undefined {
  const extra: Record<string, readonly string[]> = {};
  let isWished = false;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('impersonate-')) continue;
    isWished = true;
    if (name.startsWith('impersonate-extra-')) {
      const key = name.slice('impersonate-extra-'.length);
      extra[decodedKey(key)] = listOf(value);
    }
  }
  if (!isWished) return undefined;
  return {
    name: headers['impersonate-user'] ?? '',
    uid: headers['impersonate-uid'] ?? '',
    groups: listOf(headers['impersonate-group'] ?? ''),
    extra,
  };
}

/** Several headers of one name come as one value. */
const listOf = (value: string): readonly string[] => value.split(', ').filter((item) => item !== '');

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
