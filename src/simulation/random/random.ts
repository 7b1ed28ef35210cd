// The only source of chance: streams forked by name, so that a new user of chance does not shift the others.
import { fnv1a32 } from '@/base/hash.ts';

/** A seeded stream of chance (sfc32). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(private readonly seed: string) {
    this.a = fnv1a32(seed);
    this.b = fnv1a32(seed, 0x9e3779b9);
    this.c = fnv1a32(seed, 0x85ebca6b);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A stream of its own that depends on this one's seed and on `name` alone, not on what was drawn before. */
  fork(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    return t >>> 0;
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** A number in [low, high). */
  within(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** `length` characters of upstream's alphabet for generated names (no vowels, nothing that looks like another). */
  nameSuffix(length = 5): string {
    const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
    return Array.from({ length }, () => alphabet.charAt(this.below(alphabet.length))).join('');
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = [this.uint32(), this.uint32(), this.uint32(), this.uint32()].map((n) => n.toString(16).padStart(8, '0')).join('');
    const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) & 3);
    // Joined, not concatenated: the engine keeps the pieces of a concatenated text alive.
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
  }
}
