// Durations in upstream's messages: cut off at milliseconds, printed as Go does.
import { inMilliseconds, type Duration } from '@/simulation/clock/duration.ts';
import { goDurationText } from '@/kubernetes/apimachinery/duration/duration.ts';

/** `1.5s`, `2m40s`, `345ms`. */
export function goDuration(span: Duration): string {
  return goDurationText(BigInt(Math.trunc(inMilliseconds(span))) * 1_000_000n);
}
