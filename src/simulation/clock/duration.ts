// Virtual times: whole microseconds, so that sums are exact and MicroTime needs no rounding.

declare const durationUnit: unique symbol;
declare const instantUnit: unique symbol;

/** A span of virtual time in whole microseconds. */
export type Duration = number & { readonly [durationUnit]: 'µs' };
/** A moment of virtual time: whole microseconds since the Unix epoch. */
export type Instant = number & { readonly [instantUnit]: 'µs' };

export const microseconds = (n: number): Duration => Math.round(n) as Duration;
export const milliseconds = (n: number): Duration => Math.round(n * 1e3) as Duration;
export const seconds = (n: number): Duration => Math.round(n * 1e6) as Duration;
export const minutes = (n: number): Duration => seconds(n * 60);
export const hours = (n: number): Duration => seconds(n * 3600);

export const inSeconds = (span: Duration): number => span / 1e6;
export const inMilliseconds = (span: Duration): number => span / 1e3;

/** `at` later by `span` (earlier when it is negative). */
export const plus = (at: Instant, span: Duration): Instant => (at + span) as Instant;
/** How much later `end` is than `start`. */
export const between = (start: Instant, end: Instant): Duration => (end - start) as Duration;

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** Days since 1970-01-01 as year, month (1–12) and day of the proleptic Gregorian calendar. */
function civil(days: number): [number, number, number] {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - Math.floor((153 * mp + 2) / 5) + 1];
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

function split(at: Instant): { date: string; time: string; micros: number } {
  const whole = Math.floor(at / 1e6);
  const day = Math.floor(whole / 86400);
  const second = whole - day * 86400;
  const [year, month, date] = civil(day);
  return {
    date: `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`,
    time: `${pad(Math.floor(second / 3600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}:${pad(second % 60, 2)}`,
    micros: at - whole * 1e6,
  };
}

let latestSecond = NaN;
let latestText = '';

/** `2026-01-01T09:00:00Z`: metav1.Time, whole seconds, cut off. Objects written within one second share the text. */
export function rfc3339(at: Instant): string {
  const second = Math.floor(at / 1e6);
  if (second !== latestSecond) {
    const { date, time } = split(at);
    latestSecond = second;
    latestText = [date, 'T', time, 'Z'].join('');
  }
  return latestText;
}

/** `2026-01-01T09:00:00.250000Z`: metav1.MicroTime. */
export function rfc3339Micro(at: Instant): string {
  const { date, time, micros } = split(at);
  return `${date}T${time}.${pad(micros, 6)}Z`;
}

const rfc3339Pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** The moment an RFC 3339 text names (fractions past microseconds are cut off), or undefined when it is none. */
export function parseRfc3339(text: string): Instant | undefined {
  const found = rfc3339Pattern.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const days = daysFromCivil(year, month, day);
  const back = civil(days);
  if (back[1] !== month || back[2] !== day) return undefined;
  const micros = Number((found[7] ?? '').padEnd(6, '0').slice(0, 6));
  const offset = found[8] === undefined ? 0 : (found[8] === '-' ? -1 : 1) * (Number(found[9]) * 3600 + Number(found[10]) * 60);
  return ((days * 86400 + hour * 3600 + minute * 60 + second - offset) * 1e6 + micros) as Instant;
}
