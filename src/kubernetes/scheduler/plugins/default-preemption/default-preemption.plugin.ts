// DefaultPreemption: when no node has room, looks for one where less important pods could make some. Upstream: plugins/defaultpreemption.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { diagnosisText } from '../../framework/diagnosis.ts';
import type {
  PostFilterHandle,
  PostFilterResult,
  Refusal,
  SchedulerPlugin,
} from '../../framework/framework.ts';
import { bestCandidate, priorityOf, victimsOn, type Candidate } from './victims.ts';

const notHelpful: Refusal = { reasons: ['Preemption is not helpful for scheduling'], isUnresolvable: true };
/** Upstream's defaults: a tenth of the nodes is tried, a hundred at least. */
const candidatePercentage = 10;
const minCandidates = 100;

function isLeavingForAnother({ metadata, status }: Pod): boolean {
  if (!metadata.deletionTimestamp) return false;
  const condition = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}

/** Why the pod may not make others go, if it may not. */
function ineligibility(pod: Pod, { snapshot, refusals }: PostFilterHandle): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = pod.status.nominatedNodeName;
  if (!nominated || (refusals.get(nominated) ?? notHelpful).isUnresolvable) return undefined;
  for (const other of snapshot.get(nominated)?.pods.values() ?? []) {
    if (priorityOf(other) < priorityOf(pod) && isLeavingForAnother(other))
      return 'not eligible due to a terminating pod on the nominated node.';
  }
  return undefined;
}

function tryNodes(
  pod: Pod,
  handle: PostFilterHandle,
): { readonly candidates: readonly Candidate[]; readonly refusals: ReadonlyMap<string, Refusal> } {
  const { snapshot, random } = handle;
  const potential = snapshot.nodes.filter(({ name }) => handle.refusals.get(name)?.isUnresolvable === false);
  const wanted = Math.min(
    Math.max(Math.trunc((potential.length * candidatePercentage) / 100), minCandidates),
    potential.length,
  );
  const offset = potential.length > 0 ? random.below(potential.length) : 0;
  const candidates: Candidate[] = [];
  const refusals = new Map<string, Refusal>();
  for (let tried = 0; tried < potential.length; tried++) {
    const node = potential[(offset + tried) % potential.length];
    if (!node) break;
    const result = victimsOn(pod, node, handle);
    if ('reasons' in result) refusals.set(node.name, result);
    else if (result.victims.length > 0) candidates.push(result);
    if (candidates.length >= wanted && candidates.some(({ violations }) => violations === 0)) break;
  }
  return { candidates, refusals };
}

export const plugin: SchedulerPlugin = {
  name: 'DefaultPreemption',
  explain: 'A pod of higher priority that finds no room makes pods of lower priority leave a node.',
  weight: 0,
  postFilter(pod, handle): PostFilterResult {
    const reason = ineligibility(pod, handle);
    if (reason !== undefined)
      return { kind: 'helpless', message: `preemption: ${reason}`, clearsNomination: false };
    const { candidates, refusals } = tryNodes(pod, handle);
    const best = bestCandidate(candidates, handle.now);
    if (best) return { kind: 'nominated', node: best.node, victims: best.victims };
    const text = diagnosisText({
      byNode: refusals,
      absent: notHelpful,
      nodeCount: handle.snapshot.nodes.length,
    });
    return { kind: 'helpless', message: `preemption: ${text}`, clearsNomination: true };
  },
};
