// Addresses and ranges as objects name them. Upstream: apimachinery/pkg/util/validation/ip.go.
import { invalid, type FieldError } from '../apimachinery/validation/field-error.ts';

/** The 16-bit groups of an IPv6 address, or the 4 bytes of an IPv4 one; undefined for what is neither. Leading zeros are let through. */
export function parseIp(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string): number[] | undefined => {
    if (half === '') return [];
    const out: number[] = [];
    const parts = half.split(':');
    for (const [at, part] of parts.entries()) {
      if (part.includes('.')) {
        const bytes = at === parts.length - 1 ? parseIpv4(part) : undefined;
        if (!bytes) return undefined;
        const [a, b, c, d] = bytes as [number, number, number, number];
        out.push((a << 8) | b, (c << 8) | d);
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(parseInt(part, 16));
      else return undefined;
    }
    return out;
  };
  const [head, tail] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (!head || !tail) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const gap = 8 - head.length - tail.length;
  return gap >= 1 ? [...head, ...Array<number>(gap).fill(0), ...tail] : undefined;
}

/** Whether a text is an IPv6 address. */
export const isIpv6 = (text: string): boolean => text.includes(':') && parseIpv6(text) !== undefined;

const notAnIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** An address of either family, without leading zeros, not an IPv4 address in IPv6 clothes. */
export function validateIp(text: string, path: string): readonly FieldError[] {
  const address = parseIp(text);
  if (!address) return [invalid(path, text, notAnIp)];
  if (hasLeadingZeros(text)) return [invalid(path, text, 'must not have leading 0s')];
  if (isMapped(text, address)) return [invalid(path, text, 'must not be an IPv4-mapped IPv6 address')];
  return [];
}

function hasLeadingZeros(text: string): boolean {
  return !text.includes(':') && text.split('.').some((part) => part.length > 1 && part.startsWith('0'));
}

const isMapped = (text: string, address: readonly number[]): boolean =>
  text.includes(':') &&
  address.length === 8 &&
  address.slice(0, 5).every((group) => group === 0) &&
  address[5] === 0xffff;

/** A range such as `10.0.0.0/8`; bits beyond the prefix must not be set when `isStrict`. */
export function validateCidr(text: string, path: string, isStrict = false): readonly FieldError[] {
  const [address = '', prefix = ''] = text.split('/');
  const parsed = parseIp(address);
  const bits = parsed?.length === 4 ? 32 : 128;
  if (!parsed || text.split('/').length !== 2 || !/^\d+$/.test(prefix) || Number(prefix) > bits) {
    return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  }
  if (hasLeadingZeros(address)) return [invalid(path, text, 'must not have leading 0s in IP')];
  if (prefix.length > 1 && prefix.startsWith('0'))
    return [invalid(path, text, 'must not have leading 0s in prefix length')];
  if (isMapped(address, parsed)) return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  if (isStrict) {
    const network = networkOf(address, Number(prefix));
    if (network !== undefined && network !== address) {
      return [
        invalid(
          path,
          text,
          `must not have bits set beyond the prefix length (should be ${network}/${prefix})`,
        ),
      ];
    }
  }
  return [];
}

function networkOf(address: string, prefix: number): string | undefined {
  const bytes = parseIpv4(address);
  if (!bytes) return undefined;
  const word = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - prefix);
  const start = Math.floor(word / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.');
}

/** Why an endpoint or a balancer may not have this address. */
export function validateNonSpecialIp(text: string, path: string): readonly FieldError[] {
  const address = parseIp(text);
  if (!address) return [invalid(path, text, notAnIp)];
  const errors: FieldError[] = [];
  const [first = 0, second = 0] = address;
  const isV4 = address.length === 4;
  const isZero = address.every((part) => part === 0);
  if (isZero) errors.push(invalid(path, text, 'may not be unspecified (0.0.0.0 or ::)'));
  const isLoopback = isV4
    ? first === 127
    : address.slice(0, 7).every((part) => part === 0) && address[7] === 1;
  if (isLoopback) errors.push(invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  const isLinkLocal = isV4 ? first === 169 && second === 254 : (first & 0xffc0) === 0xfe80;
  if (isLinkLocal)
    errors.push(invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  const isMulticast = isV4 ? first === 224 && second === 0 && address[2] === 0 : (first & 0xff0f) === 0xff02;
  if (isMulticast)
    errors.push(
      invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    );
  return errors;
}
