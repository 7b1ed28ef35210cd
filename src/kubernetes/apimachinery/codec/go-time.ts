// Times in JSON: metav1.Time to the second, MicroTime to the microsecond, always written in UTC; refused with the words of Go's time.Parse.
import { goQuote } from '@/base/text.ts';
import { parseRfc3339, rfc3339, rfc3339Micro, type Instant } from '@/simulation/clock/duration.ts';

/** Thrown for a text that is no time. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

interface Element {
  /** As it stands in Go's layouts. */
  readonly layout: string;
  readonly pattern: RegExp;
}

const zone: Element = { layout: 'Z07:00', pattern: /Z|[-+]\d\d:\d\d/y };
const upToSeconds: readonly Element[] = [
  { layout: '2006', pattern: /\d{4}/y },
  { layout: '-', pattern: /-/y },
  { layout: '01', pattern: /\d\d/y },
  { layout: '-', pattern: /-/y },
  { layout: '02', pattern: /\d\d/y },
  { layout: 'T', pattern: /T/y },
  { layout: '15', pattern: /\d{2}/y },
  { layout: ':', pattern: /:/y },
  { layout: '04', pattern: /\d\d/y },
  { layout: ':', pattern: /:/y },
  { layout: '05', pattern: /\d\d/y },
];
const layouts = {
  time: [...upToSeconds, { layout: '', pattern: /(?:[.,]\d+)?/y }, zone],
  microTime: [...upToSeconds, { layout: '.000000', pattern: /\.\d{6}/y }, zone],
};

const limits: readonly (readonly [string, number, number])[] = [
  ['month', 1, 12],
  ['day', 1, 31],
  ['hour', 0, 23],
  ['minute', 0, 59],
  ['second', 0, 59],
];

function parse(text: string, form: 'time' | 'microTime'): Instant {
  const layout = layouts[form].map((element) => element.layout).join('');
  const fail = (rest: string, expected: string): TimeError =>
    new TimeError(`parsing time ${goQuote(text)} as "${layout}": cannot parse ${goQuote(rest)} as "${expected}"`);
  let at = 0;
  const numbers: number[] = [];
  for (const { layout: expected, pattern } of layouts[form]) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) throw fail(text.slice(at), expected);
    if (/^\d+$/.test(found[0])) {
      numbers.push(Number(found[0]));
      const limit = limits[numbers.length - 2];
      const value = Number(found[0]);
      if (limit !== undefined && (value < limit[1] || value > limit[2]))
        throw new TimeError(`parsing time ${goQuote(text)}: ${limit[0]} out of range`);
    }
    at = pattern.lastIndex;
  }
  if (at < text.length) throw new TimeError(`parsing time ${goQuote(text)}: extra text: ${goQuote(text.slice(at))}`);
  const instant = parseRfc3339(text);
  if (instant === undefined) throw new TimeError(`parsing time ${goQuote(text)}: day out of range`);
  return instant;
}

/** Times that need no second look: every day up to the 28th exists. */
const plain = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';
const plainTime = new RegExp(`^${plain}Z$`);
const plainMicroTime = new RegExp(`^${plain}\\.\\d{6}Z$`);

/** The text of a time as Go would write it back. Throws {@link TimeError}. */
export function canonicalTime(text: string): string {
  return plainTime.test(text) ? text : rfc3339(parse(text, 'time'));
}

/** The same for times with six digits of a second, which must be given. */
export function canonicalMicroTime(text: string): string {
  return plainMicroTime.test(text) ? text : rfc3339Micro(parse(text, 'microTime'));
}
