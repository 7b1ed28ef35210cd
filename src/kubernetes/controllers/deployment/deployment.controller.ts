// The deployment controller: follows Deployments, their ReplicaSets and (for Recreate) pods, and decides what one look has to do.
// Upstream: pkg/controller/deployment/deployment_controller.go.
import { equalJson } from '@/base/json.ts';
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf, type OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { deploymentsResource, podsResource, replicaSetsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { between, milliseconds, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { claim, controllerReference, indexByOwner, orphansIn, ownedBy } from '../lib/ownership.ts';
import { isNamespaceTerminating } from '../lib/pod-control.ts';
import { selectorOf } from '../lib/selectors.ts';
import { DeploymentSync, type SyncParts } from './deployment-sync.ts';
import { recreate } from './recreate.ts';
import { rollingUpdate } from './rolling-update.ts';
import { conditionOf, isComplete, progressDeadline } from './status.ts';

/** Just after the deadline rather than on it: it has passed only when it lies behind. */
function plusMargin(span: Duration): Duration {
  return (span + milliseconds(5)) as Duration;
}

class DeploymentController {
  private readonly deployments: Informer<Deployment>;
  private readonly sets: Informer<ReplicaSet>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly tools: SyncParts;

  constructor(
    private readonly context: Context,
    parts: ControllerParts,
  ) {
    this.deployments = parts.informers.informer<Deployment>(deploymentsResource);
    this.sets = parts.informers.informer<ReplicaSet>(replicaSetsResource);
    this.pods = parts.informers.informer<Pod>(podsResource);
    indexByOwner(this.sets);
    indexByOwner(this.pods);
    this.queue = new WorkQueue(context);
    this.tools = {
      context,
      parts,
      deployments: parts.client.of<Deployment>(deploymentsResource),
      sets: parts.client.of<ReplicaSet>(replicaSetsResource),
      knownSet: (namespace, name) => this.sets.get(`${namespace}/${name}`),
    };
    this.deployments.onChange({
      added: (deployment) => this.queue.add(keyOf(deployment)),
      updated: (deployment) => this.queue.add(keyOf(deployment)),
      deleted: (deployment) => this.queue.add(keyOf(deployment)),
    });
    this.sets.onChange({
      added: (set) => this.setChanged(set, undefined),
      updated: (next, previous) => this.setChanged(next, previous),
      deleted: (set) => this.enqueueOwner(set, controllerOf(set)),
    });
    this.pods.onChange({ deleted: (pod) => this.podDeleted(pod) });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.deployments.waitForSync();
    yield* this.sets.waitForSync();
    yield* this.pods.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private setChanged(next: ReplicaSet, previous: ReplicaSet | undefined): void {
    const owner = controllerOf(next);
    const before = previous && controllerOf(previous);
    const ownerChanged = previous !== undefined && owner?.uid !== before?.uid;
    if (previous && before && ownerChanged) this.enqueueOwner(previous, before);
    if (owner) {
      this.enqueueOwner(next, owner);
      return;
    }
    if (previous && !ownerChanged && equalJson(next.metadata.labels, previous.metadata.labels)) return;
    for (const deployment of this.deployments.listNamespace(next.metadata.namespace ?? '')) {
      if (selectorOf(deployment.spec.selector).matches(next.metadata.labels ?? {})) this.queue.add(keyOf(deployment));
    }
  }

  private enqueueOwner(set: ReplicaSet, owner: OwnerReference | undefined): void {
    const deployment = this.ownerOf(set, owner);
    if (deployment) this.queue.add(keyOf(deployment));
  }

  private ownerOf(set: ReplicaSet, owner: OwnerReference | undefined): Deployment | undefined {
    if (owner?.kind !== 'Deployment') return undefined;
    const deployment = this.deployments.get(`${set.metadata.namespace}/${owner.name}`);
    return deployment?.metadata.uid === owner.uid ? deployment : undefined;
  }

  /** Recreate waits for the last old pod to be gone. */
  private podDeleted(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return;
    const set = this.sets.get(`${pod.metadata.namespace}/${owner.name}`);
    if (set?.metadata.uid !== owner.uid) return;
    const deployment = this.ownerOf(set, controllerOf(set));
    if (deployment?.spec.strategy.type !== 'Recreate') return;
    const isLast = ownedBy(this.sets, deployment.metadata.uid).every(
      (one) => ownedBy(this.pods, one.metadata.uid).length === 0,
    );
    if (isLast) this.queue.add(keyOf(deployment));
  }

  private *sync(key: string): Task<void> {
    const deployment = this.deployments.get(key);
    if (!deployment) return;
    const cause = this.context.cause;
    const { selector } = deployment.spec;
    if (selectorOf(selector).isEverything) {
      yield* this.refuseToSelectAll(deployment);
      return;
    }
    const candidates = [
      ...ownedBy(this.sets, deployment.metadata.uid),
      ...orphansIn(this.sets, deployment.metadata.namespace ?? ''),
    ];
    const sets = yield* claim(candidates, {
      owner: deployment,
      reference: controllerReference(deployment, 'apps/v1', 'Deployment'),
      selector: selectorOf(selector),
      client: this.tools.sets,
      freshOwner: () => this.tools.deployments.get(deployment.metadata.namespace ?? '', deployment.metadata.name),
    });
    this.context.cause = cause;
    try {
      yield* this.act(new DeploymentSync(this.tools, deployment, sets));
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
    this.watchProgress(key);
  }

  private *act(sync: DeploymentSync): Task<void> {
    if (sync.deployment.metadata.deletionTimestamp !== undefined) {
      yield* sync.statusOnly();
      return;
    }
    yield* sync.notePause();
    if (sync.deployment.spec.paused || (yield* sync.isScaling())) yield* sync.scaleOnly();
    else if (sync.deployment.spec.strategy.type === 'Recreate')
      yield* recreate(sync, (set) => ownedBy(this.pods, set.metadata.uid));
    else yield* rollingUpdate(sync);
  }

  /** A rollout that gets stuck changes nothing, so it is looked at when its deadline is over. */
  private watchProgress(key: string): void {
    const deployment = this.deployments.get(key);
    if (!deployment || deployment.spec.paused || deployment.metadata.deletionTimestamp !== undefined) return;
    const { status } = deployment;
    const current = conditionOf(status, 'Progressing');
    if (isComplete(deployment, status) || current?.reason === 'ProgressDeadlineExceeded') return;
    const deadline = progressDeadline(deployment, current);
    if (deadline === undefined) return;
    // One that has passed already and was not acted upon waits for something else: not to be asked about all the time.
    const left = between(this.context.now, deadline);
    this.queue.addAfter(key, left < 0 ? seconds(1) : plusMargin(left));
  }

  private *refuseToSelectAll(deployment: Deployment): Task<void> {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.tools.parts.event(deployment, 'Warning', 'SelectingAll', message);
    const { generation } = deployment.metadata;
    if ((deployment.status.observedGeneration ?? 0) >= (generation ?? 0)) return;
    yield* this.tools.deployments.updateStatus({
      ...deployment,
      status: { ...deployment.status, observedGeneration: generation },
    });
  }
}

/** Upstream: pkg/controller/deployment. */
export const controller: ControllerDescriptor = {
  name: 'deployment-controller',
  explain:
    'Moves a Deployment from one pod template to the next by growing a new ReplicaSet and shrinking the old ones.',
  watches: [deploymentsResource, replicaSetsResource, podsResource],
  rules: [
    { apiGroups: ['apps', 'extensions'], resources: ['deployments'], verbs: ['get', 'list', 'update', 'watch'] },
    {
      apiGroups: ['apps', 'extensions'],
      resources: ['deployments/status', 'deployments/finalizers'],
      verbs: ['update'],
    },
    {
      apiGroups: ['apps', 'extensions'],
      resources: ['replicasets'],
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'update', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new DeploymentController(context, parts),
};
