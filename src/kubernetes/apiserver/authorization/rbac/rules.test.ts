// Rules against rules, as upstream's own check decided.
import { expect, it } from 'vitest';
import type { PolicyRule } from '../../../api/rbac/v1/rules/types.ts';
import { describeGolden, goldenCases } from '../../../apimachinery/testing/golden.ts';
import { uncovered } from './rules.ts';

interface Case {
  readonly ownerRules: readonly PolicyRule[] | null;
  readonly servantRules: readonly PolicyRule[] | null;
  readonly covers: boolean;
  readonly uncovered: readonly PolicyRule[] | null;
}

describeGolden('rbac-covers', () => {
  it('finds the same rules uncovered', () => {
    const cases = goldenCases<Case>('rbac-covers/covers.json');
    const found = cases.map(({ ownerRules, servantRules }) => uncovered(ownerRules ?? [], servantRules ?? []));
    expect(found).toEqual(cases.map((one) => one.uncovered ?? []));
  });
});
