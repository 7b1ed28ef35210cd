// Keys in code-unit order, for ranges: chunks of a few hundred, so that a new key moves few others.

const chunkLimit = 512;

/** A sorted set of texts. */
export class SortedKeys {
  private readonly chunks: string[][] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Adds a key that is not there yet. */
  add(key: string): void {
    this.count++;
    if (this.chunks.length === 0) {
      this.chunks.push([key]);
      return;
    }
    const at = this.chunkFor(key);
    const chunk = this.chunks[at] as string[];
    chunk.splice(firstNotBelow(chunk, key), 0, key);
    if (chunk.length > chunkLimit) this.chunks.splice(at + 1, 0, chunk.splice(chunkLimit >> 1));
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (!chunk) return;
    const index = firstNotBelow(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    this.count--;
    if (chunk.length === 0) this.chunks.splice(at, 1);
  }

  /** Keys from `start` on that begin with `prefix`, in order; `visit` answers false to stop. */
  scan(prefix: string, start: string, visit: (key: string) => boolean): void {
    if (this.chunks.length === 0) return;
    const from = start > prefix ? start : prefix;
    let at = this.chunkFor(from);
    let index = firstNotBelow(this.chunks[at] as string[], from);
    for (; at < this.chunks.length; at++, index = 0) {
      const chunk = this.chunks[at] as string[];
      for (; index < chunk.length; index++) {
        const key = chunk[index] as string;
        if (!key.startsWith(prefix) || !visit(key)) return;
      }
    }
  }

  /** The last chunk whose first key is not above `key`, or the first chunk. */
  private chunkFor(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.chunks[middle]?.[0] as string) <= key) low = middle;
      else high = middle;
    }
    return low;
  }
}

function firstNotBelow(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
