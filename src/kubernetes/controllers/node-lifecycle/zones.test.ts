// How broken a zone is, and how fast its nodes are given up.
import { expect, it } from 'vitest';
import { plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import { defaultFlags } from '../controller.ts';
import { evictionRate, stateOf, ZoneQueue } from './zones.ts';

it.each([
  [0, 3, 'FullDisruption'],
  [1, 2, 'Normal'],
  [2, 3, 'PartialDisruption'],
  [4, 3, 'Normal'],
] as const)('%i ready and %i not ready nodes are %s', (ready, notReady, state) => {
  expect(stateOf({ ready, notReady }, defaultFlags.unhealthyZoneThreshold)).toBe(state);
});

it('stops evicting from a small zone that is partly broken, and slows down in a large one', () => {
  expect([
    evictionRate('PartialDisruption', 50, defaultFlags),
    evictionRate('PartialDisruption', 51, defaultFlags),
  ]).toEqual([0, 0.01]);
});

it('lets one node go at once and the next after ten seconds', () => {
  const start = 0 as Instant;
  const queue = new ZoneQueue(0.1, start);
  queue.add('a', 1);
  queue.add('b', 2);
  expect(queue.next(start)).toEqual({ node: 'a', cause: 1 });
  queue.done('a');
  expect([queue.next(plus(start, seconds(9))), queue.wait(plus(start, seconds(9)))]).toEqual([undefined, 1e6]);
  expect(queue.next(plus(start, seconds(10)))).toEqual({ node: 'b', cause: 2 });
});
