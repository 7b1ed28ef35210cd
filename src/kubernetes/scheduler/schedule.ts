// One scheduling decision: which nodes would do, how each scores, which one it is. Pure but for the tie. Upstream: schedule_one.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { Snapshot } from './cache/cache.ts';
import type { NodeInfo } from './cache/node-info.ts';
import { CycleState, type Refusal, type SchedulerPlugin } from './framework/framework.ts';

/** Why a pod found no node: the refusal of each node, or one for the whole cluster before any node was looked at. */
export interface Diagnosis {
  readonly byNode: ReadonlyMap<string, Refusal>;
  readonly preFilter: Refusal | undefined;
  readonly plugins: ReadonlySet<string>;
  readonly nodeCount: number;
}

/** What each candidate scored, by plugin and weighted; for the X-ray. */
export interface NodeScore {
  readonly node: string;
  readonly total: number;
  readonly byPlugin: Readonly<Record<string, number>>;
}

export type Decision =
  | { readonly kind: 'placed'; readonly node: string; readonly evaluated: number; readonly feasible: number; readonly scores: readonly NodeScore[] }
  | { readonly kind: 'refused'; readonly diagnosis: Diagnosis; readonly state: CycleState };

const minFeasibleNodes = 100;
const minPercentage = 5;

/** How many feasible nodes are enough in a cluster of that many. Upstream: numFeasibleNodesToFind. */
export function enoughNodes(count: number): number {
  if (count < minFeasibleNodes) return count;
  const percentage = Math.max(50 - Math.trunc(count / 125), minPercentage);
  return Math.max(Math.trunc((count * percentage) / 100), minFeasibleNodes);
}

export class Scheduling {
  private nextStart = 0;

  constructor(
    private readonly plugins: readonly SchedulerPlugin[],
    private readonly random: Random,
  ) {}

  decide(pod: Pod, snapshot: Snapshot): Decision {
    const state = new CycleState();
    const refused = (preFilter: Refusal | undefined, byNode: ReadonlyMap<string, Refusal>, plugins: ReadonlySet<string>): Decision => ({
      kind: 'refused',
      state,
      diagnosis: { byNode, preFilter, plugins, nodeCount: snapshot.nodes.length },
    });
    if (snapshot.nodes.length === 0) return refused({ reasons: ['no nodes available to schedule pods'], isUnresolvable: true }, new Map(), new Set());
    const pre = this.preFilter(state, pod, snapshot);
    if (pre.refusal) return refused(pre.refusal, new Map(), new Set([pre.refusal.plugin ?? '']));
    const { feasible, byNode } = this.findFeasible(state, pod, snapshot, pre.nodeNames);
    if (feasible.length === 0) {
      const plugins = new Set([...byNode.values()].flatMap(({ plugin }) => plugin ?? []));
      for (const name of pre.narrowing) plugins.add(name);
      return refused(undefined, byNode, plugins);
    }
    const evaluated = feasible.length + byNode.size;
    const only = feasible[0];
    if (feasible.length === 1 && only) return { kind: 'placed', node: only.name, evaluated, feasible: 1, scores: [] };
    const scores = this.score(state, pod, feasible, snapshot);
    return { kind: 'placed', node: this.best(scores), evaluated, feasible: feasible.length, scores };
  }

  /** The first refusal among the filters, in profile order. */
  filter(state: CycleState, pod: Pod, node: NodeInfo): Refusal | undefined {
    for (const plugin of this.plugins) {
      if (!plugin.filter || state.skippedFilters.has(plugin.name)) continue;
      const refusal = plugin.filter(state, pod, node);
      if (refusal) return { ...refusal, plugin: plugin.name };
    }
    return undefined;
  }

  private preFilter(state: CycleState, pod: Pod, snapshot: Snapshot): { refusal?: Refusal; nodeNames?: ReadonlySet<string>; narrowing: readonly string[] } {
    let nodeNames: ReadonlySet<string> | undefined;
    const narrowing: string[] = [];
    for (const plugin of this.plugins) {
      const result = plugin.preFilter?.(state, pod, snapshot);
      if (result?.kind === 'skip') state.skippedFilters.add(plugin.name);
      else if (result?.kind === 'refused') return { refusal: { ...result.refusal, plugin: plugin.name }, narrowing };
      else if (result?.nodeNames) {
        const before = nodeNames;
        nodeNames = before ? new Set([...result.nodeNames].filter((name) => before.has(name))) : result.nodeNames;
        narrowing.push(plugin.name);
        if (nodeNames.size === 0) {
          const reasons = [`node(s) didn't satisfy plugin${narrowing.length > 1 ? `(s) [${narrowing.join(' ')}] simultaneously` : ` ${narrowing[0]}`}`];
          return { refusal: { reasons, isUnresolvable: true, plugin: plugin.name }, narrowing };
        }
      }
    }
    return { nodeNames, narrowing };
  }

  private findFeasible(state: CycleState, pod: Pod, snapshot: Snapshot, names: ReadonlySet<string> | undefined): { feasible: NodeInfo[]; byNode: Map<string, Refusal> } {
    const all = names ? snapshot.nodes.filter((node) => names.has(node.name)) : snapshot.nodes;
    const wanted = enoughNodes(all.length);
    const feasible: NodeInfo[] = [];
    const byNode = new Map<string, Refusal>();
    let looked = 0;
    for (; looked < all.length && feasible.length < wanted; looked++) {
      const node = all[(this.nextStart + looked) % all.length] as NodeInfo;
      const refusal = this.filter(state, pod, node);
      if (refusal) byNode.set(node.name, refusal);
      else feasible.push(node);
    }
    this.nextStart = (this.nextStart + looked) % Math.max(snapshot.nodes.length, 1);
    return { feasible, byNode };
  }

  private score(state: CycleState, pod: Pod, nodes: readonly NodeInfo[], snapshot: Snapshot): readonly NodeScore[] {
    const totals = new Array<number>(nodes.length).fill(0);
    const byPlugin: [string, number[]][] = [];
    for (const plugin of this.plugins) if (plugin.preScore?.(state, pod, nodes, snapshot)) state.skippedScores.add(plugin.name);
    for (const plugin of this.plugins) {
      if (!plugin.score || state.skippedScores.has(plugin.name)) continue;
      const scores = nodes.map((node) => plugin.score?.(state, pod, node) ?? 0);
      plugin.normalize?.(state, pod, scores, nodes);
      for (let i = 0; i < scores.length; i++) {
        scores[i] = (scores[i] ?? 0) * plugin.weight;
        totals[i] = (totals[i] ?? 0) + (scores[i] ?? 0);
      }
      byPlugin.push([plugin.name, scores]);
    }
    return nodes.map((node, i) => ({
      node: node.name,
      total: totals[i] ?? 0,
      get byPlugin() {
        return Object.fromEntries(byPlugin.map(([name, scores]) => [name, scores[i] ?? 0]));
      },
    }));
  }

  /** One of the best, by chance when there are several. */
  private best(scores: readonly NodeScore[]): string {
    let highest = -1;
    let ties: string[] = [];
    for (const { node, total } of scores) {
      if (total > highest) {
        highest = total;
        ties = [node];
      } else if (total === highest) ties.push(node);
    }
    return ties.length === 1 ? (ties[0] as string) : this.random.pick(ties);
  }
}

/** `0/4 nodes are available: 3 Insufficient cpu, 1 node(s) were unschedulable.` Upstream: FitError. */
export function diagnosisText({ byNode, preFilter, nodeCount }: Diagnosis): string {
  if (preFilter && nodeCount === 0) return preFilter.reasons.join(', ');
  const head = `0/${nodeCount} nodes are available:`;
  if (preFilter) return `${head} ${preFilter.reasons.join(', ')}.`;
  const counts = new Map<string, number>();
  for (const { reasons } of byNode.values()) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `${head} ${parts.join(', ')}.`;
}
