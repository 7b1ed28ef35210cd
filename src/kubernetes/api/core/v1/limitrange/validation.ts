// What a LimitRange must be to be accepted. Upstream: pkg/apis/core/validation/validation.go (ValidateLimitRange).
import { parseQuantity, type Quantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import type { ResourceList } from '@/kubernetes/apimachinery/resources/resources.ts';
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  key,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isQualifiedName } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { validateContainerResourceName, validateResourceName } from '../podspec/validation/resources.ts';
import type { LimitRange, LimitRangeItem } from './types.ts';

type ListName = 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio';

const standardTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

export function validateLimitRange({ metadata, spec }: LimitRange): readonly FieldError[] {
  const errors = [...validateMetadata(metadata, namespaced)];
  const seen = new Set<string>();
  (spec.limits ?? []).forEach((item, at) => {
    const path = index('spec.limits', at);
    errors.push(...validateType(item.type, child(path, 'type')));
    if (seen.has(item.type)) errors.push(duplicate(child(path, 'type'), item.type));
    seen.add(item.type);
    errors.push(...validateItem(item, path));
  });
  return errors;
}

export function validateLimitRangeUpdate(next: LimitRange, previous: LimitRange): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateLimitRange(next)];
}

function validateType(type: string, path: string): readonly FieldError[] {
  const problems = isQualifiedName(type);
  if (problems.length > 0) return problems.map((problem) => invalid(path, type, problem));
  if (type.includes('/') || standardTypes.includes(type)) return [];
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function validateItem(item: LimitRangeItem, path: string): readonly FieldError[] {
  const { type } = item;
  const errors: FieldError[] = [];
  const names = (list: ListName): void => {
    for (const name of Object.keys(item[list] ?? {}).sort())
      errors.push(...validateName(type, name, key(child(path, list), name)));
  };
  names('max');
  names('min');
  for (const list of ['default', 'defaultRequest'] as const) {
    if (type !== 'Pod') names(list);
    else if (Object.keys(item[list] ?? {}).length > 0)
      errors.push(forbidden(child(path, list), "may not be specified when `type` is 'Pod'"));
  }
  if (type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(child(path, 'limits'), detail));
  }
  names('maxLimitRequestRatio');
  const lists = [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio];
  const all = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
  return [...errors, ...[...all].sort().flatMap((name) => validateAmounts(item, name, path))];
}

function validateName(type: string, name: string, path: string): readonly FieldError[] {
  return type === 'Pod' || type === 'Container'
    ? validateContainerResourceName(name, path)
    : validateResourceName(name, path);
}

const amountOf = (list: ResourceList | undefined, name: string): Quantity | undefined =>
  list?.[name] === undefined ? undefined : parseQuantity(list[name]);

/** The bounds of one resource against each other. */
function validateAmounts(item: LimitRangeItem, name: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const amounts = {
    min: amountOf(item.min, name),
    max: amountOf(item.max, name),
    limit: item.type === 'Pod' ? undefined : amountOf(item.default, name),
    request: item.type === 'Pod' ? undefined : amountOf(item.defaultRequest, name),
  };
  const words = { min: 'min', max: 'max', limit: 'default', request: 'default request' };
  const order = (low: keyof typeof amounts, high: keyof typeof amounts, at: ListName, shown: keyof typeof amounts): void => {
    const [a, b] = [amounts[low], amounts[high]];
    if (!a || !b || a.cmp(b) <= 0) return;
    const highWord = low === 'request' && high === 'limit' ? 'default limit' : words[high];
    const detail = `${words[low]} value ${a.toString()} is greater than ${highWord} value ${b.toString()}`;
    errors.push(invalid(key(child(path, at), name), amounts[shown]?.toString(), detail));
  };
  order('min', 'max', 'min', 'min');
  order('min', 'request', 'defaultRequest', 'request');
  order('request', 'max', 'defaultRequest', 'request');
  order('request', 'limit', 'defaultRequest', 'request');
  order('min', 'limit', 'default', 'min');
  order('limit', 'max', 'default', 'max');
  const ratio = amountOf(item.maxLimitRequestRatio, name);
  return ratio ? [...errors, ...validateRatio(ratio, amounts, key(child(path, 'maxLimitRequestRatio'), name))] : errors;
}

function validateRatio(
  ratio: Quantity,
  { min, max }: { readonly min: Quantity | undefined; readonly max: Quantity | undefined },
  path: string,
): readonly FieldError[] {
  const text = ratio.toString();
  if (ratio.cmp(parseQuantity('1')) < 0) return [invalid(path, text, `ratio ${text} is less than 1`)];
  if (!min || !max) return [];
  const most = max.approximate() / min.approximate();
  return ratio.approximate() > most
    ? [invalid(path, text, `ratio ${text} is greater than max/min = ${most.toFixed(6)}`)]
    : [];
}
