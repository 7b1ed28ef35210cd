// Holds pods to the level that their namespace asks for: refuses, or warns. Upstream: k8s.io/pod-security-admission/admission.
import { equalJson } from '@/base/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import { invalid } from '../../../apimachinery/status/status.ts';
import type { AdmissionAccess, AdmissionAttributes, AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';
import { evaluate } from './evaluate.ts';
import { levelText, policyOf, type Policy } from './policy.ts';
import type { Secured } from './subject.ts';

/** Where the template stands in what makes pods. */
const templates: Readonly<Record<string, (object: never) => Secured | undefined>> = {
  podtemplates: ({ template }: { readonly template?: Secured }) => template,
  'cronjobs.batch': ({ spec }: { readonly spec?: { readonly jobTemplate?: WithTemplate } }) => spec?.jobTemplate?.spec?.template,
};
for (const name of [
  'replicationcontrollers',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
])
  Object.assign(templates, { [name]: ({ spec }: WithTemplate) => spec?.template });

interface WithTemplate {
  readonly spec?: { readonly template?: Secured };
}

export const plugin: AdmissionDescriptor = {
  name: 'PodSecurity',
  explain: 'Refuses pods that are less safe than their namespace asks for, or warns of them.',
  operations: ['CREATE', 'UPDATE'],
  resources: ['namespaces', 'pods', 'pods/ephemeralcontainers', ...Object.keys(templates)],
  validate(attributes, access) {
    const { resource, object, previous } = attributes;
    if (!object) return;
    if (resource.name === 'namespaces') validateNamespace(attributes, access);
    else if (resource.name === 'pods') validatePod(attributes, access);
    else {
      const template = templates[resource.name]?.(object as never);
      const before = previous && templates[resource.name]?.(previous as never);
      if (!template?.spec || (before && equalJson(before.spec, template.spec))) return;
      const policy = policyIn(attributes.namespace, access);
      if (policy) warn(attributes, policy, template);
    }
  },
};

/** Policies by the labels that ask for them: a namespace is asked for with every pod, and changes seldom. */
const policies = new WeakMap<object, Policy>();

function policyIn(namespace: string, access: AdmissionAccess): Policy | undefined {
  const labels = access.get('', 'namespaces', '', namespace)?.metadata.labels;
  if (!labels) return undefined;
  let policy = policies.get(labels);
  if (!policy) {
    policy = policyOf(labels).policy;
    policies.set(labels, policy);
  }
  return policy;
}

function validatePod(attributes: AdmissionAttributes, access: AdmissionAccess): void {
  const policy = policyIn(attributes.namespace, access);
  if (!policy || (policy.enforce.level === 'privileged' && policy.warn.level === 'privileged')) return;
  const pod = attributes.object as KubeObject & Secured;
  const before = attributes.previous as (KubeObject & Secured) | undefined;
  if (before && !changesContainers(pod, before)) return;
  const violation = evaluate(policy.enforce, pod);
  if (violation) throw refusal(attributes, `violates PodSecurity "${levelText(policy.enforce)}": ${violation.detail}`);
  warn(attributes, policy, pod);
}

/** Of what an update may change in a pod, only its containers bear on its safety. */
function changesContainers({ spec: next }: Secured, { spec: previous }: Secured): boolean {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  return next !== previous && lists.some((list) => !equalJson(next[list] ?? [], previous[list] ?? []));
}

function warn(attributes: AdmissionAttributes, { warn: level }: Policy, pod: Secured): void {
  const violation = evaluate(level, pod);
  if (violation) attributes.warn(`would violate PodSecurity "${levelText(level)}": ${violation.detail}`);
}

/** Labels must be readable; and whoever raises the level hears of the pods that are below it. */
function validateNamespace(attributes: AdmissionAttributes, access: AdmissionAccess): void {
  const { object, previous, operation } = attributes;
  const { name, labels = {} } = (object as KubeObject).metadata;
  const { policy, errors } = policyOf(labels);
  const before = policyOf(previous?.metadata.labels ?? {});
  const isNews = operation === 'CREATE' || before.errors.length === 0;
  if (errors.length > 0 && isNews) throw new StatusError(invalid({ group: '', kind: 'Namespace' }, name, errors));
  if (operation === 'CREATE' || equalJson(policy.enforce, before.policy.enforce)) return;
  const below = new Map<string, string[]>();
  for (const pod of access.list('', 'pods', name)) {
    const reason = evaluate(policy.enforce, pod as KubeObject & Secured)?.reason;
    if (reason === undefined) continue;
    const known = below.get(reason);
    if (known) known.push(pod.metadata.name);
    else below.set(reason, [pod.metadata.name]);
  }
  if (below.size === 0) return;
  attributes.warn(`existing pods in namespace "${name}" violate the new PodSecurity enforce level "${levelText(policy.enforce)}"`);
  const texts = [...below].map(([reason, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} other pod${others.length === 1 ? '' : 's'})`;
    return `${first}${more}: ${reason}`;
  });
  for (const text of texts.sort()) attributes.warn(text);
}
