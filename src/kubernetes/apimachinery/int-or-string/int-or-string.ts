// Numbers that may be percentages: maxSurge, maxUnavailable, target ports. Upstream: apimachinery/pkg/util/intstr.
import { goQuote } from '@/base/text.ts';

/** As JSON has it: a whole number, or a text such as `25%` or a port's name. */
export type IntOrString = number | string;

/** Thrown where a text is no percentage. */
export class IntOrStringError extends Error {
  override readonly name = 'IntOrStringError';
}

/** A whole decimal number as Go's Atoi reads it; undefined for any other text. */
function atoi(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Reads a flag's text: a number where it is one. */
export function parseIntOrString(text: string): IntOrString {
  const number = atoi(text);
  return number === undefined ? text : number | 0;
}

/** The number; a text counts as the number it spells, or 0. */
export function intValue(value: IntOrString): number {
  return typeof value === 'number' ? value : (atoi(value) ?? 0);
}

export interface ScaleOptions {
  /** Fractions of one are a whole one: for maxSurge and disruption budgets, not for maxUnavailable. */
  readonly roundUp: boolean;
}

function percentOf(percent: number, total: number, { roundUp }: ScaleOptions): number {
  const share = (percent * total) / 100;
  return (roundUp ? Math.ceil(share) : Math.floor(share)) + 0;
}

/** The number itself, or that percentage of `total`. Throws {@link IntOrStringError}. Upstream: GetScaledValueFromIntOrPercent. */
export function scaledValue(value: IntOrString | undefined | null, total: number, options: ScaleOptions): number {
  if (value === undefined || value === null) throw new IntOrStringError('nil value for IntOrString');
  if (typeof value === 'number') return value;
  const wrong = 'invalid value for IntOrString: ';
  if (!value.endsWith('%')) throw new IntOrStringError(`${wrong}invalid type: string is not a percentage`);
  return percentOf(percentage(value.slice(0, -1), value), total, options);
}

/** Like {@link scaledValue}, but a text without % is taken for a percentage too. Upstream: GetValueFromIntOrPercent. */
export function lenientScaledValue(value: IntOrString, total: number, options: ScaleOptions): number {
  if (typeof value === 'number') return value;
  return percentOf(percentage(value.replaceAll('%', ''), value), total, options);
}

function percentage(digits: string, shown: string): number {
  const percent = atoi(digits);
  if (percent === undefined) {
    const cause = `strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`;
    throw new IntOrStringError(`invalid value for IntOrString: invalid value ${goQuote(shown)}: ${cause}`);
  }
  return percent;
}
