// Seats: given, kept, freed.
import { expect, test } from 'vitest';
import { Seats } from './seats.ts';

test('a seat never moves while its pod lives, and the first free one is given next', () => {
  const seats = new Seats();
  for (const pod of [1, 2, 3]) seats.place(pod, 0);
  seats.release(2);
  expect([seats.seatOf(1), seats.seatOf(3), seats.place(9, 0), seats.place(8, 0)]).toEqual([0, 2, 1, 3]);
});

test('a pod that is bound leaves the tray for a seat at its machine', () => {
  const seats = new Seats();
  seats.place(5, -1);
  seats.place(5, 2);
  expect([seats.at(-1), seats.at(2), seats.highWater(2)]).toEqual([[], [5], 1]);
});

test('a card packs for the most seats that were ever taken at one time', () => {
  const seats = new Seats();
  for (let pod = 0; pod < 10; pod++) seats.place(pod, 1);
  for (let pod = 0; pod < 10; pod++) seats.release(pod);
  expect([seats.at(1).length, seats.highWater(1)]).toEqual([0, 10]);
});
