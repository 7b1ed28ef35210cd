// Growing delays against upstream's.
import { expect, it } from 'vitest';
import { describeGolden, goldenCases, mismatches } from '../testing/golden.ts';
import { Backoff, ExponentialFailureLimiter, FastSlowLimiter, StepBackoff, type RateLimiter } from './backoff.ts';

interface Case {
  readonly kind: string;
  readonly params: Readonly<Record<string, string>>;
  readonly ops: readonly string[];
}

function limited(limiter: RateLimiter, ops: readonly string[]): readonly number[] {
  return ops.flatMap((op) => {
    const [verb, key = ''] = op.split(' ');
    if (verb === 'when') return [limiter.when(key)];
    limiter.forget(key);
    return [];
  });
}

function backedOff(backoff: Backoff, ops: readonly string[]): readonly number[] {
  let now = 0;
  return ops.map((op) => {
    const [verb, argument = ''] = op.split(' ');
    if (verb === 'step') now += Number(argument);
    else if (verb === 'inBackoff') return Number(backoff.isInBackoffSinceUpdate(argument, now));
    else if (verb === 'next') backoff.next(argument, now);
    else if (verb === 'reset') backoff.reset(argument);
    else backoff.collectGarbage(now);
    return backoff.get('a');
  });
}

function delays({ kind, params, ops }: Case): readonly number[] {
  const number = (name: string): number => Number(params[name]);
  if (kind === 'ItemExponentialFailureRateLimiter')
    return limited(new ExponentialFailureLimiter(number('base'), number('max')), ops);
  if (kind === 'ItemFastSlowRateLimiter') {
    return limited(
      new FastSlowLimiter({ fast: number('fast'), slow: number('slow'), fastAttempts: number('maxFastAttempts') }),
      ops,
    );
  }
  if (kind === 'flowcontrol.Backoff') return backedOff(new Backoff(number('initial'), number('max')), ops);
  const steps = new StepBackoff({
    duration: number('duration'),
    factor: number('factor'),
    steps: number('steps'),
    cap: number('cap'),
  });
  return ops.map(() => steps.step());
}

describeGolden('backoff', () => {
  it('waits as long as upstream', () => {
    const wrong = mismatches(goldenCases<Case>('backoff/delays.json'), (each) => ({
      ...each,
      delaysNanoseconds: delays(each).map(String),
    }));
    expect(wrong).toEqual([]);
  });
});
