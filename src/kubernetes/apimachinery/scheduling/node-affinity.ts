// Which nodes a pod may, or would rather, run on by their labels and name. Upstream: component-helpers/scheduling/corev1/nodeaffinity.
import {
  everything,
  requirementErrors,
  selectorFromSet,
  Selector,
  type Labels,
  type SelectorOperator,
} from '../labels/labels.ts';
import { aggregateText, child, index, invalid, notSupported, type FieldError } from '../validation/field-error.ts';

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

export interface NodeSelector {
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
}

export interface PreferredSchedulingTerm {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

/** What is looked at on a node. */
export interface NodeLike {
  readonly metadata: { readonly name: string; readonly labels?: Labels };
}

/** Thrown when a term cannot be understood and no other term matched. */
export class NodeAffinityError extends Error {
  override readonly name = 'NodeAffinityError';
}

interface Term {
  readonly errors: readonly FieldError[];
  readonly labels: Selector;
  /** Each must hold; fields are `metadata.name` alone in practice. */
  readonly fields: readonly { readonly key: string; readonly isEqual: boolean; readonly value: string }[];
}

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};
const labelOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];
const fieldOperators = ['In', 'NotIn'];

function isEmpty({ matchExpressions, matchFields }: NodeSelectorTerm): boolean {
  return (matchExpressions?.length ?? 0) === 0 && (matchFields?.length ?? 0) === 0;
}

function compile(term: NodeSelectorTerm, path: string): Term {
  const errors: FieldError[] = [];
  const requirements = (term.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, at) => {
    const here = index(child(path, 'matchExpressions'), at);
    const known = operators[operator];
    if (known === undefined) {
      errors.push(notSupported(child(here, 'operator'), operator, labelOperators));
      return [];
    }
    const requirement = { key, operator: known, values: values ?? [] };
    errors.push(...requirementErrors(requirement, here));
    return [requirement];
  });
  const fields = (term.matchFields ?? []).flatMap(({ key, operator, values }, at) => {
    const here = index(child(path, 'matchFields'), at);
    if (!fieldOperators.includes(operator)) {
      errors.push(notSupported(child(here, 'operator'), operator, fieldOperators));
      return [];
    }
    if (values?.length !== 1) {
      errors.push(invalid(child(here, 'values'), values ?? null, 'must have one element'));
      return [];
    }
    return [{ key, isEqual: operator === 'In', value: values[0] ?? '' }];
  });
  return { errors, labels: requirements.length === 0 ? everything : new Selector(requirements), fields };
}

function matches(term: Term, node: NodeLike): boolean {
  if (!term.labels.matches(node.metadata.labels)) return false;
  return term.fields.every(
    ({ key, isEqual, value }) => ((key === 'metadata.name' ? node.metadata.name : '') === value) === isEqual,
  );
}

const compiledSelectors = new WeakMap<NodeSelector, readonly Term[]>();

function compiledSelector(selector: NodeSelector): readonly Term[] {
  let terms = compiledSelectors.get(selector);
  if (terms === undefined) {
    terms = selector.nodeSelectorTerms.flatMap((term, at) =>
      isEmpty(term) ? [] : [compile(term, index('nodeSelectorTerms', at))],
    );
    compiledSelectors.set(selector, terms);
  }
  return terms;
}

/** Whether any term matches; empty terms match nothing. Throws {@link NodeAffinityError} when none does and one is not understood. */
export function matchesNodeSelectorTerms(node: NodeLike, selector: NodeSelector): boolean {
  const terms = compiledSelector(selector);
  if (terms.some((term) => term.errors.length === 0 && matches(term, node))) return true;
  const errors = terms.flatMap((term) => term.errors);
  if (errors.length > 0) throw new NodeAffinityError(aggregateText(errors));
  return false;
}

/** The parts of a pod's spec that tie it to nodes. */
export interface NodeAffinitySpec {
  readonly nodeSelector?: Labels;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
    };
  };
}

/** Whether a node satisfies the pod's nodeSelector and required node affinity. Throws as {@link matchesNodeSelectorTerms}. */
export function matchesRequiredNodeAffinity(spec: NodeAffinitySpec, node: NodeLike): boolean {
  if (spec.nodeSelector && !selectorFromSet(spec.nodeSelector).matches(node.metadata.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesNodeSelectorTerms(node, required);
}

interface WeighedTerm {
  readonly weight: number;
  readonly term: Term;
}

const compiledPreferences = new WeakMap<readonly PreferredSchedulingTerm[], readonly WeighedTerm[]>();

/** The weights of the preferred terms that a node satisfies, summed. Throws {@link NodeAffinityError} for a term not understood. */
export function preferredNodeScore(preferences: readonly PreferredSchedulingTerm[], node: NodeLike): number {
  let terms = compiledPreferences.get(preferences);
  if (terms === undefined) {
    terms = preferences.flatMap(({ weight, preference }, at) =>
      weight === 0 || isEmpty(preference) ? [] : [{ weight, term: compile(preference, index('', at)) }],
    );
    const errors = terms.flatMap(({ term }) => term.errors);
    if (errors.length > 0) throw new NodeAffinityError(aggregateText(errors));
    compiledPreferences.set(preferences, terms);
  }
  let score = 0;
  for (const { weight, term } of terms) if (matches(term, node)) score += weight;
  return score;
}
