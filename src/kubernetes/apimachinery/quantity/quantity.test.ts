// Quantities against upstream's: reading, printing, converting, counting.
import { expect, it } from 'vitest';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { parseQuantity, quantityToMilli, quantityToValue } from './quantity.ts';

describeGolden('quantity', () => {
  it('parses, prints and converts', () => {
    const wrong = mismatches(
      goldenCases<{ in: string }>('quantity/parse.json'),
      ({ in: text }) => {
        const error = errorText(() => parseQuantity(text));
        if (error !== undefined) return { in: text, error, asInt64: null };
        const quantity = parseQuantity(text);
        return {
          in: text,
          canonical: quantity.toString(),
          format: quantity.format,
          value: String(quantity.value()),
          milliValue: String(quantity.milliValue()),
          sign: quantity.sign,
          asInt64: quantity.asInt64()?.toString() ?? null,
          roundedUpToUnits: quantity.roundUp(0).toString(),
          roundedUpToMilli: quantity.roundUp(-3).toString(),
          negated: quantity.negate().toString(),
        };
      },
      ['approxFloat64'],
    );
    expect(wrong).toEqual([]);
  });

  it('calculates', () => {
    const wrong = mismatches(goldenCases<{ a: string; b: string }>('quantity/arithmetic.json'), ({ a, b }) => {
      const [left, right] = [parseQuantity(a), parseQuantity(b)];
      const cmp = left.cmp(right);
      const [sum, difference, aTimes3] = [left.add(right), left.sub(right), left.multiply(3)].map(String);
      return { a, b, cmp, equal: cmp === 0, sum, difference, aTimes3 };
    });
    expect(wrong).toEqual([]);
  });
});

it('gives plain numbers to those who count', () => {
  expect([
    quantityToMilli('250m'),
    quantityToMilli('2'),
    quantityToMilli('1u'),
    quantityToValue('1Gi'),
    quantityToValue('1500m'),
  ]).toEqual([250, 2000, 1, 1073741824, 2]);
});
