// What is taken of a range of addresses or ports. The lower part is kept for those who ask for a number of their own, as upstream keeps it.

/** IPv4 addresses of a range such as 10.96.0.0/16. */
export class IpRange {
  private readonly start: number;
  private readonly size: number;
  private readonly taken = new Set<number>();

  constructor(
    readonly cidr: string,
    private readonly draw: (bound: number) => number,
  ) {
    const [address = '', bits = '32'] = cidr.split('/');
    this.size = 2 ** (32 - Number(bits));
    this.start = Math.floor(addressNumber(address) / this.size) * this.size;
  }

  get first(): string {
    return addressText(this.start + 1);
  }

  /** The address of the range itself, which stands for one that a dry run does not give out. */
  get base(): string {
    return addressText(this.start);
  }

  take(address: string): void {
    this.taken.add(addressNumber(address) - this.start);
  }

  free(address: string): void {
    this.taken.delete(addressNumber(address) - this.start);
  }

  /** Why an address cannot be had, or undefined. */
  problemWith(address: string): string | undefined {
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return undefined;
    const offset = addressNumber(address) - this.start;
    if (offset <= 0 || offset >= this.size - 1)
      return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.cidr}`;
    return this.taken.has(offset) ? 'provided IP is already allocated' : undefined;
  }

  /** Takes a free address by chance, or undefined when there is none. */
  next(): string | undefined {
    const reserved = reservedShare(this.size - 2);
    const offset =
      drawFree(this.taken, 1 + reserved, this.size - 2, this.draw) ?? drawFree(this.taken, 1, reserved, this.draw);
    if (offset === undefined) return undefined;
    this.taken.add(offset);
    return addressText(this.start + offset);
  }
}

/** Gives out port numbers. */
export interface PortSource {
  /** Why a port cannot be had, or undefined. */
  problemWith(port: number): string | undefined;
  take(port: number): void;
  next(): number | undefined;
}

/** For a dry run: numbers that nobody keeps, outside of any range. Upstream: portallocator's dry-run operation. */
export class DryRange implements PortSource {
  private readonly taken = new Set<number>();

  problemWith(port: number): string | undefined {
    return this.taken.has(port) ? 'provided port is already allocated' : undefined;
  }

  take(port: number): void {
    this.taken.add(port);
  }

  next(): number {
    const port = Math.max(32768, ...this.taken) + 1;
    this.taken.add(port);
    return port;
  }
}

/** Ports from `low` to `high`. */
export class PortRange implements PortSource {
  private readonly taken = new Set<number>();

  constructor(
    private readonly low: number,
    private readonly high: number,
    private readonly draw: (bound: number) => number,
  ) {}

  take(port: number): void {
    this.taken.add(port);
  }

  free(port: number): void {
    this.taken.delete(port);
  }

  problemWith(port: number): string | undefined {
    if (port < this.low || port > this.high)
      return `provided port is not in the valid range. The range of valid ports is ${this.low}-${this.high}`;
    return this.taken.has(port) ? 'provided port is already allocated' : undefined;
  }

  next(): number | undefined {
    const reserved = reservedShare(this.high - this.low + 1);
    const port =
      drawFree(this.taken, this.low + reserved, this.high, this.draw) ??
      drawFree(this.taken, this.low, this.low + reserved - 1, this.draw);
    if (port !== undefined) this.taken.add(port);
    return port;
  }
}

/** Upstream: calculateRangeOffset: a 16th, but at least 16 and at most 256 (128 for ports is within it). */
function reservedShare(size: number): number {
  return size < 16 ? 0 : Math.min(256, Math.max(16, Math.floor(size / 16)));
}

function drawFree(
  taken: ReadonlySet<number>,
  low: number,
  high: number,
  draw: (bound: number) => number,
): number | undefined {
  const size = high - low + 1;
  if (size <= 0) return undefined;
  const start = draw(size);
  for (let i = 0; i < size; i++) {
    const candidate = low + ((start + i) % size);
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressText(number: number): string {
  return [number / 2 ** 24, number / 2 ** 16, number / 2 ** 8, number].map((part) => Math.floor(part) % 256).join('.');
}
