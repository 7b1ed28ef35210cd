// IP addresses and CIDR prefixes in fields: strict for new fields, lenient for old ones, which get warnings. Upstream: apimachinery/pkg/util/validation/ip.go.
import { isIpv4Mapped, ipText, masked, parseIp, parsePrefix, unmapped, type ParsedPrefix } from '@/base/ip.ts';
import { goQuote } from '@/base/text.ts';
import { invalid, type FieldError } from './field-error.ts';

const notAnIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const notACidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const notAnInterface = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

/** Any IP address in canonical form. */
export function isValidIp(field: string, value: string): readonly FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) return [invalid(field, value, notAnIp)];
  if (ip.hasLeadingZeros) return [invalid(field, value, 'must not have leading 0s')];
  if (isIpv4Mapped(ip.bytes)) return [invalid(field, value, 'must not be an IPv4-mapped IPv6 address')];
  const text = ipText(ip.bytes);
  return text === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(text)})`)];
}

/** Any IP address, in fields that have always taken odd spellings. */
export function isValidIpForLegacyField(field: string, value: string): readonly FieldError[] {
  return parseIp(value) === undefined ? [invalid(field, value, notAnIp)] : [];
}

/** Warnings for an address that only {@link isValidIpForLegacyField} takes. */
export function warningsForIp(field: string, value: string): readonly string[] {
  const ip = parseIp(value);
  if (ip === undefined) return [];
  const text = ipText(unmapped(ip.bytes));
  if (ip.hasLeadingZeros || isIpv4Mapped(ip.bytes)) {
    return [
      `${field}: non-standard IP address ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${goQuote(text)}`,
    ];
  }
  if (text === value) return [];
  return [`${field}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(text)})`];
}

/** The prefix as Go prints a network or, with `keepsHost`, the address in it; mapped ones as IPv4. */
function prefixText({ bytes, length }: ParsedPrefix, keepsHost = false): string {
  const address = ipText(unmapped(keepsHost ? bytes : masked(bytes, length)));
  return `${address}/${isIpv4Mapped(bytes) ? length - 96 : length}`;
}

const hasHostBits = ({ bytes, length }: ParsedPrefix): boolean => masked(bytes, length).some((byte, at) => byte !== bytes[at]);

/** A network in canonical form. */
export function isValidCidr(field: string, value: string): readonly FieldError[] {
  const prefix = parsePrefix(value);
  if (prefix === undefined) return [invalid(field, value, notACidr)];
  if (prefix.hasLeadingZeros || prefix.hasOddLength)
    return [invalid(field, value, 'must not have leading 0s in IP or prefix length')];
  if (isIpv4Mapped(prefix.bytes)) return [invalid(field, value, 'must not have an IPv4-mapped IPv6 address')];
  if (hasHostBits(prefix)) return [invalid(field, value, 'must not have bits set beyond the prefix length')];
  const text = prefixText(prefix);
  return text === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(text)})`)];
}

export function isValidCidrForLegacyField(field: string, value: string): readonly FieldError[] {
  return parsePrefix(value) === undefined ? [invalid(field, value, notACidr)] : [];
}

export function warningsForCidr(field: string, value: string): readonly string[] {
  const prefix = parsePrefix(value);
  if (prefix === undefined) return [];
  if (prefix.hasLeadingZeros || prefix.hasOddLength || isIpv4Mapped(prefix.bytes)) {
    const better = goQuote(prefixText(prefix));
    return [
      `${field}: non-standard CIDR value ${goQuote(value)} will be considered invalid in a future Kubernetes release: use ${better}`,
    ];
  }
  if (hasHostBits(prefix)) {
    const alone = goQuote(`${ipText(prefix.bytes)}/${prefix.bytes.length * 8}`);
    return [
      `${field}: CIDR value ${goQuote(value)} is ambiguous in this context (should be ${goQuote(prefixText(prefix))} or ${alone}?)`,
    ];
  }
  const text = prefixText(prefix);
  return text === value
    ? []
    : [`${field}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(text)})`];
}

/** An address with the length of its network: `10.9.8.7/24`. */
export function isValidInterfaceAddress(field: string, value: string): readonly FieldError[] {
  const prefix = parsePrefix(value);
  if (prefix === undefined) return [invalid(field, value, notAnInterface)];
  const text = prefixText(prefix, true);
  return text === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(text)})`)];
}
