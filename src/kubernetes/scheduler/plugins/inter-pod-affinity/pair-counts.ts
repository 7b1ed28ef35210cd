// Counts by node label and value, put together from what the cache keeps, with the changes of a what-if on top.
import type { PlaceCounts } from '../../cache/place-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';

interface Source {
  readonly key: string;
  readonly counts: PlaceCounts;
}

export class PairCounts {
  private changes: Map<string, number> | undefined;
  private changed = 0;

  constructor(private readonly sources: readonly Source[]) {}

  get isEmpty(): boolean {
    if (this.changed !== 0) return this.sources.reduce((sum, { key, counts }) => sum + total(counts.in(key)), this.changed) <= 0;
    return this.sources.every(({ key, counts }) => counts.in(key).size === 0);
  }

  /** Labels that anything was counted by. */
  get keys(): ReadonlySet<string> {
    const keys = new Set(this.sources.map(({ key }) => key));
    for (const pair of this.changes?.keys() ?? []) keys.add(pair.slice(0, pair.indexOf('\0')));
    return keys;
  }

  count(key: string, value: string): number {
    let sum = this.changes?.get(`${key}\0${value}`) ?? 0;
    for (const source of this.sources) if (source.key === key) sum += source.counts.in(key).get(value) ?? 0;
    return sum;
  }

  change(key: string, node: NodeInfo, delta: number): void {
    const value = node.labels?.[key];
    if (value === undefined) return;
    this.changes ??= new Map();
    const pair = `${key}\0${value}`;
    this.changes.set(pair, (this.changes.get(pair) ?? 0) + delta);
    this.changed += delta;
  }

  clone(): PairCounts {
    const copy = new PairCounts(this.sources);
    copy.changes = this.changes && new Map(this.changes);
    copy.changed = this.changed;
    return copy;
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
