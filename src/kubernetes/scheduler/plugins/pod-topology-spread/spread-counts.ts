// For each hard spread constraint of a pod: how many pods are in each domain, and the least of them. Pre-filter makes it, filter reads it.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Snapshot } from '../../cache/cache.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { Cloneable } from '../../framework/framework.ts';
import { hasAllKeys, includesAllNodes, includesNode, type Constraint } from './constraints.ts';

/** Domains of one constraint. `counts` may lack domains without pods. */
interface Domains {
  readonly values: ReadonlyMap<string, number>;
  readonly counts: ReadonlyMap<string, number>;
}

export class SpreadCounts implements Cloneable {
  private readonly least: (number | undefined)[] = [];
  private changes: Map<string, number>[] | undefined;

  constructor(
    readonly constraints: readonly Constraint[],
    private readonly domains: readonly Domains[],
  ) {}

  count(at: number, value: string): number {
    return (this.domains[at]?.counts.get(value) ?? 0) + (this.changes?.[at]?.get(value) ?? 0);
  }

  /** The count of the emptiest domain; 0 while there are fewer domains than the constraint wants. */
  minimum(at: number): number {
    let least = this.least[at];
    if (least === undefined) {
      const values = this.domains[at]?.values ?? new Map<string, number>();
      least = Number.MAX_SAFE_INTEGER;
      if (values.size < (this.constraints[at]?.minDomains ?? 1)) least = 0;
      else for (const value of values.keys()) least = Math.min(least, this.count(at, value));
      this.least[at] = least;
    }
    return least;
  }

  /** As if `other` was added to the node, or taken off it. */
  change(pod: Pod, other: Pod, node: NodeInfo, delta: 1 | -1): void {
    if (!hasAllKeys(node.labels, this.constraints)) return;
    this.constraints.forEach((constraint, at) => {
      if (!constraint.choice.matches(other) || !includesNode(constraint, pod, node.node)) return;
      this.changes ??= this.constraints.map(() => new Map<string, number>());
      const value = node.labels?.[constraint.topologyKey] ?? '';
      const changes = this.changes[at] as Map<string, number>;
      changes.set(value, (changes.get(value) ?? 0) + delta);
      this.least[at] = undefined;
    });
  }

  clone(): SpreadCounts {
    const copy = new SpreadCounts(this.constraints, this.domains);
    copy.least.push(...this.least);
    copy.changes = this.changes?.map((one) => new Map(one));
    return copy;
  }
}

/** Counts for all constraints. What the cache keeps for all nodes is used as it is, where the constraint leaves out no node. */
export function spreadCounts(pod: Pod, constraints: readonly Constraint[], snapshot: Snapshot): SpreadCounts {
  const needsOneKey = constraints.every(({ topologyKey }) => topologyKey === constraints[0]?.topologyKey);
  const isKept = (constraint: Constraint): boolean =>
    includesAllNodes(constraint, pod) && (needsOneKey || everyNodeHasKeys(constraints, snapshot));
  const domains = constraints.map((constraint) => {
    const tally = snapshot.tally(constraint.choice);
    const { topologyKey } = constraint;
    if (isKept(constraint)) return { values: snapshot.domains(topologyKey), counts: tally.in(topologyKey) };
    const counts = new Map<string, number>();
    for (const node of snapshot.nodes) {
      if (!hasAllKeys(node.labels, constraints) || !includesNode(constraint, pod, node.node)) continue;
      const value = node.labels?.[topologyKey] ?? '';
      counts.set(value, (counts.get(value) ?? 0) + tally.on(node));
    }
    return { values: counts, counts };
  });
  return new SpreadCounts(constraints, domains);
}

export function everyNodeHasKeys(constraints: readonly Constraint[], snapshot: Snapshot): boolean {
  return constraints.every(({ topologyKey }) => {
    let having = 0;
    for (const count of snapshot.domains(topologyKey).values()) having += count;
    return having === snapshot.nodes.length;
  });
}
