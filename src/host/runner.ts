// Drives a session against the wall clock in slices of a few milliseconds, so that sockets and windows are served in between.
import { setImmediate, setTimeout, clearImmediate, clearTimeout } from 'node:timers';
import type { Session } from './session/session.ts';

/** Wall milliseconds that the engine may take in one go. */
const sliceMilliseconds = 6;
/** A timer longer than this is cut: a host that slept must notice. */
const longestNap = 250;

export interface Runner {
  stop(): void;
}

/** Pumps until stopped. `onSlice` runs after every slice. */
export function runSession(session: Session, onSlice: () => void = () => undefined): Runner {
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const wallNow = (): number => performance.now();

  const schedule = (): void => {
    if (isStopped || immediate) return;
    clearTimeout(timer);
    timer = undefined;
    const wait = session.untilDue(wallNow());
    if (wait === undefined) return;
    if (wait < 1) immediate = setImmediate(slice);
    else timer = setTimeout(slice, Math.min(wait, longestNap));
  };
  const slice = (): void => {
    immediate = undefined;
    timer = undefined;
    if (isStopped) return;
    session.pump(wallNow, sliceMilliseconds);
    onSlice();
    schedule();
  };
  const forget = session.onWake(schedule);
  schedule();
  return {
    stop() {
      isStopped = true;
      forget();
      clearTimeout(timer);
      if (immediate) clearImmediate(immediate);
    },
  };
}
