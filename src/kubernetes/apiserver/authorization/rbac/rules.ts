// Whether a rule allows a wish, and whether rules cover other rules. Upstream: pkg/apis/rbac/v1/evaluation_helpers.go,
// component-helpers/auth/rbac/validation, pkg/registry/rbac/validation/policy_compact.go.
import { goQuote } from '@/base/text.ts';
import { all } from '../../../api/rbac/v1/rules/names.ts';
import type { PolicyRule } from '../../../api/rbac/v1/rules/types.ts';
import type { AuthorizationAttributes } from '../authorization.ts';

const none: readonly string[] = [];

/** Whether the rule allows this. */
export function ruleAllows(rule: PolicyRule, wish: AuthorizationAttributes): boolean {
  if (!has(rule.verbs, wish.verb)) return false;
  if (wish.path !== undefined) return (rule.nonResourceURLs ?? none).some((known) => isPathOf(known, wish.path ?? ''));
  if (!has(rule.apiGroups, wish.group)) return false;
  const { resource, subresource, name } = wish;
  if (!coversResource(rule.resources ?? none, subresource === '' ? resource : `${resource}/${subresource}`)) return false;
  const { resourceNames = none } = rule;
  return resourceNames.length === 0 || resourceNames.includes(name);
}

const has = (list: readonly string[] = none, item: string): boolean => list.includes(item) || list.includes(all);

/** `*` stands for everything, and for what begins like it at a path's end. */
function isPathOf(known: string, path: string): boolean {
  if (known === all || known === path) return true;
  return known.endsWith(all) && path.startsWith(known.replace(/\*+$/, ''));
}

/** A star before a subresource stands for every resource. */
function coversResource(known: readonly string[], wanted: string): boolean {
  if (known.includes(all) || known.includes(wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && known.includes(`*${wanted.slice(slash)}`);
}

/** The rules of `wanted`, one verb and one thing each, that nothing in `held` covers. */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(brokenDown).filter((rule) => !held.some((one) => covers(one, rule)));
}

function brokenDown(rule: PolicyRule): readonly PolicyRule[] {
  const parts: PolicyRule[] = [];
  const { verbs = none, apiGroups = none, resources = none, resourceNames = none, nonResourceURLs = none } = rule;
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) parts.push(part);
        else for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] });
      }
  for (const path of nonResourceURLs) for (const verb of verbs) parts.push({ verbs: [verb], nonResourceURLs: [path] });
  return parts;
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  const names = held.resourceNames ?? none;
  const wantedNames = wanted.resourceNames ?? none;
  const coversNames =
    names.length === 0 || (wantedNames.length > 0 && wantedNames.every((name) => names.includes(name)));
  return (
    coversNames &&
    coversAll(held.verbs, wanted.verbs) &&
    coversAll(held.apiGroups, wanted.apiGroups) &&
    (wanted.resources ?? none).every((resource) => coversResource(held.resources ?? none, resource)) &&
    (wanted.nonResourceURLs ?? none).every((path) => (held.nonResourceURLs ?? none).some((known) => isPathOf(known, path)))
  );
}

const coversAll = (held: readonly string[] = none, wanted: readonly string[] = none): boolean =>
  held.includes(all) || wanted.every((item) => held.includes(item));

/** Rules that differ only in their verb, put together. Takes what {@link uncovered} gives. */
export function compacted(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const found = new Map<string, PolicyRule>();
  for (const rule of rules) {
    if (rule.nonResourceURLs) {
      found.set(`path ${found.size}`, rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = found.get(key);
    found.set(key, known ? { ...known, verbs: [...known.verbs, ...rule.verbs] } : rule);
  }
  return [...found.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}`. */
export function ruleText(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const texts = parts.filter(([, list]) => list?.length).map(([name, list]) => `${name}:[${(list ?? none).map(goQuote).join(' ')}]`);
  return `{${texts.join(', ')}}`;
}
