// One scheduling decision: which nodes would do, how each scores, which one it is. Pure but for the tie. Upstream: schedule_one.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { Snapshot } from './cache/cache.ts';
import type { NodeInfo } from './cache/node-info.ts';
import type { Diagnosis } from './framework/diagnosis.ts';
import {
  CycleState,
  refuseForGood,
  type PostFilterHandle,
  type Refusal,
  type SchedulerPlugin,
} from './framework/framework.ts';
import { KnownTemplates, type NodeAnswer, type TemplateAnswers } from './framework/template-answers.ts';
import { planFor, type VolumePlan } from './framework/volume-plan.ts';
import { Nominations } from './queue/nominations.ts';

export { diagnosisText, type Diagnosis } from './framework/diagnosis.ts';

/** What a candidate scored, weighted, in all and by plugin; for the X-ray. */
export interface NodeScore {
  readonly node: string;
  readonly total: number;
  readonly byPlugin: Readonly<Record<string, number>>;
}

export interface Placement {
  readonly kind: 'placed';
  readonly node: string;
  /** How many nodes were looked at, and how many of them would do. */
  readonly evaluated: number;
  readonly feasible: number;
  /** What is to be done about volumes first. */
  readonly volumes?: VolumePlan;
  /** Of the nodes that would do, when there was more than one. */
  scores(): readonly NodeScore[];
}

export interface RefusedPlacement {
  readonly kind: 'refused';
  readonly diagnosis: Diagnosis;
  /** Room is to be made there by deleting the victims. */
  readonly nominated?: { readonly node: string; readonly victims: readonly Pod[] };
  /** An older nomination of the pod has become pointless. */
  readonly clearsNomination: boolean;
}

export type Decision = Placement | RefusedPlacement;

const minFeasibleNodes = 100;
const minPercentage = 5;

/** How many feasible nodes are enough in a cluster of that many. Upstream: numFeasibleNodesToFind. */
export function enoughNodes(count: number): number {
  if (count < minFeasibleNodes) return count;
  const percentage = Math.max(50 - Math.trunc(count / 125), minPercentage);
  return Math.max(Math.trunc((count * percentage) / 100), minFeasibleNodes);
}

/** One pod's cycle so far. */
interface Cycle {
  readonly pod: Pod;
  readonly snapshot: Snapshot;
  readonly state: CycleState;
  readonly answers: TemplateAnswers;
}

interface Search {
  readonly feasible: NodeInfo[];
  readonly found: NodeAnswer[];
  readonly refusals: Map<string, Refusal>;
}

export class Scheduling {
  readonly nominations = new Nominations();
  private readonly templates = new KnownTemplates();
  private readonly localFilters: readonly SchedulerPlugin[];
  private readonly otherFilters: readonly SchedulerPlugin[];
  private readonly scorers: readonly SchedulerPlugin[];
  private readonly localScorers: readonly SchedulerPlugin[];
  private readonly withRefusals = new WeakMap<Refusal, Refusal>();
  private nextStart = 0;

  constructor(
    private readonly plugins: readonly SchedulerPlugin[],
    private readonly random: Random,
  ) {
    const filters = plugins.filter(({ filter }) => filter);
    const firstOther = filters.findIndex(({ isLocal }) => !isLocal);
    this.localFilters = firstOther < 0 ? filters : filters.slice(0, firstOther);
    this.otherFilters = firstOther < 0 ? [] : filters.slice(firstOther);
    this.scorers = plugins.filter(({ score }) => score);
    this.localScorers = this.scorers.filter(({ isLocal }) => isLocal);
  }

  decide(pod: Pod, snapshot: Snapshot, now: Instant): Decision {
    const nodeCount = snapshot.nodes.length;
    if (nodeCount === 0)
      return {
        kind: 'refused',
        clearsNomination: false,
        diagnosis: { byNode: new Map(), plugins: new Set(), nodeCount },
      };
    const cycle: Cycle = { pod, snapshot, state: new CycleState(), answers: this.templates.of(pod) };
    const pre = this.preFilter(cycle);
    if (pre.refusal) {
      const plugins = new Set([pre.refusal.plugin ?? '']);
      return this.makeRoom(cycle, { byNode: new Map(), preFilter: pre.refusal, plugins, nodeCount }, now);
    }
    const { feasible, found, refusals } = this.search(cycle, pre.nodeNames);
    if (feasible.length === 0) {
      const plugins = new Set<string>(pre.narrowing);
      for (const { plugin } of refusals.values()) if (plugin) plugins.add(plugin);
      const absent =
        pre.narrowing.length > 0
          ? refuseForGood(`node(s) didn't satisfy plugin(s) [${[...pre.narrowing].sort().join(' ')}]`)
          : undefined;
      return this.makeRoom(
        cycle,
        { byNode: cycle.answers.shared(refusals), absent, plugins, nodeCount },
        now,
      );
    }
    const evaluated = feasible.length + refusals.size;
    const [only] = feasible;
    if (feasible.length === 1 && only)
      return {
        kind: 'placed',
        node: only.name,
        evaluated,
        feasible: 1,
        volumes: planFor(cycle.state, only.name),
        scores: () => [],
      };
    return this.choose(cycle, feasible, found, evaluated);
  }

  /** The first refusal among all filters, in profile order; pods nominated to the node count as there. */
  filter(cycle: Pick<Cycle, 'pod' | 'state'>, node: NodeInfo): Refusal | undefined {
    const { pod, state } = cycle;
    const nominated = this.nominatedBefore(pod, node);
    if (nominated.length > 0) {
      const [copy, copyState] = [node.clone(), state.clone()];
      for (const other of nominated) {
        copy.add(other);
        this.addPod(copyState, pod, other, copy);
      }
      const refusal = this.firstRefusal(this.plugins, copyState, pod, copy);
      if (refusal) return refusal;
    }
    return this.firstRefusal(this.plugins, state, pod, node);
  }

  private addPod(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void {
    for (const plugin of this.plugins)
      if (!state.skippedFilters.has(plugin.name)) plugin.addPod?.(state, pod, other, node);
  }

  private removePod(state: CycleState, pod: Pod, other: Pod, node: NodeInfo): void {
    for (const plugin of this.plugins)
      if (!state.skippedFilters.has(plugin.name)) plugin.removePod?.(state, pod, other, node);
  }

  /** Pods of at least this priority that wait for the node. */
  private nominatedBefore(pod: Pod, node: NodeInfo): readonly Pod[] {
    if (this.nominations.size === 0) return [];
    const priority = pod.spec.priority ?? 0;
    return [...this.nominations.on(node.name)].filter(
      (other) => (other.spec.priority ?? 0) >= priority && other.metadata.uid !== pod.metadata.uid,
    );
  }

  private firstRefusal(
    plugins: readonly SchedulerPlugin[],
    state: CycleState,
    pod: Pod,
    node: NodeInfo,
  ): Refusal | undefined {
    for (const plugin of plugins) {
      if (!plugin.filter || state.skippedFilters.has(plugin.name)) continue;
      const refusal = plugin.filter(state, pod, node);
      if (refusal) return this.by(plugin, refusal);
    }
    return undefined;
  }

  /** The refusal with its plugin's name; the same object for the same refusal. */
  private by({ name }: SchedulerPlugin, refusal: Refusal): Refusal {
    let named = this.withRefusals.get(refusal);
    if (!named) {
      named = { ...refusal, plugin: name };
      this.withRefusals.set(refusal, named);
    }
    return named;
  }

  private preFilter({ state, pod, snapshot }: Cycle): {
    refusal?: Refusal;
    nodeNames?: ReadonlySet<string>;
    narrowing: readonly string[];
  } {
    let nodeNames: ReadonlySet<string> | undefined;
    const narrowing: string[] = [];
    for (const plugin of this.plugins) {
      const result = plugin.preFilter?.(state, pod, snapshot);
      if (result?.kind === 'skip') state.skippedFilters.add(plugin.name);
      else if (result?.kind === 'refused') return { refusal: this.by(plugin, result.refusal), narrowing };
      else if (result?.nodeNames) {
        const before = nodeNames;
        nodeNames = before
          ? new Set([...result.nodeNames].filter((name) => before.has(name)))
          : result.nodeNames;
        narrowing.push(plugin.name);
        if (nodeNames.size === 0) {
          const names = [...narrowing].sort();
          const which = names.length === 1 ? ` ${names[0]}` : `(s) [${names.join(' ')}] simultaneously`;
          return {
            refusal: this.by(plugin, refuseForGood(`node(s) didn't satisfy plugin${which}`)),
            narrowing,
          };
        }
      }
    }
    return { nodeNames, narrowing };
  }

  /** Nodes that would do: the nominated one alone if it does, else as many as are enough, each search going on where the last one ended. */
  private search(cycle: Cycle, names: ReadonlySet<string> | undefined): Search {
    const { snapshot, pod } = cycle;
    const search: Search = { feasible: [], found: [], refusals: new Map() };
    const nominated = pod.status.nominatedNodeName;
    const target = nominated && (!names || names.has(nominated)) ? snapshot.get(nominated) : undefined;
    if (target) {
      this.look(cycle, target, search);
      if (search.feasible.length > 0) return search;
    }
    const all = names ? snapshot.nodes.filter((node) => names.has(node.name)) : snapshot.nodes;
    const wanted = enoughNodes(all.length);
    let looked = 0;
    for (; looked < all.length && search.feasible.length < wanted; looked++)
      this.look(cycle, all[(this.nextStart + looked) % all.length] as NodeInfo, search);
    this.nextStart = (this.nextStart + looked) % snapshot.nodes.length;
    return search;
  }

  private look(cycle: Cycle, node: NodeInfo, { feasible, found, refusals }: Search): void {
    const { state, pod, answers } = cycle;
    const answer = answers.of(node, () => this.firstRefusal(this.localFilters, state, pod, node));
    const refusal =
      answer.refusal ??
      (this.nominations.size > 0 && this.nominatedBefore(pod, node).length > 0
        ? this.filter(cycle, node)
        : this.firstRefusal(this.otherFilters, state, pod, node));
    if (refusal) refusals.set(node.name, refusal);
    else {
      feasible.push(node);
      found.push(answer);
    }
  }

  private makeRoom(cycle: Cycle, diagnosis: Diagnosis, now: Instant): RefusedPlacement {
    const { state, pod, snapshot } = cycle;
    const handle: PostFilterHandle = {
      snapshot,
      state,
      now,
      random: this.random,
      refusals: diagnosis.byNode,
      filter: (other, forPod, node) => this.filter({ pod: forPod, state: other }, node),
      addPod: (...args) => this.addPod(...args),
      removePod: (...args) => this.removePod(...args),
    };
    const messages: string[] = [];
    let clearsNomination = false;
    for (const plugin of this.plugins) {
      const result = plugin.postFilter?.(pod, handle);
      if (result?.kind === 'nominated')
        return { kind: 'refused', diagnosis, nominated: result, clearsNomination: false };
      if (!result) continue;
      messages.push(result.message);
      clearsNomination ||= result.clearsNomination;
      if (result.isLast) break;
    }
    return {
      kind: 'refused',
      diagnosis: { ...diagnosis, postFilter: messages.join(', ') },
      clearsNomination,
    };
  }

  private choose(
    cycle: Cycle,
    nodes: readonly NodeInfo[],
    found: readonly NodeAnswer[],
    evaluated: number,
  ): Placement {
    const { state, pod, snapshot } = cycle;
    const totals = new Array<number>(nodes.length).fill(0);
    const byPlugin: [string, number[]][] = [];
    for (const plugin of this.scorers)
      if (plugin.preScore?.(state, pod, nodes, snapshot)) state.skippedScores.add(plugin.name);
    for (const plugin of this.scorers) {
      if (state.skippedScores.has(plugin.name)) continue;
      const scores = this.rawScores(plugin, cycle, nodes, found);
      plugin.normalize?.(state, pod, scores, nodes);
      for (let i = 0; i < scores.length; i++) {
        scores[i] = (scores[i] ?? 0) * plugin.weight;
        totals[i] = (totals[i] ?? 0) + (scores[i] ?? 0);
      }
      byPlugin.push([plugin.name, scores]);
    }
    const scores = (): readonly NodeScore[] =>
      nodes.map((node, i) => ({
        node: node.name,
        total: totals[i] ?? 0,
        byPlugin: Object.fromEntries(byPlugin.map(([name, list]) => [name, list[i] ?? 0])),
      }));
    const node = this.best(nodes, totals);
    const volumes = planFor(state, node);
    return { kind: 'placed', node, evaluated, feasible: nodes.length, volumes, scores };
  }

  private rawScores(
    plugin: SchedulerPlugin,
    { state, pod }: Cycle,
    nodes: readonly NodeInfo[],
    found: readonly NodeAnswer[],
  ): number[] {
    const raw = new Array<number>(nodes.length);
    const at = this.localScorers.indexOf(plugin);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as NodeInfo;
      if (at < 0) {
        raw[i] = plugin.score?.(state, pod, node) ?? 0;
        continue;
      }
      const answer = found[i] as NodeAnswer;
      const known = (answer.scores ??= []);
      raw[i] = known[at] ??= plugin.score?.(state, pod, node) ?? 0;
    }
    return raw;
  }

  /** One of the best, by chance when there are several. */
  private best(nodes: readonly NodeInfo[], totals: readonly number[]): string {
    let highest = -1;
    let ties: string[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const total = totals[i] ?? 0;
      const { name } = nodes[i] as NodeInfo;
      if (total > highest) {
        highest = total;
        ties = [name];
      } else if (total === highest) ties.push(name);
    }
    return ties.length === 1 ? (ties[0] as string) : this.random.pick(ties);
  }
}
