// Who is bound to which rules: the four RBAC kinds as this server has them in storage, found by subject. A question costs what is bound to the
// one who asks, however many bindings there are. Upstream: pkg/registry/rbac/validation/rule.go.
import type { Context } from '@/simulation/process/process.ts';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { UserInfo } from '../../../apimachinery/rest/rest.ts';
import { rbacGroup } from '../../../api/rbac/v1/rules/names.ts';
import type { PolicyRule, RoleRef, Subject } from '../../../api/rbac/v1/rules/types.ts';
import type { EtcdClient } from '../../../etcd/etcd.ts';
import { keyPrefix } from '../../storage/keys.ts';

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}

interface Role extends KubeObject {
  readonly rules: readonly PolicyRule[] | null;
}

/** Rules that somebody has, and by which binding. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly origin: string;
  /** What is wrong with the binding: its role is not there. */
  readonly problem?: string;
}

/** See the file's head. */
export class AccessIndex {
  /** Counts changes, for what is remembered of answers. */
  generation = 0;
  private readonly roles = new Map<string, Role>();
  private readonly bindings = new Map<string, Binding>();
  /** Keys of bindings by namespace ('' for all) and subject. */
  private readonly bySubject = new Map<string, Set<string>>();

  constructor(context: Context, etcd: EtcdClient) {
    for (const plural of ['roles', 'clusterroles'])
      this.follow(context, etcd, plural, (key, object) => {
        if (object) this.roles.set(key, object as Role);
        else this.roles.delete(key);
      });
    for (const plural of ['rolebindings', 'clusterrolebindings'])
      this.follow(context, etcd, plural, (key, object) => this.changeBinding(key, object as Binding | undefined));
  }

  /** What the user is granted in a namespace, the cluster's grants first; '' for the cluster alone. */
  grants(user: UserInfo, namespace: string): readonly Grant[] {
    const found: Grant[] = [];
    const scopes = namespace === '' ? [''] : ['', namespace];
    for (const scope of scopes)
      for (const [key, subject] of this.bindingsOf(user, scope)) {
        const binding = this.bindings.get(key);
        if (binding) found.push(this.grant(binding, subject));
      }
    return found;
  }

  /** The rules behind a reference from that namespace; undefined when the role is not there. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const key = kind === 'Role' ? roleKey('roles', namespace, name) : roleKey('clusterroles', '', name);
    const role = this.roles.get(key);
    return role && (role.rules ?? []);
  }

  private grant(binding: Binding, subject: string): Grant {
    const { metadata, roleRef } = binding;
    const { name, namespace = '' } = metadata;
    const quoted = (text: string): string => JSON.stringify(text);
    const which = namespace === '' ? `ClusterRoleBinding ${quoted(name)}` : `RoleBinding ${quoted(`${name}/${namespace}`)}`;
    const origin = `${which} of ${roleRef.kind} ${quoted(roleRef.name)} to ${subject}`;
    const rules = this.rulesOf(roleRef, namespace);
    if (rules) return { rules, origin };
    const problem = `${roleRef.kind.toLowerCase()}.${rbacGroup} ${quoted(roleRef.name)} not found`;
    return { rules: [], origin, problem };
  }

  /** Keys of bindings in order, each with the subject by which the user is meant, as reasons write it. */
  private bindingsOf(user: UserInfo, scope: string): readonly (readonly [string, string])[] {
    const found = new Map<string, string>();
    const add = (kind: string, subject: string, text: string): void => {
      for (const key of this.bySubject.get(`${scope} ${kind} ${subject}`) ?? []) if (!found.has(key)) found.set(key, text);
    };
    add('User', user.name, `User ${JSON.stringify(user.name)}`);
    const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.name);
    if (account) add('ServiceAccount', user.name, `ServiceAccount ${JSON.stringify(`${account[2]}/${account[1]}`)}`);
    for (const group of user.groups) add('Group', group, `Group ${JSON.stringify(group)}`);
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private changeBinding(key: string, next: Binding | undefined): void {
    const previous = this.bindings.get(key);
    if (previous) for (const place of placesOf(previous)) this.leave(place, key);
    if (!next) {
      this.bindings.delete(key);
      return;
    }
    this.bindings.set(key, next);
    for (const place of placesOf(next)) {
      const members = this.bySubject.get(place);
      if (members) members.add(key);
      else this.bySubject.set(place, new Set([key]));
    }
  }

  private leave(place: string, key: string): void {
    const members = this.bySubject.get(place);
    members?.delete(key);
    if (members?.size === 0) this.bySubject.delete(place);
  }

  private follow(
    context: Context,
    etcd: EtcdClient,
    plural: string,
    take: (key: string, object: KubeObject | undefined) => void,
  ): void {
    const prefix = keyPrefix(rbacGroup, plural);
    const now = etcd.range(prefix);
    for (const { key, value } of now.entries) take(key, value as KubeObject | undefined);
    const watcher = etcd.watch(prefix, now.revision + 1, ({ key, next }) => {
      this.generation++;
      take(key, next.value as KubeObject | undefined);
    });
    context.onEnd(() => watcher.stop());
  }
}

function roleKey(plural: string, namespace: string, name: string): string {
  return `${keyPrefix(rbacGroup, plural)}${namespace === '' ? '' : `${namespace}/`}${name}`;
}

function placesOf({ metadata, subjects = [] }: Binding): readonly string[] {
  const scope = metadata.namespace ?? '';
  return subjects.map(({ kind, name, namespace }) =>
    kind === 'ServiceAccount'
      ? `${scope} ${kind} system:serviceaccount:${namespace || scope}:${name}`
      : `${scope} ${kind} ${name}`,
  );
}
