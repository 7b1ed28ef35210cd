// IPv4 addresses and ranges as numbers.

/** The number of a dotted address, or undefined when it is none. */
export function ipToNumber(ip: string): number | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    number = number * 256 + byte;
  }
  return number;
}

export function numberToIp(number: number): string {
  return `${Math.floor(number / 0x1000000)}.${Math.floor(number / 0x10000) % 256}.${Math.floor(number / 0x100) % 256}.${number % 256}`;
}

/** A block of addresses. */
export interface AddressRange {
  readonly first: number;
  readonly size: number;
}

/** The range of a CIDR such as `10.244.1.0/24`; undefined when it is none. */
export function parseRange(cidr: string): AddressRange | undefined {
  const [ip = '', bits = ''] = cidr.split('/');
  const number = ipToNumber(ip);
  const length = Number(bits);
  if (number === undefined || bits === '' || !Number.isInteger(length) || length < 0 || length > 32) return undefined;
  const size = 2 ** (32 - length);
  return { first: number - (number % size), size };
}

export function isWithin(range: AddressRange, number: number): boolean {
  return number >= range.first && number < range.first + range.size;
}

/** Gives out the addresses of a pod range one after another, and each again only when its turn comes round: as host-local does. */
export class AddressPool {
  private readonly taken = new Set<number>();
  private next = 2;

  constructor(private readonly range: AddressRange) {}

  /** A free address, or undefined when all are taken. The first one is the bridge's, the last one the broadcast's. */
  take(): string | undefined {
    const last = this.range.size - 2;
    for (let tries = 0; tries < last; tries++) {
      const offset = this.next;
      this.next = this.next >= last ? 2 : this.next + 1;
      if (this.taken.has(offset)) continue;
      this.taken.add(offset);
      return numberToIp(this.range.first + offset);
    }
    return undefined;
  }

  release(ip: string): void {
    const number = ipToNumber(ip);
    if (number !== undefined) this.taken.delete(number - this.range.first);
  }
}
