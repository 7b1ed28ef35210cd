// Counts by node label and value, put together from what the cache keeps, with the changes of a what-if on top.
import type { PlaceCounts } from '../../cache/place-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';

interface Source {
  readonly key: string;
  readonly counts: PlaceCounts;
}

interface OfKey {
  readonly key: string;
  readonly counts: ReadonlyMap<string, number>[];
  readonly changes: Map<string, number>;
}

export class PairCounts {
  private readonly byKey: OfKey[] = [];

  constructor(sources: readonly Source[]) {
    for (const { key, counts } of sources) this.of(key).counts.push(counts.in(key));
  }

  get isEmpty(): boolean {
    return (
      this.byKey.every(
        ({ counts, changes }) => counts.every(({ size }) => size === 0) && changes.size === 0,
      ) || this.total <= 0
    );
  }

  /** How many there are in the node's domain of the label. */
  count(key: string, value: string): number {
    for (const one of this.byKey) if (one.key === key) return sum(one, value);
    return 0;
  }

  /** Whether there is any in any of the node's domains. */
  isAnyAt({ labels }: NodeInfo): boolean {
    for (const one of this.byKey) {
      const value = labels?.[one.key];
      if (value !== undefined && sum(one, value) > 0) return true;
    }
    return false;
  }

  change(key: string, node: NodeInfo, delta: number): void {
    const value = node.labels?.[key];
    if (value === undefined) return;
    const { changes } = this.of(key);
    changes.set(value, (changes.get(value) ?? 0) + delta);
  }

  clone(): PairCounts {
    const copy = new PairCounts([]);
    for (const { key, counts, changes } of this.byKey)
      copy.byKey.push({ key, counts, changes: new Map(changes) });
    return copy;
  }

  private get total(): number {
    let all = 0;
    for (const { counts, changes } of this.byKey)
      for (const map of [...counts, changes]) for (const count of map.values()) all += count;
    return all;
  }

  private of(key: string): OfKey {
    let one = this.byKey.find((other) => other.key === key);
    if (!one) {
      one = { key, counts: [], changes: new Map() };
      this.byKey.push(one);
    }
    return one;
  }
}

function sum({ counts, changes }: OfKey, value: string): number {
  let all = changes.size > 0 ? (changes.get(value) ?? 0) : 0;
  for (const map of counts) all += map.get(value) ?? 0;
  return all;
}
