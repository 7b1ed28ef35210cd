// Label selectors against upstream's, in text and in objects.
import { expect, it } from 'vitest';
import type { LabelSelector } from '../meta/meta.ts';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import {
  formatLabelSelector,
  parseSelector,
  selectorFromLabelSelector,
  selectorFromSet,
  type Labels,
  type Selector,
} from './labels.ts';

function account(selector: Selector, sets: readonly Labels[]): object {
  const requirements = selector.requirements.map(({ key, operator, values }) => ({
    key,
    operator,
    values: [...new Set(values)],
  }));
  return {
    string: selector.toString(),
    ...(requirements.length === 0 ? {} : { requirements }),
    matches: sets.map((set) => selector.matches(set)),
  };
}

describeGolden('label-selectors', () => {
  it('parses, prints and matches texts', () => {
    const sets = goldenCases<Labels>('label-selectors/label-sets.json');
    const wrong = mismatches(goldenCases<{ in: string; string?: string }>('label-selectors/parse.json'), ({ in: text }) => {
      const error = errorText(() => parseSelector(text));
      if (error !== undefined) return { in: text, error, string: '', empty: false };
      return { in: text, ...account(parseSelector(text), sets), empty: parseSelector(text).isEverything };
    });
    expect(wrong).toEqual([]);
  });

  it('reads selectors of objects', () => {
    const sets = goldenCases<Labels>('label-selectors/label-sets.json');
    const cases = goldenCases<{ labelSelector: LabelSelector | null }>('label-selectors/label-selector-objects.json');
    const wrong = mismatches(
      cases,
      ({ labelSelector }) => {
        const error = errorText(() => selectorFromLabelSelector(labelSelector));
        const formatted = formatLabelSelector(labelSelector);
        if (error !== undefined) return { labelSelector, error, string: '', formatted };
        const selector = selectorFromLabelSelector(labelSelector);
        return {
          labelSelector,
          ...account(selector, sets),
          formatted,
          ...(selector.matchesNothing ? { matchesNothing: true } : {}),
        };
      },
      ['asMap', 'asMapError'],
    );
    expect(wrong).toEqual([]);
  });
});

it('takes a set of labels as it is', () => {
  const selector = selectorFromSet({ tier: 'front', app: 'web' });
  expect([
    String(selector),
    selector.matches({ app: 'web', tier: 'front', more: 'x' }),
    selector.matches({ app: 'web' }),
    selector.exact,
  ]).toEqual(['app=web,tier=front', true, false, { key: 'app', value: 'web' }]);
});
