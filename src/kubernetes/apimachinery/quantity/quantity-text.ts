// Takes a quantity's text apart: sign, digits and suffix, with upstream's lenience (`007`, `5.`, `m`) and its three error texts.
import type { QuantityFormat } from './quantity.ts';

/** Thrown for a text that is no quantity. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";
const numberWrong = 'unable to parse numeric part of quantity';

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

const decimal = (exponent: number): Suffix => ({ base: 10, exponent, format: 'DecimalSI' });
const binary = (exponent: number): Suffix => ({ base: 2, exponent, format: 'BinarySI' });

const suffixes = new Map<string, Suffix>([
  ['n', decimal(-9)],
  ['u', decimal(-6)],
  ['m', decimal(-3)],
  ['', decimal(0)],
  ['k', decimal(3)],
  ['M', decimal(6)],
  ['G', decimal(9)],
  ['T', decimal(12)],
  ['P', decimal(15)],
  ['E', decimal(18)],
  ['Ki', binary(10)],
  ['Mi', binary(20)],
  ['Gi', binary(30)],
  ['Ti', binary(40)],
  ['Pi', binary(50)],
  ['Ei', binary(60)],
]);

function interpret(suffix: string): Suffix {
  const known = suffixes.get(suffix);
  if (known) return known;
  const power = /^[eE]([-+]?\d+)$/.exec(suffix);
  if (!power) throw new QuantityError(suffixWrong);
  const exponent = Number(power[1]);
  if (!Number.isSafeInteger(exponent) || Math.abs(exponent) > 2147483647) throw new QuantityError(suffixWrong);
  return { base: 10, exponent, format: 'DecimalExponent' };
}

export interface QuantityParts {
  readonly isPositive: boolean;
  /** Digits before the point without leading zeros, at least one. */
  readonly whole: string;
  /** Digits after the point. */
  readonly fraction: string;
  /** The same number as digits and how many of them stand after the point. */
  readonly number: { readonly digits: string; readonly scale: number };
  readonly suffix: Suffix;
}

const shape = /^([+-]?)(0*)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** Throws {@link QuantityError}. */
export function parseNumber(text: string): QuantityParts {
  if (text === '') throw new QuantityError(formatWrong);
  const found = shape.exec(text);
  if (!found) throw new QuantityError(formatWrong);
  const [, sign = '', , digits = '', fraction = '', suffix = ''] = found;
  const whole = digits === '' ? '0' : digits;
  const number = { digits: whole + fraction, scale: fraction.length };
  if (!/^\d+$/.test(number.digits)) throw new QuantityError(numberWrong);
  return { isPositive: sign !== '-', whole, fraction, number, suffix: interpret(suffix) };
}
