// Keeps the numbers of disruption budgets, by which evictions are allowed or refused. Upstream: pkg/controller/disruption/disruption.go.
import { equalJson } from '@/base/json.ts';
import { withBudgetCondition, withDisruptionAllowed } from '@/kubernetes/api/policy/v1/poddisruptionbudget/conditions.ts';
import type { PodDisruptionBudget } from '@/kubernetes/api/policy/v1/poddisruptionbudget/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyOf, type LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import {
  deploymentsResource,
  podDisruptionBudgetsResource,
  podsResource,
  replicaSetsResource,
  replicationControllersResource,
  statefulSetsResource,
} from '@/kubernetes/client/resources.ts';
import { RetryError, runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { minutes, parseRfc3339, plus, rfc3339, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isPodReady } from '../lib/pod-state.ts';
import { selectorOf } from '../lib/selectors.ts';
import { subjectOf } from '../lib/subjects.ts';
import { ExpectationError, expectedOf, type Expected, type Owners, type Scaled } from './expected-pods.ts';

/** For so long a pod that was let go is taken for gone though it is still there. */
const deletionTimeout = minutes(2);

const scaled: Readonly<Record<string, GroupVersionResource>> = {
  'ReplicationController.': replicationControllersResource,
  'ReplicaSet.apps': replicaSetsResource,
  'Deployment.apps': deploymentsResource,
  'StatefulSet.apps': statefulSetsResource,
};

class DisruptionController {
  private readonly budgets: Informer<PodDisruptionBudget>;
  private readonly pods: Informer<Pod>;
  private readonly owners: Owners;
  private readonly queue: WorkQueue;
  private readonly client: ResourceClient<PodDisruptionBudget>;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    const { informers } = parts;
    this.budgets = informers.informer<PodDisruptionBudget>(podDisruptionBudgetsResource);
    this.pods = informers.informer<Pod>(podsResource);
    this.owners = Object.fromEntries(
      Object.entries(scaled).map(([kind, resource]) => [kind, informers.informer<Scaled>(resource)]),
    );
    this.queue = new WorkQueue(context);
    this.client = parts.client.of<PodDisruptionBudget>(podDisruptionBudgetsResource);
    const enqueue = (budget: PodDisruptionBudget): void => this.queue.add(keyOf(budget));
    this.budgets.onChange({ added: enqueue, updated: enqueue });
    this.pods.onChange({
      added: (pod) => this.podChanged(pod),
      updated: (next, previous) => {
        this.podChanged(next);
        if (next.metadata.labels !== previous.metadata.labels) this.podChanged(previous);
      },
      deleted: (pod) => this.podChanged(pod),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    for (const informer of [this.budgets, this.pods, ...Object.values(this.owners)]) yield* informer.waitForSync();
    runWorkers(this.context, this.queue, 1, (key) => this.sync(key));
  }

  private podChanged(pod: Pod): void {
    if (this.budgets.size === 0) return;
    for (const budget of this.budgets.listNamespace(pod.metadata.namespace ?? ''))
      if (selectorOf(budget.spec.selector).matches(pod.metadata.labels ?? {})) this.queue.add(keyOf(budget));
  }

  private *sync(key: string): Task<void> {
    const budget = this.budgets.get(key);
    if (!budget) return;
    const selector = selectorOf(budget.spec.selector);
    const pods = this.pods
      .listNamespace(budget.metadata.namespace ?? '')
      .filter((pod) => selector.matches(pod.metadata.labels ?? {}));
    if (pods.length === 0) this.parts.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    let expected: Expected;
    try {
      expected = expectedOf(budget, pods, this.owners);
    } catch (error) {
      if (!(error instanceof ExpectationError)) throw error;
      yield* this.failSafe(budget, error.message);
      throw new RetryError(error.message);
    }
    if (expected.unmanaged > 0) this.parts.event(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget.spec.selector));
    yield* this.report(budget, pods, expected);
  }

  /** Nothing may go while nobody knows how many there should be. */
  private *failSafe(budget: PodDisruptionBudget, message: string): Task<void> {
    const text = `Failed to calculate the number of expected pods: ${message}`;
    this.parts.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', text);
    const condition = {
      status: 'False' as const,
      reason: 'SyncFailed',
      message,
      observedGeneration: budget.status.observedGeneration ?? 0,
    };
    const status = withBudgetCondition(
      { ...budget.status, disruptionsAllowed: 0 },
      condition,
      rfc3339(this.context.now),
    );
    if (!equalJson(status, budget.status)) yield* this.client.updateStatus({ ...budget, status });
  }

  private *report(budget: PodDisruptionBudget, pods: readonly Pod[], expected: Expected): Task<void> {
    const disruptedPods = this.stillGoing(budget, pods);
    const healthy = pods.filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined && disruptedPods[pod.metadata.name] === undefined && isPodReady(pod),
    ).length;
    const generation = budget.metadata.generation ?? 0;
    const { disruptedPods: _, ...rest } = budget.status;
    const status = withDisruptionAllowed(
      {
        ...rest,
        observedGeneration: generation,
        ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
        disruptionsAllowed: expected.count > 0 ? Math.max(0, healthy - expected.healthy) : 0,
        currentHealthy: healthy,
        desiredHealthy: expected.healthy,
        expectedPods: expected.count,
      },
      generation,
      rfc3339(this.context.now),
    );
    if (equalJson(status, budget.status)) return;
    this.parts.decide({
      reason: status.disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      subjects: [subjectOf(budget)],
      message: `PodDisruptionBudget ${budget.metadata.name}: ${healthy} of ${expected.healthy} pods that must be healthy are, ${status.disruptionsAllowed} may be disrupted`,
    });
    yield* this.client.updateStatus({ ...budget, status });
  }

  /** Pods that were let go and are not marked as deleted yet, while one may still believe in it. */
  private stillGoing(budget: PodDisruptionBudget, pods: readonly Pod[]): Readonly<Record<string, string>> {
    const still: Record<string, string> = {};
    for (const pod of pods) {
      const { name, namespace, deletionTimestamp } = pod.metadata;
      const since = budget.status.disruptedPods?.[name];
      const at = since === undefined ? undefined : parseRfc3339(since);
      if (since === undefined || at === undefined || deletionTimestamp !== undefined) continue;
      const until = plus(at, deletionTimeout);
      if (until < this.context.now) {
        const text = `Pod was expected by PDB ${namespace}/${budget.metadata.name} to be deleted but it wasn't`;
        this.parts.event(pod, 'Warning', 'NotDeleted', text);
        continue;
      }
      still[name] = since;
      this.queue.addAfter(keyOf(budget), (until - this.context.now) as Duration);
    }
    return still;
  }
}

/** With the selector as Go prints it. */
function unmanagedText(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const rules = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],}`,
  );
  const shown = `&LabelSelector{MatchLabels:map[string]string{${labels.map(([name, value]) => `${name}: ${value},`).join('')}},MatchExpressions:[]LabelSelectorRequirement{${rules.map((rule) => `${rule},`).join('')}},}`;
  return `Pods selected by this PodDisruptionBudget (selector: ${shown}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

/** Upstream: pkg/controller/disruption. */
export const controller: ControllerDescriptor = {
  name: 'disruption-controller',
  component: 'controllermanager',
  explain: 'Counts the healthy pods of each disruption budget, and so says how many more may be evicted.',
  watches: [podDisruptionBudgetsResource, podsResource, ...Object.values(scaled)],
  rules: [
    { apiGroups: ['apps', 'extensions'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['replicationcontrollers'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets/status'], verbs: ['update'] },
    { apiGroups: [''], resources: ['pods', 'pods/status'], verbs: ['list', 'patch', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new DisruptionController(context, parts),
};
