// Nobody gives away what he does not have: roles and bindings that a user may write, but whose rules he lacks, are refused.
// Upstream: pkg/registry/rbac/{escalation_check,validation/rule}.go, pkg/registry/rbac/*/policybased/storage.go.
import { equalJson } from '@/base/json.ts';
import { goQuote } from '@/base/text.ts';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import { StatusError, type UserInfo } from '../../../apimachinery/rest/rest.ts';
import { forbidden, notFound } from '../../../apimachinery/status/status.ts';
import { all, rbacGroup } from '../../../api/rbac/v1/rules/names.ts';
import type { PolicyRule, RoleRef } from '../../../api/rbac/v1/rules/types.ts';
import type { AuthorizationAttributes } from '../authorization.ts';
import type { AccessIndex } from './access-index.ts';
import type { RbacAuthorizer } from './rbac-authorizer.ts';
import { compacted, ruleText, uncovered } from './rules.ts';

/** One write of a role or a binding. */
export interface AccessWrite {
  readonly user: UserInfo;
  readonly plural: string;
  readonly namespace: string;
  readonly next: KubeObject;
  readonly previous: KubeObject | undefined;
}

type Written = KubeObject & {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: object;
  readonly roleRef?: RoleRef;
};

const everything: readonly PolicyRule[] = [
  { verbs: [all], apiGroups: [all], resources: [all] },
  { verbs: [all], nonResourceURLs: [all] },
];

export class EscalationGuard {
  constructor(
    private readonly index: AccessIndex,
    private readonly rbac: RbacAuthorizer,
    private readonly isAllowed: (attributes: AuthorizationAttributes) => boolean,
  ) {}

  /** Throws the refusal of a write that would give away more than the user has. */
  check(write: AccessWrite): void {
    const { user, plural, previous, next } = write;
    if (user.groups.includes('system:masters') || (previous && isOnlyCollected(next, previous))) return;
    const written = next as Written;
    if (plural === 'roles' || plural === 'clusterroles') this.checkRole(write, written);
    else this.checkBinding(write, written.roleRef as RoleRef);
  }

  private checkRole(write: AccessWrite, { rules, aggregationRule, metadata }: Written): void {
    if (this.may(write, 'escalate', write.plural, metadata.name)) return;
    const before = (write.previous as Written | undefined)?.aggregationRule;
    if ((aggregationRule ?? before) && !equalJson(aggregationRule ?? null, before ?? null)) {
      const held = this.rbac.held(write.user, '').rules;
      if (uncovered(held, everything).length > 0)
        throw refused(write, 'must have cluster-admin privileges to use an aggregationRule');
    }
    this.confirm(write, rules ?? []);
  }

  private checkBinding(write: AccessWrite, ref: RoleRef): void {
    const plural = ref.kind === 'Role' ? 'roles' : 'clusterroles';
    if (this.may(write, 'bind', plural, ref.name)) return;
    const rules = this.index.rulesOf(ref, write.namespace);
    if (!rules) throw new StatusError(notFound({ group: rbacGroup, resource: write.plural }, ref.name));
    this.confirm(write, rules);
  }

  private may({ user, namespace }: AccessWrite, verb: string, resource: string, name: string): boolean {
    return this.isAllowed({ user, verb, group: rbacGroup, resource, subresource: '', namespace, name });
  }

  private confirm(write: AccessWrite, wanted: readonly PolicyRule[]): void {
    const { user, namespace } = write;
    const { rules, problems } = this.rbac.held(user, namespace);
    const missing = uncovered(rules, wanted);
    if (missing.length === 0) return;
    const lines = [...new Set(compacted(missing).map(ruleText))].sort();
    const who = `user ${goQuote(user.name)} (groups=[${user.groups.map(goQuote).join(' ')}])`;
    const tail = problems.length > 0 ? `; resolution errors: [${problems.join(' ')}]` : '';
    throw refused(
      write,
      `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${tail}`,
    );
  }
}

function refused({ plural, next }: AccessWrite, message: string): StatusError {
  return new StatusError(forbidden({ group: rbacGroup, resource: plural }, next.metadata.name, message));
}

/** Whether the write changes nothing beyond what the garbage collector changes: owners and finalizers. */
function isOnlyCollected(next: KubeObject, previous: KubeObject): boolean {
  const bare = (object: KubeObject): object => {
    const { ownerReferences: _, finalizers: __, managedFields: ___, resourceVersion: ____, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  return equalJson(bare(next), bare(previous));
}
