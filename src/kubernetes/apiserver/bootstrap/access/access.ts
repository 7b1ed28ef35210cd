// The roles and bindings of a new cluster. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy, pkg/registry/rbac/rest/storage_rbac.go.
import { equalJson } from '@/base/json.ts';
import type { PolicyRule, RoleRef, Subject } from '../../../api/rbac/v1/rules/types.ts';
import { rbacGroup } from '../../../api/rbac/v1/rules/names.ts';
import { componentRoles } from './component-roles.ts';
import { controllerRoles } from './controller-roles.ts';
import { ruleOf, type RoleTexts } from './rule-text.ts';
import { userRoles } from './user-roles.ts';

/** One object to be there, and the resource it belongs to. */
export interface AccessObject {
  readonly resource: 'clusterroles' | 'clusterrolebindings' | 'roles' | 'rolebindings';
  readonly body: AccessBody;
}

export interface AccessBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: AccessMetadata;
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: object;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

interface AccessMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const kinds = {
  clusterroles: 'ClusterRole',
  clusterrolebindings: 'ClusterRoleBinding',
  roles: 'Role',
  rolebindings: 'RoleBinding',
} as const;
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };
const aggregateTo = (role: string): string => `rbac.authorization.k8s.io/aggregate-to-${role}`;
const user = (name: string): Subject => ({ kind: 'User', apiGroup: rbacGroup, name });
const group = (name: string): Subject => ({ kind: 'Group', apiGroup: rbacGroup, name });
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

function object(
  resource: AccessObject['resource'],
  name: string,
  content: Partial<AccessBody>,
  { namespace, labels = {} }: { readonly namespace?: string; readonly labels?: Record<string, string> } = {},
): AccessObject {
  const metadata: AccessMetadata = {
    name,
    ...(namespace ? { namespace } : {}),
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations,
  };
  return { resource, body: { apiVersion: `${rbacGroup}/v1`, kind: kinds[resource], metadata, ...content } };
}

function clusterRoles(texts: RoleTexts, prefix = ''): readonly AccessObject[] {
  return Object.entries(texts).map(([name, rules]) => {
    const target = /^system:aggregate-to-(.*)$/.exec(name)?.[1];
    const labels = target ? { [aggregateTo(target)]: 'true' } : {};
    return object('clusterroles', `${prefix}${name}`, { rules: rules.map(ruleOf) }, { labels });
  });
}

/**
 * A role that collects the rules of others. Differs: upstream leaves it to the controller to fill in the rules for the first time; here they
 * are there from the start, as the controller will find them.
 */
function aggregated(name: string, known: readonly AccessObject[], towards?: string): AccessObject {
  const label = aggregateTo(name);
  const rules: PolicyRule[] = [];
  const sources = known.filter(({ body }) => body.metadata.labels[label] === 'true');
  sources.sort((a, b) => (a.body.metadata.name < b.body.metadata.name ? -1 : 1));
  for (const rule of sources.flatMap(({ body }) => body.rules ?? []))
    if (!rules.some((one) => equalJson(one, rule))) rules.push(rule);
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] };
  const labels = towards ? { [aggregateTo(towards)]: 'true' } : {};
  return object('clusterroles', name, { rules, aggregationRule }, { labels });
}

function binding(role: string, subjects: readonly Subject[]): AccessObject {
  const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name: role };
  return object('clusterrolebindings', role, { roleRef, ...(subjects.length > 0 ? { subjects } : {}) });
}

const everybody = [group('system:authenticated'), group('system:unauthenticated')];

const clusterBindings: readonly AccessObject[] = [
  binding('cluster-admin', [group('system:masters')]),
  binding('system:monitoring', [group('system:monitoring')]),
  binding('system:discovery', [group('system:authenticated')]),
  binding('system:basic-user', [group('system:authenticated')]),
  binding('system:public-info-viewer', everybody),
  binding('system:node-proxier', [user('system:kube-proxy')]),
  binding('system:kube-controller-manager', [user('system:kube-controller-manager')]),
  binding('system:kube-dns', [account('kube-dns')]),
  binding('system:kube-scheduler', [user('system:kube-scheduler')]),
  binding('system:volume-scheduler', [user('system:kube-scheduler')]),
  binding('system:node', []),
  binding('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
  ...Object.keys(controllerRoles).map((name) => binding(`system:controller:${name}`, [account(name)])),
];

/** A role in a namespace, with its binding. */
function local(
  namespace: string,
  name: string,
  rules: readonly string[],
  bound?: { readonly subjects: readonly Subject[]; readonly name?: string },
): readonly AccessObject[] {
  const role = object('roles', name, { rules: rules.map(ruleOf) }, { namespace });
  if (!bound) return [role];
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name };
  const { subjects } = bound;
  return [role, object('rolebindings', bound.name ?? name, { roleRef, subjects }, { namespace })];
}

const locking = [
  'create,get,list,update,watch coordination.k8s.io leases',
  'create,get,list,update,watch coordination.k8s.io leasecandidates',
];
const eventWriter = 'create,patch,update core,events.k8s.io events';
const leaders = [user('system:kube-controller-manager'), account('kube-controller-manager')];

const localRoles: readonly AccessObject[] = [
  ...local(
    'kube-public',
    'system:controller:bootstrap-signer',
    ['get,list,watch core configmaps', 'update core configmaps cluster-info', eventWriter],
    { subjects: [account('bootstrap-signer')] },
  ),
  ...local(
    'kube-system',
    'extension-apiserver-authentication-reader',
    ['get,list,watch core configmaps extension-apiserver-authentication'],
    {
      name: 'system::extension-apiserver-authentication-reader',
      subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler')],
    },
  ),
  ...local('kube-system', 'system::leader-locking-kube-controller-manager', locking, {
    subjects: [...leaders, account('leader-election-controller')],
  }),
  ...local('kube-system', 'system::leader-locking-kube-scheduler', locking, {
    subjects: [user('system:kube-scheduler'), account('kube-scheduler')],
  }),
  ...local('kube-system', 'system:controller:bootstrap-signer', ['get,list,watch core secrets'], {
    subjects: [account('bootstrap-signer')],
  }),
  ...local('kube-system', 'system:controller:cloud-provider', ['create,get,list,watch core configmaps'], {
    subjects: [account('cloud-provider')],
  }),
  ...local(
    'kube-system',
    'system:controller:token-cleaner',
    ['delete,get,list,watch core secrets', eventWriter],
    { subjects: [account('token-cleaner')] },
  ),
];

function everything(): readonly AccessObject[] {
  const plain = [
    ...clusterRoles(userRoles),
    ...clusterRoles(componentRoles),
    ...clusterRoles(controllerRoles, 'system:controller:'),
  ];
  const view = aggregated('view', plain, 'edit');
  const edit = aggregated('edit', [...plain, view], 'admin');
  const admin = aggregated('admin', [...plain, view, edit]);
  return [...plain, view, edit, admin, ...clusterBindings, ...localRoles];
}

/** All that upstream sets up. */
export const bootstrapAccess: readonly AccessObject[] = everything();
