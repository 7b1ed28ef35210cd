// How many of something there are on each node, and in each topology domain: kept up to date by the cache, so that no cycle counts pods.
import type { NodeInfo } from './node-info.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** Counts by node and by value of a node label. What reads them must not keep them: they change with the cluster. */
export class PlaceCounts {
  private readonly counts = new Map<NodeInfo, number>();
  private readonly domains = new Map<string, Map<string, number>>();
  private sum = 0;

  get total(): number {
    return this.sum;
  }

  on(node: NodeInfo): number {
    return this.counts.get(node) ?? 0;
  }

  /** Counts by value of the label `key`; nodes without it, and values without a count, are not in it. */
  in(key: string): ReadonlyMap<string, number> {
    let domain = this.domains.get(key);
    if (!domain) {
      domain = new Map();
      this.domains.set(key, domain);
      for (const [node, count] of this.counts) change(domain, node.labels?.[key], count);
    }
    return domain;
  }

  add(node: NodeInfo, delta: number): void {
    if (delta === 0) return;
    this.sum += delta;
    const count = this.on(node) + delta;
    if (count === 0) this.counts.delete(node);
    else this.counts.set(node, count);
    for (const [key, domain] of this.domains) change(domain, node.labels?.[key], delta);
  }

  /** The node got other labels than `previous`: its share moves to other domains. */
  relabel(node: NodeInfo, previous: Labels): void {
    const count = this.on(node);
    if (count === 0) return;
    for (const [key, domain] of this.domains) {
      change(domain, previous?.[key], -count);
      change(domain, node.labels?.[key], count);
    }
  }
}

function change(domain: Map<string, number>, value: string | undefined, delta: number): void {
  if (value === undefined) return;
  const count = (domain.get(value) ?? 0) + delta;
  if (count === 0) domain.delete(value);
  else domain.set(value, count);
}
