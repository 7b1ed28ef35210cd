// Spread constraints ready to count with: those of the pod's spec, or upstream's for pods that have none and belong to something.
// Upstream: plugins/podtopologyspread/common.go, plugin.go.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod, TopologySpreadConstraint } from '@/kubernetes/api/core/v1/pod/types.ts';
import {
  selectorFromLabelSelector,
  Selector,
  type Requirement,
} from '@/kubernetes/apimachinery/labels/labels.ts';
import {
  matchesRequiredNodeAffinity,
  NodeAffinityError,
} from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';
import { findUntoleratedTaint } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import type { Snapshot } from '../../cache/cache.ts';
import { podsIn, type PodChoice } from '../../cache/pod-tallies.ts';

export const hostnameKey = 'kubernetes.io/hostname';

export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
  /** The pods that are counted. */
  readonly choice: PodChoice;
}

type Action = TopologySpreadConstraint['whenUnsatisfiable'];

const systemDefaults = [
  { topologyKey: hostnameKey, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
];

const ofSpecs = new WeakMap<
  object,
  {
    readonly namespace: string;
    readonly labels: object | undefined;
    readonly byAction: Map<Action, readonly Constraint[]>;
  }
>();

/** The constraints of the pod's own spec that are to be treated that way. */
export function ownConstraints(pod: Pod, action: Action): readonly Constraint[] {
  const { topologySpreadConstraints: all } = pod.spec;
  const { namespace = '', labels } = pod.metadata;
  if (!all?.length) return [];
  let known = ofSpecs.get(all);
  if (!known || known.namespace !== namespace || known.labels !== labels) {
    known = { namespace, labels, byAction: new Map() };
    ofSpecs.set(all, known);
  }
  let constraints = known.byAction.get(action);
  if (!constraints) {
    constraints = all
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
      .map((one) => compile(one, pod));
    known.byAction.set(action, constraints);
  }
  return constraints;
}

function compile(
  one: TopologySpreadConstraint,
  { metadata: { labels = {}, namespace = '' } }: Pod,
): Constraint {
  const selector = selectorFromLabelSelector(one.labelSelector);
  const added = (one.matchLabelKeys ?? []).flatMap((key): Requirement[] =>
    labels[key] === undefined ? [] : [{ key, operator: 'in', values: [labels[key]] }],
  );
  const narrowed =
    added.length === 0 || selector.matchesNothing
      ? selector
      : new Selector([...selector.requirements, ...added]);
  return {
    maxSkew: one.maxSkew,
    topologyKey: one.topologyKey,
    minDomains: one.minDomains ?? 1,
    honorsAffinity: (one.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: one.nodeTaintsPolicy === 'Honor',
    choice: podsIn(namespace, narrowed, true),
  };
}

const ofSelectors = new WeakMap<Selector, Map<string, readonly Constraint[]>>();

/** Upstream's defaults, which only ever prefer: pods of one workload over machines and zones. None for a pod that is alone. */
export function defaultConstraints(pod: Pod, snapshot: Snapshot): readonly Constraint[] {
  const selector = snapshot.selectorOfAlike(pod);
  if (selector.isEverything) return [];
  const { namespace = '' } = pod.metadata;
  const byNamespace = ofSelectors.get(selector) ?? new Map<string, readonly Constraint[]>();
  ofSelectors.set(selector, byNamespace);
  let constraints = byNamespace.get(namespace);
  if (!constraints) {
    const choice = podsIn(namespace, selector, true);
    constraints = systemDefaults.map((one) => ({
      ...one,
      minDomains: 1,
      honorsAffinity: true,
      honorsTaints: false,
      choice,
    }));
    byNamespace.set(namespace, constraints);
  }
  return constraints;
}

/** Whether pods on the node count for the constraint. */
export function includesNode(
  { honorsAffinity, honorsTaints }: Constraint,
  { spec }: Pod,
  node: Node,
): boolean {
  if (honorsTaints && findUntoleratedTaint(node.spec.taints, spec.tolerations)) return false;
  if (!honorsAffinity) return true;
  try {
    return matchesRequiredNodeAffinity(spec, node);
  } catch (error) {
    if (error instanceof NodeAffinityError) return false;
    throw error;
  }
}

/** Whether the constraint counts on all nodes, whatever they are like, so that counts kept for all nodes are its counts. */
export function includesAllNodes({ honorsAffinity, honorsTaints }: Constraint, { spec }: Pod): boolean {
  const isTied =
    spec.nodeSelector !== undefined ||
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  return !honorsTaints && !(honorsAffinity && isTied);
}

export function hasAllKeys(
  labels: Readonly<Record<string, string>> | undefined,
  constraints: readonly Constraint[],
): boolean {
  return constraints.every(({ topologyKey }) => labels?.[topologyKey] !== undefined);
}
