// Ages and Go durations against upstream's.
import { expect, it } from 'vitest';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { goDurationText, humanDuration, parseGoDuration, shortHumanDuration } from './duration.ts';

describeGolden('duration', () => {
  it('prints ages', () => {
    const wrong = mismatches(goldenCases<{ nanoseconds: string }>('duration/human.json'), ({ nanoseconds }) => {
      const seconds = Number(BigInt(nanoseconds) / 1000n) / 1e6;
      return {
        nanoseconds,
        human: humanDuration(seconds),
        short: shortHumanDuration(Number(nanoseconds) / 1e9),
        goString: goDurationText(BigInt(nanoseconds)),
      };
    });
    expect(wrong).toEqual([]);
  });

  it('reads Go durations', () => {
    const texts = goldenCases<{ in: string }>('duration/metav1-duration.json').filter((each) => each.in.startsWith('"'));
    const wrong = mismatches(texts, ({ in: json }) => {
      const text = JSON.parse(json) as string;
      const error = errorText(() => parseGoDuration(text));
      if (error !== undefined) return { in: json, error };
      const nanoseconds = parseGoDuration(text);
      return { in: json, nanoseconds: String(nanoseconds), out: JSON.stringify(goDurationText(nanoseconds)) };
    });
    expect(wrong).toEqual([]);
  });
});
