// The cluster role aggregation controller: roles that collect the rules of others, by labels, have them.
// Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
import { equalJson } from '@/base/json.ts';
import type { ClusterRole } from '@/kubernetes/api/rbac/v1/clusterrole/types.ts';
import type { PolicyRule } from '@/kubernetes/api/rbac/v1/rules/types.ts';
import { rbacGroup } from '@/kubernetes/api/rbac/v1/rules/names.ts';
import { selectorFromLabelSelector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { clusterRolesResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';

function start(context: Context, parts: ControllerParts): void {
  const roles = parts.informers.informer<ClusterRole>(clusterRolesResource);
  const queue = new WorkQueue(context);
  const aggregated = new Set<string>();
  const changed = (role: ClusterRole): void => {
    if (role.aggregationRule) aggregated.add(role.metadata.name);
    else aggregated.delete(role.metadata.name);
    for (const name of aggregated) queue.add(name);
  };
  roles.onChange({
    added: changed,
    updated: changed,
    deleted: (role) => {
      aggregated.delete(role.metadata.name);
      for (const name of aggregated) queue.add(name);
    },
  });

  function* sync(name: string): Task<void> {
    const role = roles.get(name);
    if (!role?.aggregationRule) return;
    const rules = collected(role, [...roles.list()]);
    if (equalJson(rules, role.rules ?? [])) return;
    parts.decide({
      reason: 'RulesCollected',
      subjects: [`ClusterRole/${name}`],
      message: `ClusterRole/${name} gets the ${rules.length} rules of the roles that aggregate to it`,
    });
    try {
      yield* parts.client.of<ClusterRole>(clusterRolesResource).update({ ...role, rules });
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
    }
  }

  context.spawn(
    (function* (): Task<void> {
      yield* roles.waitForSync();
      runWorkers(context, queue, 5, sync);
    })(),
  );
}

/** The rules of all roles that the selectors find, in order of the roles' names, each once. */
function collected(role: ClusterRole, roles: readonly ClusterRole[]): readonly PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const chosen = selectorFromLabelSelector(selector);
    const sources = roles
      .filter(({ metadata }) => metadata.name !== role.metadata.name && chosen.matches(metadata.labels ?? {}))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const rule of sources.flatMap((source) => source.rules ?? []))
      if (!rules.some((known) => equalJson(known, rule))) rules.push(rule);
  }
  return rules;
}

/** Upstream: pkg/controller/clusterroleaggregation. */
export const controller: ControllerDescriptor = {
  name: 'clusterrole-aggregation-controller',
  explain: 'Fills cluster roles that collect the rules of others: what is added to one of those is added to them.',
  watches: [clusterRolesResource],
  rules: [{ apiGroups: [rbacGroup], resources: ['clusterroles'], verbs: ['escalate', 'get', 'list', 'patch', 'update', 'watch'] }],
  start,
};
