// Percentages against upstream's.
import { expect, it } from 'vitest';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { intValue, lenientScaledValue, parseIntOrString, scaledValue, type IntOrString } from './int-or-string.ts';

function outcome(name: string, errorName: string, compute: () => number): object {
  const error = errorText(compute);
  return error === undefined ? { [name]: compute() } : { [errorName]: error };
}

describeGolden('int-or-string', () => {
  it('scales percentages', () => {
    const cases = goldenCases<{ value: IntOrString | null; total: number; roundUpError?: string }>('int-or-string/scaled.json');
    const decodable = cases.filter((each) => !each.roundUpError?.startsWith('json:'));
    const wrong = mismatches(decodable, ({ value, total }) => ({
      value,
      total,
      ...outcome('roundUp', 'roundUpError', () => scaledValue(value, total, { roundUp: true })),
      ...outcome('roundDown', 'roundDownError', () => scaledValue(value, total, { roundUp: false })),
      ...(value === null
        ? {}
        : outcome('getValueRoundUp', 'getValueError', () => lenientScaledValue(value, total, { roundUp: true }))),
    }));
    expect(wrong).toEqual([]);
  });

  it('reads texts', () => {
    const wrong = mismatches(goldenCases<{ in: string }>('int-or-string/parse.json'), ({ in: text }) => {
      const value = parseIntOrString(text);
      return { in: text, json: value, string: String(value), intValue: intValue(value) };
    });
    expect(wrong).toEqual([]);
  });
});
