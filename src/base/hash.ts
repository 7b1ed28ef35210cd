// Hashes that are the same on every system: for run hashes, names and forked streams of chance. None is cryptographic.

/** FNV-1a, 32 bits, over the UTF-16 code units of `text` (their low and high bytes when not ASCII). */
export function fnv1a32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** A rolling hash of 64 bits over texts in order, read as 16 hexadecimal digits. */
export class RollingHash {
  private low = 0x811c9dc5;
  private high = 0x9e3779b9;

  add(text: string): void {
    let { low, high } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ (unit & 0xff), 0x01000193);
      high = Math.imul(high ^ (unit & 0xff), 0x01000193);
      if (unit > 0xff) {
        low = Math.imul(low ^ (unit >>> 8), 0x01000193);
        high = Math.imul(high ^ (unit >>> 8), 0x01000193);
      }
    }
    this.low = low >>> 0;
    this.high = Math.imul((high >>> 0) ^ this.low, 0x85ebca6b) >>> 0;
  }

  get hex(): string {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }
}
