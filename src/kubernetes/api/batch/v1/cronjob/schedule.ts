// Schedules in cron's format: what they accept, what they say when they do not, and their next time. Upstream: github.com/robfig/cron/v3
// (ParseStandard, SpecSchedule.Next).
import { goQuote } from '@/base/text.ts';
import { parseGoDuration } from '@/kubernetes/apimachinery/duration/duration.ts';
import { civilAt, daysOf, findZone, timeOf, weekdayOf, type Civil, type Zone } from './time-zones.ts';

/** Why a text is no schedule, in upstream's words. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

export interface Schedule {
  /** The first time after `at` (both in whole seconds since 1970), undefined when there is none within five years. */
  next(at: number): number | undefined;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: Readonly<Record<string, number>>;
}

const named = (names: string, first: number): Readonly<Record<string, number>> =>
  Object.fromEntries(names.split(' ').map((name, at) => [name, at + first]));

const bounds: readonly [Bounds, Bounds, Bounds, Bounds, Bounds] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: named('jan feb mar apr may jun jul aug sep oct nov dec', 1) },
  { min: 0, max: 6, names: named('sun mon tue wed thu fri sat', 0) },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const utc: Zone = { offset: 0 };

/** Throws ScheduleError. `TZ=…` before the schedule says in which zone it is meant. */
export function parseSchedule(text: string): Schedule {
  if (text === '') throw new ScheduleError('empty spec string');
  let rest = text;
  let zone = utc;
  if (/^(CRON_)?TZ=/.test(text)) {
    const space = text.indexOf(' ');
    const name = text.slice(text.indexOf('=') + 1, space < 0 ? undefined : space);
    zone = requireZone(name);
    rest = space < 0 ? '' : text.slice(space).trim();
  }
  if (rest.startsWith('@')) return describe(rest, zone);
  const fields = rest.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5)
    throw new ScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return new CronSchedule(fields, zone);
}

function requireZone(name: string): Zone {
  const zone = name === 'Local' || name === '' ? utc : findZone(name);
  if (zone) return zone;
  const why = name.includes('..') || name.startsWith('/') ? 'time: invalid location name' : `unknown time zone ${name}`;
  throw new ScheduleError(`provided bad location ${name}: ${why}`);
}

function describe(text: string, zone: Zone): Schedule {
  const fields = descriptors[text];
  if (fields !== undefined) return new CronSchedule(fields.split(' '), zone);
  if (!text.startsWith('@every ')) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  let delay: number;
  try {
    delay = Math.max(1, Number(parseGoDuration(text.slice('@every '.length)) / 1_000_000_000n));
  } catch (error) {
    throw new ScheduleError(`failed to parse duration ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { next: (at) => at + delay };
}

/** The values that one field allows, and whether it is a star: days of month and week together depend on it. */
interface Field {
  readonly allowed: ReadonlySet<number>;
  readonly isStar: boolean;
}

function parseField(text: string, limits: Bounds): Field {
  const allowed = new Set<number>();
  let isStar = false;
  for (const expression of text.split(',').filter((part) => part !== '')) {
    const { start, end, step, star } = parseRange(expression, limits);
    for (let value = start; value <= end; value += step) allowed.add(value);
    isStar ||= star;
  }
  return { allowed, isStar };
}

function parseRange(
  expression: string,
  { max, min, names }: Bounds,
): { readonly start: number; readonly end: number; readonly step: number; readonly star: boolean } {
  const [range = '', ...steps] = expression.split('/');
  const parts = range.split('-');
  let [start, end, step] = [min, max, 1];
  let star = parts[0] === '*' || parts[0] === '?';
  if (!star) {
    start = parseNumber(parts[0] ?? '', names);
    if (parts.length > 2) throw new ScheduleError(`too many hyphens: ${expression}`);
    end = parts.length === 2 ? parseNumber(parts[1] ?? '', names) : start;
  }
  if (steps.length > 1) throw new ScheduleError(`too many slashes: ${expression}`);
  if (steps[0] !== undefined) {
    step = parseNumber(steps[0], undefined);
    if (parts.length === 1) end = max;
    if (step > 1) star = false;
  }
  if (start < min) throw new ScheduleError(`beginning of range (${start}) below minimum (${min}): ${expression}`);
  if (end > max) throw new ScheduleError(`end of range (${end}) above maximum (${max}): ${expression}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${expression}`);
  return { start, end, step, star };
}

function parseNumber(text: string, names: Bounds['names']): number {
  const known = names?.[text.toLowerCase()];
  if (known !== undefined) return known;
  if (!/^[+-]?\d+$/.test(text))
    throw new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = Number(text);
  if (value < 0) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

class CronSchedule implements Schedule {
  private readonly fields: readonly [Field, Field, Field, Field, Field];

  constructor(
    texts: readonly string[],
    private readonly zone: Zone,
  ) {
    const parse = (at: 0 | 1 | 2 | 3 | 4): Field => parseField(texts[at] ?? '', bounds[at]);
    this.fields = [parse(0), parse(1), parse(2), parse(3), parse(4)];
  }

  next(at: number): number | undefined {
    const [minutes, hours, , months] = this.fields;
    let now = Math.ceil((at + 1) / 60) * 60;
    const last = this.civil(now).year + 5;
    for (;;) {
      let civil = this.civil(now);
      if (civil.year > last) return undefined;
      if (!months.allowed.has(civil.month)) {
        now = this.at({ ...midnight(civil), day: 1, month: civil.month + 1 });
        continue;
      }
      if (!this.isDay(civil)) {
        now = this.morning({ ...midnight(civil), day: civil.day + 1 });
        continue;
      }
      if (!hours.allowed.has(civil.hour)) {
        now = now - civil.minute * 60 + 3600;
        continue;
      }
      while (!minutes.allowed.has(civil.minute)) {
        now += 60;
        civil = this.civil(now);
        if (civil.minute === 0) break;
      }
      if (minutes.allowed.has(civil.minute) && hours.allowed.has(civil.hour) && this.isDay(civil)) return now;
    }
  }

  private isDay({ day, month, year }: Civil): boolean {
    const [, , days, months, weekdays] = this.fields;
    if (!months.allowed.has(month)) return false;
    const isDay = days.allowed.has(day);
    const isWeekday = weekdays.allowed.has(weekdayOf(daysOf(year, month, day)));
    return days.isStar || weekdays.isStar ? isDay && isWeekday : isDay || isWeekday;
  }

  /** Midnight, or the nearest to it where clocks leave it out. */
  private morning(civil: Civil): number {
    const at = this.at(civil);
    const { hour } = this.civil(at);
    if (hour === 0) return at;
    return hour > 12 ? at + (24 - hour) * 3600 : at - hour * 3600;
  }

  private civil(at: number): Civil {
    return civilAt(this.zone, at);
  }

  private at(civil: Civil): number {
    return timeOf(this.zone, civil);
  }
}

const midnight = (civil: Civil): Civil => ({ ...civil, hour: 0, minute: 0, second: 0 });
