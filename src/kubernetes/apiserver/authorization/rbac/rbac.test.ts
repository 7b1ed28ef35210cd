// Who may do what: by the roles of a new cluster, by one's own, and through somebody else.
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import { StatusError, type Credential, type GroupVersionResource } from '../../../apimachinery/rest/rest.ts';
import { rbacGroup } from '../../../api/rbac/v1/rules/names.ts';
import { podsResource, secretsResource, serviceAccountsResource } from '../../../client/resources.ts';
import { startTestCluster, type TestCluster } from '../../../testing/test-cluster.ts';

const rolesResource: GroupVersionResource = { group: rbacGroup, version: 'v1', resource: 'roles' };
const bindingsResource: GroupVersionResource = { group: rbacGroup, version: 'v1', resource: 'rolebindings' };
const jane: Credential = { kind: 'certificate', user: 'jane', groups: ['developers'] };

function role(name: string, verbs: readonly string[], ...kinds: readonly string[]): KubeObject {
  const apiGroups = kinds.some((kind) => kind.startsWith('role')) ? [rbacGroup] : [''];
  const rules = [{ verbs, apiGroups, resources: kinds }];
  return { apiVersion: `${rbacGroup}/v1`, kind: 'Role', metadata: { name }, rules } as unknown as KubeObject;
}

function binding(name: string, kind: string, subject: object): KubeObject {
  const roleRef = { apiGroup: rbacGroup, kind, name };
  return { apiVersion: `${rbacGroup}/v1`, kind: 'RoleBinding', metadata: { name }, roleRef, subjects: [subject] } as unknown as KubeObject;
}

const toJane = { kind: 'User', apiGroup: rbacGroup, name: 'jane' };

/** What came of it: `ok`, or the refusal. */
function outcome(cluster: TestCluster, task: Parameters<TestCluster['run']>[0]): string {
  try {
    cluster.run(task);
    return 'ok';
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}

describe('roles', () => {
  it('allow while they are bound, and no longer', () => {
    const cluster = startTestCluster();
    const admin = cluster.client();
    const pods = cluster.client('kubectl/v1.36.2', jane).of(podsResource);
    const tries = [outcome(cluster, pods.list('default'))];
    cluster.run(admin.of(rolesResource).create('default', role('reader', ['list'], 'pods')));
    cluster.run(admin.of(bindingsResource).create('default', binding('reader', 'Role', toJane)));
    tries.push(outcome(cluster, pods.list('default')), outcome(cluster, pods.list('kube-system')));
    cluster.run(admin.of(bindingsResource).delete('default', 'reader'));
    tries.push(outcome(cluster, pods.list('default')));
    const no = (namespace: string): string =>
      `pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "${namespace}"`;
    expect(tries).toEqual([no('default'), 'ok', no('kube-system'), no('default')]);
  });

  it('hold for the tokens of service accounts', () => {
    const cluster = startTestCluster();
    const admin = cluster.client();
    const accounts = admin.of(serviceAccountsResource);
    cluster.run(accounts.create('default', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } }));
    const answer = cluster.run(
      accounts.createSubresource<{ readonly status: { readonly token: string } }>('default', 'app', 'token', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: {},
        spec: { audiences: [] },
      }),
    );
    const app = cluster.client('app/1.0', { kind: 'token', token: answer.status.token });
    const before = outcome(cluster, app.of(podsResource).list('default'));
    cluster.run(
      admin.of(bindingsResource).create('default', binding('view', 'ClusterRole', { kind: 'ServiceAccount', name: 'app', namespace: 'default' })),
    );
    const after = [podsResource, secretsResource].map((kind) => outcome(cluster, app.of(kind).list('default')));
    expect([before, ...after]).toEqual([
      'pods is forbidden: User "system:serviceaccount:default:app" cannot list resource "pods" in API group "" in the namespace "default"',
      'ok',
      'secrets is forbidden: User "system:serviceaccount:default:app" cannot list resource "secrets" in API group "" in the namespace "default"',
    ]);
  });

  it('are not given away by who lacks them', () => {
    const cluster = startTestCluster();
    const admin = cluster.client();
    cluster.run(admin.of(rolesResource).create('default', role('writer', ['create'], 'roles')));
    cluster.run(admin.of(bindingsResource).create('default', binding('writer', 'Role', toJane)));
    const roles = cluster.client('kubectl/v1.36.2', jane).of(rolesResource);
    expect([
      outcome(cluster, roles.create('default', role('same', ['create'], 'roles'))),
      outcome(cluster, roles.create('default', role('more', ['get', 'delete'], 'pods'))),
    ]).toEqual([
      'ok',
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["developers" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "delete"]}',
    ]);
  });
});

describe('acting as somebody else', () => {
  it('counts for what that one may', () => {
    const cluster = startTestCluster();
    const list = { ...podsResource, verb: 'list', namespace: 'default' } as const;
    const as = (name: string, groups: readonly string[] = []) => ({ name, uid: '', groups, extra: {} });
    const admin = cluster.client();
    expect([
      outcome(cluster, admin.request({ ...list, impersonate: as('bob') })),
      outcome(cluster, admin.request({ ...list, impersonate: as('bob', ['system:masters']) })),
      outcome(cluster, cluster.client('kubectl/v1.36.2', jane).request({ ...list, impersonate: as('admin', ['system:masters']) })),
    ]).toEqual([
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
      'ok',
      'pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "default"',
    ]);
  });
});
