// Turns, room and refusals of the queue before the session.
import { describe, expect, it } from 'vitest';
import { FlowLimits } from './flow-limits.ts';

describe('flow limits', () => {
  it('runs at once what there is room for, and the rest when answers have gone', () => {
    const limits = new FlowLimits({ seats: 2 });
    const ran: number[] = [];
    const ends: (() => void)[] = [];
    for (let number = 0; number < 4; number++) {
      limits.submit('a', (ended) => {
        ran.push(number);
        ends.push(ended);
      });
    }
    expect(ran).toEqual([0, 1]);
    ends[0]?.();
    ends[0]?.();
    expect(ran).toEqual([0, 1, 2]);
  });

  it('refuses what no longer fits into a queue, of that flow alone', () => {
    const limits = new FlowLimits({ seats: 1, queueLength: 3 });
    const submit = (flow: string): boolean => limits.submit(flow, () => undefined);
    expect(Array.from({ length: 6 }, () => submit('greedy'))).toEqual([true, true, true, true, false, false]);
    expect(submit('modest')).toBe(true);
  });

  it('lets flows take turns while there is more to do than time', async () => {
    const limits = new FlowLimits({ slice: 0 });
    const ran: string[] = [];
    const done = new Promise<void>((resolve) => {
      const submit = (flow: string): boolean =>
        limits.submit(flow, (ended) => {
          ran.push(flow);
          ended();
          if (ran.length === 8) resolve();
        });
      for (let number = 0; number < 6; number++) submit('greedy');
      submit('modest');
      submit('modest');
    });
    await done;
    expect(ran.indexOf('modest')).toBeLessThanOrEqual(2);
    expect(ran.lastIndexOf('modest')).toBeLessThanOrEqual(4);
  });

  it('counts open streams', () => {
    const limits = new FlowLimits({ streams: 2 });
    const first = limits.openStream('a');
    limits.openStream('a');
    expect(limits.openStream('a')).toBeUndefined();
    first?.();
    expect(limits.openStream('a')).toBeDefined();
  });
});
