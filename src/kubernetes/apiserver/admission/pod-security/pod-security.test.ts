// Levels and labels, as upstream's own library judged them.
import { expect, it } from 'vitest';
import { describeGolden, goldenCases } from '../../../apimachinery/testing/golden.ts';
import { fieldErrorText } from '../../../apimachinery/validation/field-error.ts';
import { evaluate } from './evaluate.ts';
import { levelText, policyOf, type Level } from './policy.ts';
import type { Secured } from './subject.ts';

interface PodCase {
  readonly name: string;
  readonly pod: Secured;
  readonly results: readonly { readonly level: string; readonly reason?: string; readonly detail?: string }[];
}

interface LabelCase {
  readonly labels: Readonly<Record<string, string>>;
  readonly policy: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
}

const parsed = (text: string): Parameters<typeof evaluate>[0] => {
  const [level, version = ''] = text.split(':');
  return { level: level as Level, minor: version === 'latest' ? Infinity : Number(version.slice('v1.'.length)) };
};

describeGolden('pod-security', () => {
  it.each(goldenCases<PodCase>('pod-security/evaluate.json').map((one) => [one.name, one] as const))('%s', (_name, { pod, results }) => {
    const found = results.map(({ level }) => ({ level, ...evaluate(parsed(level), pod) }));
    expect(found).toEqual(results.map(({ level, reason, detail }) => ({ level, ...(reason ? { reason, detail } : {}) })));
  });

  it('reads the labels of namespaces', () => {
    const cases = goldenCases<LabelCase>('pod-security/namespace-labels.json');
    const found = cases.map(({ labels }) => {
      const { policy, errors } = policyOf(labels);
      const texts = Object.fromEntries(Object.entries(policy).map(([mode, level]) => [mode, levelText(level)]));
      return { policy: texts, errors: errors.map(fieldErrorText).sort() };
    });
    expect(found).toEqual(cases.map(({ policy, errors }) => ({ policy, errors })));
  });
});
