// Field selectors against upstream's.
import { expect, it } from 'vitest';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { parseFieldSelector } from './fields.ts';

describeGolden('field-selectors', () => {
  it('parses, prints and matches texts', () => {
    const sets = goldenCases<Readonly<Record<string, string>>>('field-selectors/field-sets.json');
    const wrong = mismatches(goldenCases<{ in: string }>('field-selectors/parse.json'), ({ in: text }) => {
      const error = errorText(() => parseFieldSelector(text));
      if (error !== undefined) return { in: text, error, string: '', empty: false };
      const selector = parseFieldSelector(text);
      return {
        in: text,
        ...(selector.isEverything ? {} : { requirements: selector.requirements }),
        string: selector.toString(),
        empty: selector.isEverything,
        matches: sets.map((set) => selector.matches(set)),
      };
    });
    expect(wrong).toEqual([]);
  });
});
