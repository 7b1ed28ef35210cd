// Time zones for schedules: offsets and the rules of summer time as they are in force today. Differs: upstream has all of the tz database.

interface SummerTime {
  /** Month (1–12) and which Sunday of it (1–4, or -1 for the last), and the second of that day in UTC at which clocks change. */
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  /** Minutes that clocks go forward by. */
  readonly by: number;
}

interface Zone {
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly summer?: SummerTime;
}

const hour = 3600;
const europe: SummerTime = { from: [3, -1, hour], to: [10, -1, hour], by: 60 };

/** Two o'clock on the wall, both ways. */
const america = (offset: number): Zone => ({
  offset,
  summer: { from: [3, 2, 2 * hour - offset * 60], to: [11, 1, hour - offset * 60], by: 60 },
});

/** First Sundays of October and April, at two o'clock of standard time. */
const australia = (offset: number): Zone => ({
  offset,
  summer: { from: [10, 1, 2 * hour - offset * 60], to: [4, 1, 2 * hour - offset * 60], by: 60 },
});

const fixed: Readonly<Record<string, number>> = {
  UTC: 0,
  'Etc/UTC': 0,
  GMT: 0,
  'Etc/GMT': 0,
  EST: -300,
  'Africa/Johannesburg': 120,
  'Africa/Lagos': 60,
  'Africa/Nairobi': 180,
  'America/Argentina/Buenos_Aires': -180,
  'America/Bogota': -300,
  'America/Sao_Paulo': -180,
  'Asia/Bangkok': 420,
  'Asia/Dubai': 240,
  'Asia/Hong_Kong': 480,
  'Asia/Kathmandu': 345,
  'Asia/Kolkata': 330,
  'Asia/Seoul': 540,
  'Asia/Shanghai': 480,
  'Asia/Singapore': 480,
  'Asia/Tokyo': 540,
  'Europe/Istanbul': 180,
  'Europe/Moscow': 180,
  'Pacific/Kiritimati': 840,
};

const changing: Readonly<Record<string, Zone>> = {
  'America/Chicago': america(-360),
  'America/Denver': america(-420),
  'America/Los_Angeles': america(-480),
  'America/New_York': america(-300),
  'America/St_Johns': america(-210),
  'America/Toronto': america(-300),
  'Australia/Melbourne': australia(600),
  'Australia/Sydney': australia(600),
  EST5EDT: america(-300),
  'US/Eastern': america(-300),
  'US/Pacific': america(-480),
};

const european: Readonly<Record<string, number>> = {
  'Europe/Amsterdam': 60,
  'Europe/Berlin': 60,
  'Europe/Dublin': 0,
  'Europe/Helsinki': 120,
  'Europe/Lisbon': 0,
  'Europe/London': 0,
  'Europe/Madrid': 60,
  'Europe/Paris': 60,
  'Europe/Rome': 60,
  'Europe/Stockholm': 60,
  'Europe/Vienna': 60,
  'Europe/Warsaw': 60,
  'Europe/Zurich': 60,
};

/** A zone by its name in the tz database, undefined for one that is not known. */
export function findZone(name: string): Zone | undefined {
  const offset = fixed[name];
  if (offset !== undefined) return { offset };
  const base = european[name];
  if (base !== undefined) return { offset: base, summer: europe };
  const plain = /^Etc\/GMT([+-])(\d{1,2})$/.exec(name);
  if (plain && Number(plain[2]) <= (plain[1] === '-' ? 14 : 12)) return { offset: Number(`${plain[1]}${plain[2]}`) * -60 };
  return changing[name];
}

/** Days since 1970-01-01 of a date; the month counts from 1 and may be beyond 12. */
export function daysOf(year: number, month: number, day: number): number {
  const years = year + Math.floor((month - 1) / 12);
  const inYear = ((month - 1) % 12) + 1;
  const shifted = inYear <= 2 ? years - 1 : years;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (inYear + (inYear > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

/** 0 for Sunday. */
export const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7;

function instantOf(year: number, [month, week, second]: readonly [number, number, number]): number {
  const first = daysOf(year, month, 1);
  const sunday = first + ((7 - weekdayOf(first)) % 7);
  if (week > 0) return (sunday + (week - 1) * 7) * 86400 + second;
  const last = daysOf(year, month + 1, 1) - 1;
  return (last - weekdayOf(last)) * 86400 + second;
}

/** Seconds east of UTC at a time (seconds since 1970). */
export function offsetAt({ offset, summer }: Zone, at: number): number {
  if (!summer) return offset * 60;
  const year = yearOf(at + offset * 60);
  const from = instantOf(year, summer.from);
  const to = instantOf(year, summer.to);
  const isSummer = from < to ? at >= from && at < to : at >= from || at < to;
  return (offset + (isSummer ? summer.by : 0)) * 60;
}

function yearOf(at: number): number {
  const days = Math.floor(at / 86400);
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysOf(year, 1, 1) > days) year--;
  while (daysOf(year + 1, 1, 1) <= days) year++;
  return year;
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What clocks and calendars in the zone show at a time. */
export function civilAt(zone: Zone, at: number): Civil {
  const local = at + offsetAt(zone, at);
  const days = Math.floor(local / 86400);
  const rest = local - days * 86400;
  const year = yearOf(local);
  let month = 1;
  while (month < 12 && daysOf(year, month + 1, 1) <= days) month++;
  return {
    year,
    month,
    day: days - daysOf(year, month, 1) + 1,
    hour: Math.floor(rest / hour),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

/** The time at which clocks show that; where they never do or do twice, as Go's time.Date has it. */
export function timeOf(zone: Zone, { year, month, day, hour: hours, minute, second }: Civil): number {
  const local = daysOf(year, month, day) * 86400 + hours * hour + minute * 60 + second;
  const guess = offsetAt(zone, local);
  const offset = offsetAt(zone, local - guess);
  return local - offset;
}

export type { Zone };
