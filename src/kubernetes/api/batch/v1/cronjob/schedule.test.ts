// Schedules against the recorded times of upstream's cron, in the zones that are known here.
import { expect, it } from 'vitest';
import { parseRfc3339, rfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { parseSchedule, ScheduleError } from './schedule.ts';

const times = (schedule: string, from: string, count: number): string[] => {
  const parsed = parseSchedule(schedule);
  let at: number | undefined = (parseRfc3339(from) as number) / 1e6;
  const found: string[] = [];
  for (let i = 0; i < count && at !== undefined; i++) {
    at = parsed.next(at);
    if (at !== undefined) found.push(rfc3339((at * 1e6) as Instant));
  }
  return found;
};

it.each([
  ['10/20 * * * *', '2026-01-15T10:17:33Z', ['2026-01-15T10:30:00Z', '2026-01-15T10:50:00Z', '2026-01-15T11:10:00Z']],
  ['30 4 1,15 * 5', '2026-01-15T10:17:33Z', ['2026-01-16T04:30:00Z', '2026-01-23T04:30:00Z', '2026-01-30T04:30:00Z']],
  ['@every 1h', '2026-01-15T10:17:33Z', ['2026-01-15T11:17:33Z']],
  ['TZ=Asia/Tokyo 0 9 * * *', '2026-01-15T10:17:33Z', ['2026-01-16T00:00:00Z']],
  ['0 0 30 2 *', '2026-01-15T10:17:33Z', []],
])('%s after %s', (schedule, from, expected) => {
  expect(times(schedule, from, Math.max(1, expected.length))).toEqual(expected);
});

it.each([
  ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
  ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
  ['TZ=Nowhere/Else 0 9 * * *', 'provided bad location Nowhere/Else: unknown time zone Nowhere/Else'],
])('%s is refused', (schedule, message) => {
  expect(() => parseSchedule(schedule)).toThrow(new ScheduleError(message));
});
