// Which disruption budget speaks for a pod, and whether it lets it go. Upstream: pkg/registry/core/pod/storage/eviction.go (checkAndDecrement).
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Pod } from '../../../../api/core/v1/pod/types.ts';
import { withDisruptionAllowed } from '../../../../api/policy/v1/poddisruptionbudget/conditions.ts';
import type { PodDisruptionBudget } from '../../../../api/policy/v1/poddisruptionbudget/types.ts';
import { selectorFromLabelSelector } from '../../../../apimachinery/labels/labels.ts';
import type { KubeObject, Status } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { failure, forbidden, tooManyRequests } from '../../../../apimachinery/status/status.ts';
import type { ResourceRequest } from '../../server.ts';
import { updateObject } from '../../update.ts';

const maxDisruptedPods = 2000;
const whileProcessing = 10;

/** Throws unless the pod may be evicted as far as its budget goes; counts the eviction against the budget. */
export function* askBudget(request: ResourceRequest, pod: Pod): Task<void> {
  const budgets = budgetsOf(request, pod);
  if (budgets.length > 1) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError(failure({ code: 500, message }));
  }
  const [budget] = budgets;
  if (!budget || isBesideBudget(budget, pod)) return;
  const resource = request.server.served('policy', 'poddisruptionbudgets');
  if (!resource) return;
  const writing: ResourceRequest = {
    ...request,
    resource,
    request: { ...request.request, verb: 'update', subresource: undefined, options: {} },
  };
  yield* updateObject(writing, budget.metadata.name, {
    note: { reason: 'DisruptionAllowed', deed: `lets pod ${pod.metadata.name} go` },
    strategy: 'none',
    produce: (live) => counted(request, live as PodDisruptionBudget, pod.metadata.name) as KubeObject,
  });
}

function budgetsOf({ server, request }: ResourceRequest, pod: Pod): readonly PodDisruptionBudget[] {
  const resource = server.served('policy', 'poddisruptionbudgets');
  if (!resource) return [];
  const { entries } = server.etcd.range(`${resource.prefix}${request.namespace}/`);
  return entries
    .map((entry) => resource.present(entry) as PodDisruptionBudget)
    .filter(({ spec }) => spec.selector && selectorFromLabelSelector(spec.selector).matches(pod.metadata.labels ?? {}));
}

/** A pod that is not ready does not count as healthy: it may go where enough others are, or where the budget does not mind. */
function isBesideBudget({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  const isReady = pod.status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  if (isReady) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function counted(request: ResourceRequest, budget: PodDisruptionBudget, pod: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const { name } = metadata;
  const refuse = (why: string): StatusError =>
    new StatusError(forbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name, why));
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    const message = `The disruption budget ${name} is still being processed by the server.`;
    throw new StatusError(wouldViolate(message, whileProcessing));
  }
  if (status.disruptionsAllowed < 0) throw refuse('pod disruption budget is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > maxDisruptedPods)
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (status.disruptionsAllowed === 0) throw new StatusError(wouldViolate(refusalOf(budget)));
  if (request.isDryRun) return budget;
  const now = rfc3339(request.server.context.now);
  const disruptionsAllowed = status.disruptionsAllowed - 1;
  const next = { ...status, disruptionsAllowed, disruptedPods: { ...status.disruptedPods, [pod]: now } };
  return { ...budget, status: disruptionsAllowed === 0 ? withDisruptionAllowed(next, metadata.generation ?? 0, now) : next };
}

function refusalOf({ metadata: { name }, status }: PodDisruptionBudget): string {
  const failed = status.conditions?.find((one) => one.type === 'DisruptionAllowed' && one.reason === 'SyncFailed');
  if (failed?.status === 'False') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message ?? ''}`;
  }
  if (status.currentHealthy > status.desiredHealthy)
    return `The disruption budget ${name} does not allow evicting pods currently`;
  return `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
}

function wouldViolate(message: string, retryAfterSeconds = 0): Status {
  const text = "Cannot evict pod as it would violate the pod's disruption budget.";
  return tooManyRequests(text, retryAfterSeconds, [{ reason: 'DisruptionBudget', message }]);
}
