// IP addresses and prefixes: read from text, written in canonical form, compared by their bytes.

/** 4 or 16 bytes. An IPv4-mapped IPv6 address keeps its 16. */
export type IpAddress = readonly number[];

export interface ParsedIp {
  readonly bytes: IpAddress;
  /** A part of the IPv4 form was written as `010`. */
  readonly hasLeadingZeros: boolean;
}

function parseIpv4(text: string): ParsedIp | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255)) return undefined;
  return { bytes: parts.map(Number), hasLeadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

function parseIpv6(text: string): ParsedIp | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const bytes: number[][] = [];
  for (const [at, half] of groups.entries()) {
    const own: number[] = [];
    for (const [position, group] of half.entries()) {
      const isLast = at === groups.length - 1 && position === half.length - 1;
      const embedded = isLast && group.includes('.') ? parseIpv4(group) : undefined;
      if (embedded !== undefined && !embedded.hasLeadingZeros) own.push(...embedded.bytes);
      else if (/^[0-9a-fA-F]{1,4}$/.test(group)) own.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
      else return undefined;
    }
    bytes.push(own);
  }
  const [head = [], tail] = bytes;
  const gap = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? gap !== 0 : gap < 2) return undefined;
  return { bytes: [...head, ...new Array<number>(gap).fill(0), ...(tail ?? [])], hasLeadingZeros: false };
}

/** Reads an address, with Go's old leniency about zeros in IPv4. */
export function parseIp(text: string): ParsedIp | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

export function isIpv4Mapped(bytes: IpAddress): boolean {
  return bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

/** The address with IPv4-mapped ones taken for IPv4. */
export function unmapped(bytes: IpAddress): IpAddress {
  return isIpv4Mapped(bytes) ? bytes.slice(12) : bytes;
}

/** Canonical text: RFC 5952 for IPv6. */
export function ipText(bytes: IpAddress): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  let [best, length] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > length) [best, length] = [start, end - start];
  }
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + length).join(':')}`;
}

export interface ParsedPrefix extends ParsedIp {
  /** Bits that count. */
  readonly length: number;
  /** The length was written as `08`. */
  readonly hasOddLength: boolean;
}

/** Reads `10.0.0.0/8`. */
export function parsePrefix(text: string): ParsedPrefix | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (ip === undefined || !/^\d+$/.test(digits) || Number(digits) > ip.bytes.length * 8) return undefined;
  return { ...ip, length: Number(digits), hasOddLength: digits.length > 1 && digits.startsWith('0') };
}

/** The address with all bits after the first `length` cleared. */
export function masked(bytes: IpAddress, length: number): IpAddress {
  return bytes.map((byte, at) => byte & (0xff00 >> Math.max(0, Math.min(8, length - at * 8))) & 0xff);
}

/** Whether the first `length` bits of two addresses of one family agree. */
export function isInPrefix(address: IpAddress, prefix: IpAddress, length: number): boolean {
  if (address.length !== prefix.length) return false;
  const [a, b] = [masked(address, length), masked(prefix, length)];
  return a.every((byte, at) => byte === b[at]);
}
