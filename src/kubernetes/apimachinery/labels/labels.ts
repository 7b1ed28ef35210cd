// Label selectors: `app=web,tier in (a,b),!old`. Upstream: apimachinery/pkg/labels and meta/v1 helpers.
import { goQuote } from '@/base/text.ts';
import type { LabelSelector } from '../meta/meta.ts';
import {
  aggregateText,
  child,
  index,
  invalid,
  key as keyPath,
  notSupported,
  type FieldError,
} from '../validation/field-error.ts';
import { isQualifiedName, isValidLabelValue } from '../validation/names.ts';
import { parseRequirements } from './parse.ts';

export type Labels = Readonly<Record<string, string>>;

/** As upstream spells them inside; `!` is "does not exist". */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** Thrown for a selector that cannot be understood. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Sorted. */
  readonly values: readonly string[];
}

/** A whole decimal number within int64, as Go's ParseInt takes it. */
function integer(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}

function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      const number = value === undefined ? undefined : integer(value);
      const bound = integer(values[0] ?? '');
      if (number === undefined || bound === undefined) return false;
      return operator === 'gt' ? number > bound : number < bound;
    }
  }
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case '!':
      return `!${key}`;
    case 'exists':
      return key;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    default:
      return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${values.join(',')}`;
  }
}

/** What wants certain labels: all its requirements must hold. */
export class Selector {
  constructor(
    /** In order of key. */
    readonly requirements: readonly Requirement[],
    private readonly isNothing = false,
  ) {}

  matches(labels: Labels | undefined): boolean {
    if (this.isNothing) return false;
    for (const requirement of this.requirements) if (!requirementMatches(requirement, labels ?? noLabels)) return false;
    return true;
  }

  get isEverything(): boolean {
    return !this.isNothing && this.requirements.length === 0;
  }

  get matchesNothing(): boolean {
    return this.isNothing;
  }

  /** A key and value that every match must have, for those who keep an index; undefined when there is none. */
  get exact(): { readonly key: string; readonly value: string } | undefined {
    const found = this.requirements.find(
      ({ operator, values }) => (operator === '=' || operator === '==' || operator === 'in') && values.length === 1,
    );
    return found === undefined ? undefined : { key: found.key, value: found.values[0] ?? '' };
  }

  toString(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

const noLabels: Labels = {};

export const everything = new Selector([]);
export const nothing = new Selector([], true);

const validOperators = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];

/** What is wrong with a requirement; `path` is that of the requirement. Upstream: NewRequirement. */
export function requirementErrors({ key, operator, values }: Requirement, path = ''): readonly FieldError[] {
  const errors: FieldError[] = [];
  const problems = isQualifiedName(key);
  if (problems.length > 0) errors.push(invalid(child(path, 'key'), key, problems.join('; ')));
  const valuesPath = child(path, 'values');
  const shown = values.length === 0 ? null : values;
  const say = (detail: string): void => void errors.push(invalid(valuesPath, shown, detail));
  if (operator === 'in' || operator === 'notin') {
    if (values.length === 0) say("for 'in', 'notin' operators, values set can't be empty");
  } else if (operator === '=' || operator === '==' || operator === '!=') {
    if (values.length !== 1) say('exact-match compatibility requires one single value');
  } else if (operator === 'exists' || operator === '!') {
    if (values.length !== 0) say('values set must be empty for exists and does not exist');
  } else if (operator === 'gt' || operator === 'lt') {
    if (values.length !== 1) say("for 'Gt', 'Lt' operators, exactly one value is required");
    values.forEach((value, at) => {
      if (integer(value) === undefined)
        errors.push(invalid(index(valuesPath, at), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    });
  } else errors.push(notSupported(child(path, 'operator'), operator, validOperators));
  values.forEach((value, at) => {
    const wrong = isValidLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(keyPath(index(valuesPath, at), key), value, wrong.join('; ')));
  });
  return errors;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The requirement with its values sorted. Throws {@link SelectorError}. */
export function newRequirement(key: string, operator: SelectorOperator, values: readonly string[], path = ''): Requirement {
  const errors = requirementErrors({ key, operator, values }, path);
  if (errors.length > 0) throw new SelectorError(aggregateText(errors));
  return { key, operator, values: values.length > 1 ? [...values].sort(compare) : values };
}

function selectorOf(requirements: readonly Requirement[]): Selector {
  return requirements.length === 0 ? everything : new Selector([...requirements].sort((a, b) => compare(a.key, b.key)));
}

const parsed = new Map<string, Selector>();

/** Reads the text of `?labelSelector=`. Throws {@link SelectorError} with upstream's message. */
export function parseSelector(text: string): Selector {
  let selector = parsed.get(text);
  if (selector === undefined) {
    selector = selectorOf(parseRequirements(text));
    if (parsed.size >= 1000) parsed.clear();
    parsed.set(text, selector);
  }
  return selector;
}

const operators: Readonly<Record<string, SelectorOperator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };
const ofObjects = new WeakMap<LabelSelector, Selector>();

/** The selector of an object's `selector` member: none selects nothing, an empty one everything. Throws {@link SelectorError}. */
export function selectorFromLabelSelector(labelSelector: LabelSelector | undefined | null): Selector {
  if (!labelSelector) return nothing;
  let selector = ofObjects.get(labelSelector);
  if (selector === undefined) {
    const requirements = Object.entries(labelSelector.matchLabels ?? {}).map(([key, value]) => newRequirement(key, '=', [value]));
    for (const { key, operator, values } of labelSelector.matchExpressions ?? []) {
      const known = operators[operator];
      if (known === undefined) throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
      requirements.push(newRequirement(key, known, values ?? []));
    }
    selector = selectorOf(requirements);
    ofObjects.set(labelSelector, selector);
  }
  return selector;
}

const ofSets = new WeakMap<Labels, Selector>();

/** All of these labels, unchecked; none selects everything. Upstream: SelectorFromSet. */
export function selectorFromSet(labels: Labels | undefined | null): Selector {
  if (!labels) return everything;
  let selector = ofSets.get(labels);
  if (selector === undefined) {
    selector = selectorOf(Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] })));
    ofSets.set(labels, selector);
  }
  return selector;
}

/** What kubectl prints in a SELECTOR column: `<none>` where the text would be empty. */
export function formatLabelSelector(labelSelector: LabelSelector | undefined | null): string {
  try {
    return selectorFromLabelSelector(labelSelector).toString() || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** Labels as text, sorted: `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort(compare);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}
