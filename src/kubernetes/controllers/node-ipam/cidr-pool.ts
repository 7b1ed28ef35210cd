// A range of addresses cut into equal blocks, given out lowest first. Upstream: pkg/controller/nodeipam/ipam/cidrset.

/** Blocks of one IPv4 range, such as the 256 of size /24 in 10.244.0.0/16. */
export class CidrPool {
  private readonly base: number;
  private readonly blockSize: number;
  private readonly count: number;
  private readonly taken = new Set<number>();
  /** Upstream goes round: a block that was given back is not the next to be given out. */
  private next = 0;

  constructor(
    range: string,
    private readonly maskSize: number,
  ) {
    const [address = '', prefix = '32'] = range.split('/');
    this.base = toNumber(address);
    this.blockSize = 2 ** (32 - maskSize);
    this.count = 2 ** Math.max(0, maskSize - Number(prefix));
  }

  /** The next free block, or undefined when none is left. */
  take(): string | undefined {
    for (let tries = 0; tries < this.count; tries++) {
      const at = (this.next + tries) % this.count;
      if (this.taken.has(at)) continue;
      this.taken.add(at);
      this.next = (at + 1) % this.count;
      return `${toText(this.base + at * this.blockSize)}/${this.maskSize}`;
    }
    return undefined;
  }

  /** Marks a block as taken; one outside the range is nobody's concern. */
  occupy(cidr: string): void {
    const at = this.indexOf(cidr);
    if (at !== undefined) this.taken.add(at);
  }

  release(cidr: string): void {
    const at = this.indexOf(cidr);
    if (at !== undefined) this.taken.delete(at);
  }

  private indexOf(cidr: string): number | undefined {
    const at = Math.floor((toNumber(cidr.split('/')[0] ?? '') - this.base) / this.blockSize);
    return at >= 0 && at < this.count ? at : undefined;
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
