// Spans of time as people read them: the AGE column, and metav1.Duration texts. Upstream: apimachinery/pkg/util/duration and Go's time.

/** `5m12s`, `3h`, `2d4h`: what AGE columns show for a span in seconds; `<invalid>` when it lies in the future. */
export function humanDuration(span: number): string {
  const seconds = Math.trunc(span);
  if (seconds < -1) return '<invalid>';
  if (span < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 2920 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

/** One unit only: `5m`, `3h`, `2d`. */
export function shortHumanDuration(span: number): string {
  const seconds = Math.trunc(span);
  if (seconds < -1) return '<invalid>';
  if (span < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h`;
  const days = Math.floor(seconds / 86400);
  return days < 365 ? `${days}d` : `${Math.floor(days / 365)}y`;
}

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Thrown for a text that is no duration. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const most = 2n ** 63n;

/** Nanoseconds of a Go duration such as `1h30m`. Throws {@link DurationError} with Go's text. */
export function parseGoDuration(text: string): bigint {
  const quoted = `"${text}"`;
  const wrong = (): DurationError => new DurationError(`time: invalid duration ${quoted}`);
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw wrong();
  let total = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const [, whole = '', fraction = ''] = number ?? [];
    if (whole === '' && fraction === '') throw wrong();
    rest = rest.slice(number?.[0].length ?? 0);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quoted}`);
    const size = unitNanoseconds[unit];
    if (size === undefined) throw new DurationError(`time: unknown unit "${unit}" in duration ${quoted}`);
    rest = rest.slice(unit.length);
    total += BigInt(whole || '0') * size + (fraction === '' ? 0n : (BigInt(fraction) * size) / 10n ** BigInt(fraction.length));
    if (total > most) throw wrong();
  }
  if (text.startsWith('-')) return -total;
  if (total > most - 1n) throw wrong();
  return total;
}

function withFraction(nanoseconds: bigint, unit: bigint): string {
  const fraction = (nanoseconds % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${nanoseconds / unit}` : `${nanoseconds / unit}.${fraction}`;
}

/** Nanoseconds as Go prints a duration: `1h30m0s`, `1.5ms`. */
export function goDurationText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const span = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (span < 1000n) return `${sign}${span}ns`;
  if (span < 1_000_000n) return `${sign}${withFraction(span, 1000n)}µs`;
  if (span < 1_000_000_000n) return `${sign}${withFraction(span, 1_000_000n)}ms`;
  const minutes = span / 60_000_000_000n;
  const seconds = `${withFraction(span % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return `${sign}${seconds}`;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}
