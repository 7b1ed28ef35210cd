// The scheduler against recorded decisions of a real one: nodes, scores, messages, victims.
import { expect, it } from 'vitest';
import { describeGolden, goldenCases } from '@/kubernetes/apimachinery/testing/golden.ts';
import { caseDifferences } from './testing/case-comparison.ts';
import { playRecordedCase, unservedKind, type RecordedCase } from './testing/recorded-case.ts';

interface SchedulerFile {
  readonly priorityClasses: Parameters<typeof playRecordedCase>[1];
  readonly cases: readonly RecordedCase[];
}

describeGolden('behaviour', () => {
  it('decides as the recorded scheduler did', { timeout: 60_000 }, () => {
    const { cases, priorityClasses } = goldenCases('behaviour/scheduler.json') as unknown as SchedulerFile;
    const served = cases.filter((one) => unservedKind(one) === undefined);
    const wrong = served.flatMap((one) => {
      const differences = caseDifferences(one, playRecordedCase(one, priorityClasses));
      return differences.length > 0 ? [{ name: one.name, differences }] : [];
    });
    expect(wrong).toEqual([]);
  });
});
