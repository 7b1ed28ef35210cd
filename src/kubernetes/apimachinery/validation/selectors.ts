// Label selectors and conditions inside objects, and the options of requests. Upstream: apimachinery/pkg/apis/meta/v1/validation.
import type { Condition, LabelSelector } from '../meta/meta.ts';
import { validateFieldManager } from './domain-names.ts';
import { child, duplicate, forbidden, index, invalid, notSupported, required, tooLong, type FieldError } from './field-error.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';
import { validateLabels } from './object-meta.ts';
import { utf8Length } from '@/base/text.ts';

export function validateLabelSelector(selector: LabelSelector | undefined | null, path: string): readonly FieldError[] {
  if (!selector) return [];
  const errors = [...validateLabels(selector.matchLabels, child(path, 'matchLabels'))];
  (selector.matchExpressions ?? []).forEach((requirement, at) => {
    const here = index(child(path, 'matchExpressions'), at);
    const { key, operator, values = [] } = requirement;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required(child(here, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(forbidden(child(here, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(invalid(child(here, 'operator'), operator, 'not a valid selector operator'));
    errors.push(...isQualifiedName(key).map((problem) => invalid(child(here, 'key'), key, problem)));
    values.forEach((value, position) => {
      const problems = isValidLabelValue(value);
      errors.push(...problems.map((problem) => invalid(index(child(here, 'values'), position), value, problem)));
    });
  });
  return errors;
}

const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonError =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an " +
  "alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', " +
  `regex used for validation is '${reasonPattern}')`;
const reasonExpression = new RegExp(`^(?:${reasonPattern})$`);

/** metav1.Condition lists, of kinds that use them. */
export function validateConditions(conditions: readonly Condition[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  conditions.forEach((condition, at) => {
    const here = index(path, at);
    const { type, status, reason = '', message = '' } = condition;
    const duplicates: FieldError[] = seen.has(type) ? [duplicate(child(here, 'type'), type)] : [];
    seen.add(type);
    errors.push(...isQualifiedName(type).map((problem) => invalid(child(here, 'type'), type, problem)));
    if (!['False', 'True', 'Unknown'].includes(status))
      errors.push(notSupported(child(here, 'status'), status, ['False', 'True', 'Unknown']));
    if ((condition.observedGeneration ?? 0) < 0) {
      errors.push(
        invalid(child(here, 'observedGeneration'), condition.observedGeneration, 'must be greater than or equal to zero'),
      );
    }
    if (!condition.lastTransitionTime) errors.push(required(child(here, 'lastTransitionTime'), ''));
    if (reason === '') errors.push(required(child(here, 'reason'), ''));
    else {
      if (!reasonExpression.test(reason)) errors.push(invalid(child(here, 'reason'), reason, reasonError));
      if (utf8Length(reason) > 1024) errors.push(tooLong(child(here, 'reason'), 1024));
    }
    if (utf8Length(message) > 32 * 1024) errors.push(tooLong(child(here, 'message'), 32 * 1024));
    errors.push(...duplicates);
  });
  return errors;
}

/** What a request that writes may say beside its object. */
export interface WriteOptions {
  readonly dryRun?: readonly string[];
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly force?: boolean;
}

export function validateDryRun(dryRun: readonly string[] | undefined): readonly FieldError[] {
  const isWrong = dryRun?.some((each) => each !== 'All') ?? false;
  return isWrong ? [notSupported('dryRun', dryRun, ['All'])] : [];
}

export function validateFieldValidation(fieldValidation: string | undefined): readonly FieldError[] {
  const supported = ['', 'Ignore', 'Strict', 'Warn'];
  return supported.includes(fieldValidation ?? '') ? [] : [notSupported('fieldValidation', fieldValidation, supported)];
}

export function validateCreateOptions(options: WriteOptions): readonly FieldError[] {
  return [
    ...validateFieldManager('fieldManager', options.fieldManager ?? ''),
    ...validateDryRun(options.dryRun),
    ...validateFieldValidation(options.fieldValidation),
  ];
}

export const validateUpdateOptions = validateCreateOptions;

export function validatePatchOptions(options: WriteOptions, isApply: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (isApply) {
    if (!options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'));
  } else if (options.force !== undefined) errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  return [...errors, ...validateCreateOptions(options)];
}

export interface DeletionOptions {
  readonly dryRun?: readonly string[];
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
}

export function validateDeleteOptions(options: DeletionOptions): readonly FieldError[] {
  const { orphanDependents, propagationPolicy } = options;
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push(invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  if (propagationPolicy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) {
    errors.push(notSupported('propagationPolicy', propagationPolicy, ['Foreground', 'Background', 'Orphan', 'nil']));
  }
  return [...errors, ...validateDryRun(options.dryRun)];
}
