// The record of a run: what is kept, in which order, and what chains lead back to.
import { expect, it } from 'vitest';
import { Clock } from '../clock/clock.ts';
import type { Instant } from '../clock/duration.ts';
import { Occurrences, type OccurrenceKind } from './occurrences.ts';

function record(occurrences: Occurrences, kind: OccurrenceKind, reason: string, cause?: number): number {
  return occurrences.record({ kind, reason, subjects: [`Thing/${reason}`], message: reason, actor: 'test', cause }).id;
}

it('keeps the last so many in order, and heartbeats that went well do not push out what happened', () => {
  const occurrences = new Occurrences(new Clock(0 as Instant), 5);
  const fault = record(occurrences, 'fault', 'Unplugged', 0);
  for (let i = 0; i < 5000; i++) record(occurrences, 'heartbeat', 'Renewed', 0);
  const failed = record(occurrences, 'heartbeat', 'LeaseRenewalFailed', fault);
  expect(occurrences.chain(failed).map(({ reason }) => reason)).toEqual(['LeaseRenewalFailed', 'Unplugged']);
  expect(occurrences.since(1).map(({ id }) => id)).toEqual([fault, ...Array.from({ length: 2000 }, (_, i) => 3002 + i), failed]);
  expect(occurrences.latestAbout('Thing/Unplugged', 'Thing/Nothing')).toBe(fault);
});

it('forgets the oldest, and says so by not finding it', () => {
  const occurrences = new Occurrences(new Clock(0 as Instant), 3);
  for (const reason of ['A', 'B', 'C', 'D']) record(occurrences, 'note', reason);
  expect(occurrences.since(1).map(({ reason }) => reason)).toEqual(['B', 'C', 'D']);
  expect([occurrences.get(1), occurrences.get(4)?.reason, occurrences.latestAbout('Thing/A'), occurrences.total]).toEqual([undefined, 'D', 0, 4]);
});

it('makes what was recorded the cause of what the task does next', () => {
  const clock = new Clock(0 as Instant);
  const occurrences = new Occurrences(clock);
  const first = record(occurrences, 'input', 'Hand', 0);
  let cause = -1;
  clock.soon(() => (cause = clock.cause));
  clock.runUntil(0 as Instant);
  expect(cause).toBe(first);
});
