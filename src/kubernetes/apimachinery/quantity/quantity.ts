// Amounts of a resource, exact to the nano: `100m`, `1.5Gi`, `12e6`. Upstream: apimachinery/pkg/api/resource.
import { parseNumber, QuantityError } from './quantity-text.ts';

export { QuantityError };

/** How a quantity is written: the family of suffixes it came with. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/**
 * A number `unscaled × 10^exponent`. As upstream it has two forms: a small one that holds an int64, whose operations overflow to 0,
 * and a decimal one of any length, whose conversions to int64 wrap. The forms are kept apart because clients can see the difference.
 */
export class Quantity {
  private text: string | undefined;

  constructor(
    readonly unscaled: bigint,
    readonly exponent: number,
    readonly format: QuantityFormat,
    /** The decimal form. */
    private readonly isDecimal = false,
    /** What the author wrote, where upstream gives that back. */
    text?: string,
  ) {
    this.text = text;
  }

  get sign(): -1 | 0 | 1 {
    return this.unscaled === 0n ? 0 : this.unscaled < 0n ? -1 : 1;
  }

  cmp(other: Quantity): -1 | 0 | 1 {
    const [a, b] = aligned(this, other);
    return a === b ? 0 : a < b ? -1 : 1;
  }

  /** The sum in the format of this quantity, or of the other when this is zero. */
  add(other: Quantity): Quantity {
    const format = this.unscaled === 0n ? other.format : this.format;
    if (!this.isDecimal && !other.isDecimal) {
      if (other.unscaled === 0n) return new Quantity(this.unscaled, this.exponent, format);
      if (this.unscaled === 0n) return new Quantity(other.unscaled, other.exponent, format);
      const [a, b] = aligned(this, other);
      if (fitsInt64(a) && fitsInt64(b) && fitsInt64(a + b))
        return new Quantity(a + b, Math.min(this.exponent, other.exponent), format);
    }
    const [a, b] = aligned(this, other);
    return new Quantity(a + b, Math.min(this.exponent, other.exponent), format, true);
  }

  sub(other: Quantity): Quantity {
    return this.add(other.negate());
  }

  /** `times` must be whole. */
  multiply(times: number): Quantity {
    const product = this.unscaled * BigInt(times);
    if (this.isDecimal || !fitsInt64(product)) return new Quantity(product, this.exponent, this.format, true);
    if (this.exponent > 0 && scaleUp(product, this.exponent) === undefined)
      return new Quantity(product, this.exponent, this.format, true);
    return new Quantity(product, product === 0n ? 0 : this.exponent, this.format);
  }

  negate(): Quantity {
    return new Quantity(-this.unscaled, this.exponent, this.format, this.isDecimal);
  }

  /** This amount as a multiple of 10^exponent, away from zero. */
  roundUp(exponent: number): Quantity {
    if (!this.isDecimal && this.exponent >= exponent) return this;
    if (this.exponent >= exponent) return new Quantity(this.unscaled, this.exponent, this.format, true);
    return new Quantity(divideAway(this.unscaled, exponent - this.exponent), exponent, this.format, this.isDecimal);
  }

  /** Whole units, rounded up; past int64 it is what upstream gives: 0 or wrapped. */
  value(): bigint {
    return this.scaledValue(0);
  }

  /** Thousandths, rounded up; past int64 as {@link value}. */
  milliValue(): bigint {
    return this.scaledValue(-3);
  }

  scaledValue(exponent: number): bigint {
    const shift = this.exponent - exponent;
    if (!this.isDecimal) {
      if (shift < 0) return divideAway(this.unscaled, -shift);
      return scaleUp(this.unscaled, shift) ?? overflowed(this.unscaled, shift);
    }
    if (shift >= 0) return BigInt.asIntN(64, this.unscaled * 10n ** BigInt(shift));
    const divisor = 10n ** BigInt(-shift);
    if (this.unscaled < maxInt64 && -shift < 19) {
      const wrapped = BigInt.asIntN(64, this.unscaled);
      return wrapped / divisor + (wrapped % divisor === 0n ? 0n : 1n);
    }
    const whole = this.unscaled / divisor;
    return BigInt.asIntN(64, whole + (this.unscaled % divisor === 0n ? 0n : 1n));
  }

  /** The value when it is whole and in the small form, as upstream's AsInt64. */
  asInt64(): bigint | undefined {
    if (this.isDecimal || this.exponent < 0) return undefined;
    return scaleUp(this.unscaled, this.exponent);
  }

  approximate(): number {
    return Number(`${this.unscaled}e${this.exponent}`);
  }

  /** Canonical text. */
  toString(): string {
    this.text ??= canonical(this);
    return this.text;
  }

  toJSON(): string {
    return this.toString();
  }
}

const maxInt64 = 9223372036854775807n;
const fitsInt64 = (n: bigint): boolean => n >= -maxInt64 - 1n && n <= maxInt64;

/** Both mantissas at the smaller exponent. Exponents too far apart to write out are cut: only their order counts then. */
function aligned(a: Quantity, b: Quantity): [bigint, bigint] {
  const difference = Math.max(-4000, Math.min(4000, a.exponent - b.exponent));
  if (difference >= 0) return [a.unscaled * 10n ** BigInt(difference), b.unscaled];
  return [a.unscaled, b.unscaled * 10n ** BigInt(-difference)];
}

function divideAway(n: bigint, digits: number): bigint {
  if (digits > 400) return n === 0n ? 0n : n < 0n ? -1n : 1n;
  const divisor = 10n ** BigInt(digits);
  const whole = n / divisor;
  if (n % divisor === 0n) return whole;
  return n < 0n ? whole - 1n : whole + 1n;
}

function scaleUp(n: bigint, digits: number): bigint | undefined {
  if (n === 0n) return 0n;
  if (digits > 40) return undefined;
  const product = n * 10n ** BigInt(digits);
  return fitsInt64(product) ? product : undefined;
}

/** What upstream's small form answers past int64: wrapped where it multiplies at once, 0 where it goes digit by digit. */
function overflowed(n: bigint, digits: number): bigint {
  return [1, 2, 3, 6, 9].includes(digits) ? BigInt.asIntN(64, n * 10n ** BigInt(digits)) : 0n;
}

const decimalSuffixes: Readonly<Record<number, string>> = {
  [-9]: 'n',
  [-6]: 'u',
  [-3]: 'm',
  0: '',
  3: 'k',
  6: 'M',
  9: 'G',
  12: 'T',
  15: 'P',
  18: 'E',
};
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function canonical(quantity: Quantity): string {
  if (quantity.sign === 0) return '0';
  if (quantity.format === 'BinarySI') {
    const whole =
      quantity.exponent >= 0
        ? quantity.unscaled * 10n ** BigInt(quantity.exponent)
        : divideAway(quantity.unscaled, -quantity.exponent);
    const isExact = quantity.exponent >= 0 || whole * 10n ** BigInt(-quantity.exponent) === quantity.unscaled;
    if (isExact && (whole <= -1024n || whole >= 1024n)) {
      let mantissa = whole;
      let power = 0;
      while (mantissa % 1024n === 0n) {
        mantissa /= 1024n;
        power++;
      }
      return `${mantissa}${binarySuffixes[power] ?? ''}`;
    }
  }
  let mantissa = quantity.unscaled;
  let exponent = quantity.exponent;
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    mantissa *= 10n;
    exponent--;
  }
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${decimalSuffixes[exponent] ?? ''}`;
}

const parsed = new Map<string, Quantity>();
const rememberedTexts = 20_000;

/** Reads a quantity. Throws {@link QuantityError} with upstream's text when it is none. */
export function parseQuantity(text: string): Quantity {
  let quantity = parsed.get(text);
  if (quantity === undefined) {
    quantity = fromText(text);
    if (parsed.size >= rememberedTexts) parsed.clear();
    parsed.set(text, quantity);
  }
  return quantity;
}

const digitsOfInt64 = 18;
const nano = -9;

/** Upstream's two ways: small numbers keep an int64 and, when they look canonical, their text; all others become decimals. */
function fromText(text: string): Quantity {
  if (text === '0') return new Quantity(0n, 0, 'DecimalSI', false, text);
  const { isPositive, whole, fraction, number, suffix } = parseNumber(text);
  const { base, exponent, format } = suffix;
  const isBinary = format === 'BinarySI';
  const digits = isBinary
    ? fraction === ''
      ? 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1
      : -1
    : digitsOfInt64 - whole.length - fraction.length;
  const scale = (isBinary ? 0 : exponent) - fraction.length;
  if (digits >= 0 && scale >= nano) {
    const shown = whole + fraction;
    const amount = BigInt(shown) * (isBinary ? 1n << BigInt(exponent) : 1n);
    if (fitsInt64(amount)) {
      const isCanonical = isBinary
        ? exponent % 10 === 0 && (BigInt(shown) & 7n) !== 0n
        : scale % 3 === 0 && !shown.endsWith('000') && !shown.startsWith('0');
      return new Quantity(isPositive ? amount : -amount, scale, format, false, isCanonical ? text : undefined);
    }
  }
  return decimal(number, { base, exponent, format, isPositive });
}

interface DecimalParts {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
  readonly isPositive: boolean;
}

/** Rounds up to a nano; caps binary amounts at int64. */
function decimal(
  number: { readonly digits: string; readonly scale: number },
  { base, exponent, format, isPositive }: DecimalParts,
): Quantity {
  let amount = BigInt(number.digits);
  let scale = -number.scale;
  if (base === 10) scale += exponent;
  else amount <<= BigInt(exponent);
  if (amount !== 0n && scale !== nano) {
    if (scale < nano) {
      amount = divideAway(amount, nano - scale);
      scale = nano;
    } else if (scale < 400) {
      amount *= 10n ** BigInt(scale - nano);
      scale = nano;
    }
  }
  if (format === 'BinarySI') {
    const [own, most] = [amount, maxInt64 * 10n ** BigInt(-Math.min(0, scale))];
    if (own > most) {
      amount = maxInt64;
      scale = 0;
    } else if (amount > 0n && amount < 10n ** BigInt(-scale)) format = 'DecimalSI';
  }
  return new Quantity(isPositive ? amount : -amount, scale, format, true);
}

/** A quantity of whole units. */
export function quantityOf(value: number | bigint, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), 0, format);
}

/** A quantity of thousandths, as upstream's NewMilliQuantity. */
export function milliQuantityOf(value: number | bigint, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), -3, format);
}

const milliOf = new Map<string, number>();
const valueOf = new Map<string, number>();

function remembered(memory: Map<string, number>, text: string, compute: (quantity: Quantity) => bigint): number {
  let value = memory.get(text);
  if (value === undefined) {
    value = Number(compute(parseQuantity(text)));
    if (memory.size >= rememberedTexts) memory.clear();
    memory.set(text, value);
  }
  return value;
}

/** Thousandths of a unit as a number, for the many places that count CPU. Throws as {@link parseQuantity}. */
export function quantityToMilli(text: string): number {
  return remembered(milliOf, text, (quantity) => quantity.milliValue());
}

/** Whole units, rounded up, as a number: bytes and counts. Throws as {@link parseQuantity}. */
export function quantityToValue(text: string): number {
  return remembered(valueOf, text, (quantity) => quantity.value());
}

/** Whether two texts name the same amount. */
export function equalQuantities(a: string, b: string): boolean {
  return a === b || parseQuantity(a).cmp(parseQuantity(b)) === 0;
}
