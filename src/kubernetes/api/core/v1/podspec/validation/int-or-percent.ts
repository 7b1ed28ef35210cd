// Amounts that are a number or a share of a whole: `3`, `25%`. Upstream: pkg/apis/apps/validation/validation.go (ValidatePositiveIntOrPercent,
// IsNotMoreThan100Percent).
import { invalid, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isValidPercent } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateNonNegative } from './probes.ts';

/** The number in it, whether of pods or of percent; 0 for what is neither. */
export const intOrPercentAmount = (value: number | string | undefined): number =>
  typeof value === 'string' ? percentOf(value) : (value ?? 0);

const percentOf = (value: string): number =>
  isValidPercent(value).length === 0 ? Number.parseInt(value, 10) || 0 : 0;

/** A number that is not negative, or a percentage. */
export function validateIntOrPercent(value: number | string, path: string): readonly FieldError[] {
  if (typeof value === 'string') return isValidPercent(value).map((problem) => invalid(path, value, problem));
  return validateNonNegative(value, path);
}

/** A percentage beyond the whole. */
export function validateAtMostWhole(value: number | string, path: string): readonly FieldError[] {
  return typeof value === 'string' && percentOf(value) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
}
