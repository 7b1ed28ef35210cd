// Which run of a CronJob is due. Upstream: pkg/controller/cronjob/utils.go (mostRecentScheduleTime).
import type { Schedule } from '@/kubernetes/api/batch/v1/cronjob/schedule.ts';

/** More missed runs than this are worth a warning. */
const many = 100;

export interface Due {
  /** The latest run that should have begun, if any; seconds since 1970. */
  readonly at: number | undefined;
  readonly missedTooMany: boolean;
}

/** The latest time of `schedule` after `earliest` and not after `now`. */
export function dueTime(schedule: Schedule, earliest: number, now: number): Due {
  const first = schedule.next(earliest);
  if (first === undefined || now < first) return { at: undefined, missedTooMany: false };
  const second = schedule.next(first);
  if (second === undefined || now < second) return { at: first, missedTooMany: false };
  const span = second - first;
  const missed = Math.floor((now - first) / span) + 1;
  // Runs are assumed to be evenly spread, so that a long gap is not walked through one by one.
  let latest: number | undefined;
  let at: number | undefined = first + Math.max(0, missed - 2) * span;
  at = at > first ? schedule.next(at - 1) : first;
  while (at !== undefined && at <= now) {
    latest = at;
    at = schedule.next(at);
  }
  return { at: latest ?? first, missedTooMany: missed > many };
}
