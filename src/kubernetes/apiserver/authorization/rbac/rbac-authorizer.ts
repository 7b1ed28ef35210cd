// Allows what roles and bindings allow, and tells what somebody may do. Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go.
import type { UserInfo } from '../../../apimachinery/rest/rest.ts';
import type { PolicyRule } from '../../../api/rbac/v1/rules/types.ts';
import type { AuthorizationAttributes, Authorizer } from '../authorization.ts';
import type { AccessIndex, Grant } from './access-index.ts';
import { ruleAllows } from './rules.ts';

type Verdict = ReturnType<Authorizer['authorize']>;

/** What is remembered of one user while no role and no binding changes. */
interface Memory {
  generation: number;
  readonly grants: Map<string, Held>;
  /** Verdicts by wish; a wish's name counts only where a rule of the user's names any. */
  readonly verdicts: Map<string, Verdict>;
}

interface Held {
  readonly grants: readonly Grant[];
  readonly hasNames: boolean;
}

const memoryLimit = 2000;

/** Everything somebody may do in a namespace, and what could not be found out. */
export interface HeldRules {
  readonly rules: readonly PolicyRule[];
  readonly problems: readonly string[];
}

export class RbacAuthorizer implements Authorizer {
  readonly name = 'RBAC';
  private readonly memories = new WeakMap<UserInfo, Memory>();

  constructor(private readonly index: AccessIndex) {}

  authorize(wish: AuthorizationAttributes): Verdict {
    const memory = this.memory(wish.user);
    const { grants, hasNames } = this.grants(memory, wish.user, wish.namespace);
    const name = hasNames ? wish.name : '';
    const key = [wish.verb, wish.group, wish.resource, wish.subresource, wish.namespace, wish.path ?? '', name].join(' ');
    let verdict = memory.verdicts.get(key);
    if (!verdict) {
      verdict = judge(grants, wish);
      if (memory.verdicts.size >= memoryLimit) memory.verdicts.clear();
      memory.verdicts.set(key, verdict);
    }
    return verdict;
  }

  held(user: UserInfo, namespace: string): HeldRules {
    const { grants } = this.grants(this.memory(user), user, namespace);
    return { rules: grants.flatMap(({ rules }) => rules), problems: problemsOf(grants) };
  }

  private memory(user: UserInfo): Memory {
    const known = this.memories.get(user);
    const { generation } = this.index;
    if (known?.generation === generation) return known;
    const memory: Memory = { generation, grants: new Map(), verdicts: new Map() };
    this.memories.set(user, memory);
    return memory;
  }

  private grants(memory: Memory, user: UserInfo, namespace: string): Held {
    let held = memory.grants.get(namespace);
    if (!held) {
      const grants = this.index.grants(user, namespace);
      const hasNames = grants.some(({ rules }) => rules.some(({ resourceNames }) => resourceNames?.length));
      held = { grants, hasNames };
      memory.grants.set(namespace, held);
    }
    return held;
  }
}

function judge(grants: readonly Grant[], wish: AuthorizationAttributes): Verdict {
  const by = grants.find(({ rules }) => rules.some((rule) => ruleAllows(rule, wish)));
  if (by) return { isAllowed: true, reason: `RBAC: allowed by ${by.origin}` };
  const problems = problemsOf(grants);
  if (problems.length === 0) return { isAllowed: false };
  return { isAllowed: false, reason: `RBAC: ${problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`}` };
}

function problemsOf(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.flatMap(({ problem }) => (problem ? [problem] : [])))];
}
