// Where a pod may run: affinity, tolerations, spreading, gates. Upstream: pkg/apis/core/validation/validation.go (validateAffinity,
// ValidateTolerations, validateTopologySpreadConstraints).
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from '@/kubernetes/apimachinery/validation/names.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import type { LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../types.ts';
import { goShape } from '../go-shape.ts';

const labelName = (name: string, path: string): readonly FieldError[] =>
  isQualifiedName(name).map((problem) => invalid(path, name, problem));

/** A node selector: terms of which one must hold. */
export function validateNodeSelector(selector: NodeSelector, path: string): readonly FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  const here = child(path, 'nodeSelectorTerms');
  if (terms.length === 0) return [required(here, 'must have at least one node selector term')];
  return terms.flatMap((term, at) => validateNodeSelectorTerm(term, index(here, at)));
}

function validateNodeSelectorTerm(term: NodeSelectorTerm, path: string): readonly FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((one, at) =>
      validateNodeRequirement(one, index(child(path, 'matchExpressions'), at)),
    ),
    ...(term.matchFields ?? []).flatMap((one, at) =>
      validateNodeField(one, index(child(path, 'matchFields'), at)),
    ),
  ];
}

function validateNodeRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(child(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(
        forbidden(
          child(path, 'values'),
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.push(
        required(child(path, 'values'), "must be specified single value when `operator` is 'Lt' or 'Gt'"),
      );
  } else errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  errors.push(...labelName(key, child(path, 'key')));
  values.forEach((value, at) => {
    errors.push(
      ...isValidLabelValue(value).map((problem) => invalid(index(child(path, 'values'), at), value, problem)),
    );
  });
  return errors;
}

function validateNodeField(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1) {
      errors.push(
        required(
          child(path, 'values'),
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        ),
      );
    }
  } else errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  if (key !== 'metadata.name')
    return [...errors, invalid(child(path, 'key'), key, 'not a valid field selector key')];
  values.forEach((value, at) => {
    errors.push(
      ...isDns1123Subdomain(value).map((problem) =>
        invalid(index(child(path, 'values'), at), value, problem),
      ),
    );
  });
  return errors;
}

const validateWeight = (weight: number, path: string): readonly FieldError[] =>
  weight <= 0 || weight > 100 ? [invalid(child(path, 'weight'), weight, 'must be in the range 1-100')] : [];

const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
const soft = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const node = affinity?.nodeAffinity;
  const nodePath = child(path, 'nodeAffinity');
  if (node?.[hard]) errors.push(...validateNodeSelector(node[hard], child(nodePath, hard)));
  node?.[soft]?.forEach((term, at) => {
    const here = index(child(nodePath, soft), at);
    errors.push(
      ...validateWeight(term.weight, here),
      ...validateNodeSelectorTerm(term.preference, child(here, 'preference')),
    );
  });
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const pods = affinity?.[kind];
    const podPath = child(path, kind);
    pods?.[hard]?.forEach((term, at) =>
      errors.push(...validatePodAffinityTerm(term, index(child(podPath, hard), at))),
    );
    pods?.[soft]?.forEach((term, at) => {
      const here = index(child(podPath, soft), at);
      errors.push(
        ...validateWeight(term.weight, here),
        ...validatePodAffinityTerm(term.podAffinityTerm, child(here, 'podAffinityTerm')),
      );
    });
  }
  return errors;
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): readonly FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, child(path, 'labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, child(path, 'namespaceSelector')),
  ];
  for (const namespace of term.namespaces ?? []) {
    errors.push(
      ...isDns1123Label(namespace).map((problem) => invalid(child(path, 'namespace'), namespace, problem)),
    );
  }
  errors.push(...validateMatchLabelKeys(term, path));
  return [...errors, ...validateTopologyKey(term.topologyKey, child(path, 'topologyKey'))];
}

function validateTopologyKey(key: string | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = key ? [] : [required(path, 'can not be empty')];
  return [...errors, ...labelName(key ?? '', path)];
}

function validateLabelKeys(
  keys: readonly string[] | undefined,
  selector: LabelSelector | undefined,
  path: string,
): readonly FieldError[] {
  if (!keys?.length) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, at) => labelName(key, index(path, at)));
}

function validateMatchLabelKeys(term: PodAffinityTerm, path: string): readonly FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term;
  const errors = [
    ...validateLabelKeys(matchLabelKeys, labelSelector, child(path, 'matchLabelKeys')),
    ...validateLabelKeys(mismatchLabelKeys, labelSelector, child(path, 'mismatchLabelKeys')),
  ];
  matchLabelKeys.forEach((key, at) => {
    if (!mismatchLabelKeys.includes(key)) return;
    errors.push(
      invalid(
        index(child(path, 'matchLabelKeys'), at),
        key,
        'exists in both matchLabelKeys and mismatchLabelKeys',
      ),
    );
  });
  return errors;
}

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
): readonly FieldError[] {
  return (tolerations ?? []).flatMap((toleration, at) => validateToleration(toleration, index(path, at)));
}

function validateToleration(toleration: Toleration, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { key, operator, value = '', effect, tolerationSeconds } = toleration;
  if (key) errors.push(...labelName(key, child(path, 'key')));
  const here = child(path, 'operator');
  if (!key && operator !== 'Exists') {
    errors.push(
      invalid(
        here,
        operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalid(
        child(path, 'effect'),
        effect ?? '',
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    );
  }
  if (!operator || operator === 'Equal') {
    const problems = isValidLabelValue(value);
    if (problems.length > 0) errors.push(invalid(here, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value) {
      errors.push(
        invalid(
          here,
          goShape('io.k8s.api.core.v1.Toleration', toleration),
          "value must be empty when `operator` is 'Exists'",
        ),
      );
    }
  } else {
    const comparing = ['Equal', 'Exists', 'Lt', 'Gt'];
    errors.push(notSupported(here, operator, comparing.includes(operator) ? comparing : ['Equal', 'Exists']));
  }
  if (effect && !taintEffects.includes(effect))
    errors.push(notSupported(child(path, 'effect'), effect, taintEffects));
  return errors;
}

const actions = ['DoNotSchedule', 'ScheduleAnyway'];

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  constraints?.forEach((constraint, at) => {
    const here = index(path, at);
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    if ((maxSkew ?? 0) <= 0)
      errors.push(invalid(child(here, 'maxSkew'), maxSkew ?? 0, 'must be greater than zero'));
    errors.push(...validateTopologyKey(topologyKey, child(here, 'topologyKey')));
    if (!actions.includes(whenUnsatisfiable))
      errors.push(notSupported(child(here, 'whenUnsatisfiable'), whenUnsatisfiable ?? '', actions));
    const isRepeated = constraints
      .slice(at + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated)
      errors.push(
        duplicate(child(here, '{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    if (minDomains !== undefined) {
      if (minDomains <= 0)
        errors.push(invalid(child(here, 'minDomains'), minDomains, 'must be greater than zero'));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(child(here, 'minDomains'), minDomains, detail));
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[name];
      if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore') {
        errors.push(notSupported(child(here, name), policy, ['Honor', 'Ignore']));
      }
    }
    errors.push(
      ...validateLabelKeys(
        constraint.matchLabelKeys,
        constraint.labelSelector,
        child(here, 'matchLabelKeys'),
      ),
    );
    errors.push(...validateLabelSelector(constraint.labelSelector, child(here, 'labelSelector')));
  });
  return errors;
}

/** Gates that hold a pod back from the scheduler. */
export function validateSchedulingGates(
  gates: readonly { readonly name: string }[] | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  gates?.forEach(({ name }, at) => {
    errors.push(
      ...isQualifiedName(name ?? '').map((problem) => invalid(index(path, at), name ?? '', problem)),
    );
    if (seen.has(name)) errors.push(duplicate(index(path, at), name));
    seen.add(name);
  });
  return errors;
}
