// Rules as short texts, and the objects that they stand for.
import type { PolicyRule } from '../../../api/rbac/v1/rules/types.ts';

/** Roles by name. `get,list core pods one` is verbs, groups, resources and names; `get /healthz` is verbs and paths. */
export type RoleTexts = Readonly<Record<string, readonly string[]>>;

/** The rule that a text stands for; `core` is the group without a name. */
export function ruleOf(text: string): PolicyRule {
  const [verbs = [], ...rest] = text.split(' ').map((part) => part.split(','));
  if (rest.length === 1) return { verbs, nonResourceURLs: rest[0] ?? [] };
  const [groups = [], resources = [], names] = rest;
  const apiGroups = groups.map((group) => (group === 'core' ? '' : group));
  return { verbs, apiGroups, resources, ...(names ? { resourceNames: names } : {}) };
}
