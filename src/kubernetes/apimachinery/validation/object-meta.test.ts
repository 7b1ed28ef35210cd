// Metadata, selectors, options and conditions against upstream's messages.
import { expect, it } from 'vitest';
import type { Condition, LabelSelector, ObjectMeta } from '../meta/meta.ts';
import { describeGolden, goldenCases, mismatches } from '../testing/golden.ts';
import { fieldErrorText, type FieldError } from './field-error.ts';
import { isDns1123Subdomain } from './names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import {
  validateConditions,
  validateDeleteOptions,
  validateLabelSelector,
  validatePatchOptions,
  type DeletionOptions,
} from './selectors.ts';

interface Case {
  readonly fn: string;
  readonly in: unknown;
  readonly old?: unknown;
  readonly errors: readonly string[];
}

function check({ fn, in: input, old }: Case): readonly FieldError[] {
  if (fn.startsWith('ValidateObjectMeta('))
    return validateObjectMeta(input as ObjectMeta, { isNamespaced: true, nameRule: isDns1123Subdomain });
  if (fn === 'ValidateObjectMetaUpdate') return validateObjectMetaUpdate(input as ObjectMeta, old as ObjectMeta);
  if (fn === 'ValidateLabelSelector') return validateLabelSelector(input as LabelSelector, 'spec.selector');
  if (fn === 'ValidateDeleteOptions') return validateDeleteOptions(input as DeletionOptions);
  if (fn.startsWith('ValidatePatchOptions')) return validatePatchOptions(input as object, fn.endsWith('apply-patch+yaml'));
  return validateConditions(input as Condition[], 'status.conditions');
}

describeGolden('names', () => {
  it('refuses metadata, selectors, options and conditions', () => {
    const cases = goldenCases<Case>('names/object-meta.json');
    const wrong = mismatches(cases, (each) => {
      const errors = check(each).map(fieldErrorText);
      return { ...each, errors: each.fn.startsWith('ValidateObjectMeta') ? errors.sort() : errors };
    });
    expect(wrong).toEqual([]);
  });
});
