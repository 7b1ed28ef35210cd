// NodeAffinity: nodeSelector and required node affinity must match; preferred terms give points.
import {
  matchesRequiredNodeAffinity,
  NodeAffinityError,
  preferredNodeScore,
} from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { NodeSelector, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { defaultNormalize, refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const mismatch = refuseForGood("node(s) didn't match Pod's node affinity/selector");
const conflict = refuseForGood('pod affinity terms conflict');

/** The nodes that the terms name by `metadata.name`, when each term names some: then no other needs a look. */
function namedNodes({ nodeSelectorTerms }: NodeSelector): ReadonlySet<string> | undefined {
  const named = new Set<string>();
  for (const { matchFields = [] } of nodeSelectorTerms) {
    let ofTerm: readonly string[] | undefined;
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue;
      const before = ofTerm;
      ofTerm = before ? values.filter((name) => before.includes(name)) : values;
    }
    if (!ofTerm) return undefined;
    for (const name of ofTerm) named.add(name);
  }
  return nodeSelectorTerms.length > 0 ? named : undefined;
}

/** A term that is not understood matches no node. */
function matches(pod: Pod, node: Node): boolean {
  try {
    return matchesRequiredNodeAffinity(pod.spec, node);
  } catch (error) {
    if (error instanceof NodeAffinityError) return false;
    throw error;
  }
}

export const plugin: SchedulerPlugin = {
  name: 'NodeAffinity',
  explain: 'A pod may ask for nodes with certain labels, or prefer them.',
  weight: 2,
  isLocal: true,
  preFilter(_state, { spec }) {
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!spec.nodeSelector && !required) return { kind: 'skip' };
    const nodeNames = required && namedNodes(required);
    return nodeNames?.size === 0 ? { kind: 'refused', refusal: conflict } : { kind: 'ok', nodeNames };
  },
  filter: (_state, pod, { node }) => (matches(pod, node) ? undefined : mismatch),
  preScore: (_state, { spec }) =>
    !spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length,
  score: (_state, { spec }, { node }) =>
    preferredNodeScore(
      spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [],
      node,
    ),
  normalize: (_state, _pod, scores) => defaultNormalize(scores, false),
  events: ['NodeAdded', 'NodeLabelChanged'],
  mayHelp(pod, { kind, node }) {
    if ((kind !== 'NodeAdded' && kind !== 'NodeLabelChanged') || !node || !matches(pod, node.next))
      return false;
    return !node.previous || !matches(pod, node.previous);
  },
};
