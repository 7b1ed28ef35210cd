// The statefulset controller: follows StatefulSets, their pods and their revisions. Upstream: pkg/controller/statefulset/stateful_set.go.
import { equalJson } from '@/base/json.ts';
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { StatefulSet } from '@/kubernetes/api/apps/v1/statefulset/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf, type KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import {
  controllerRevisionsResource,
  persistentVolumeClaimsResource,
  podsResource,
  statefulSetsResource,
} from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { milliseconds, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { claim, controllerReference, indexByOwner, orphansIn, ownedBy } from '../lib/ownership.ts';
import { isPodReady } from '../lib/pod-state.ts';
import { selectorOf } from '../lib/selectors.ts';
import { revisionsOf, trimHistory } from './history.ts';
import { ordinalOf, type Claim } from './stateful-pod.ts';
import { StatefulSync, type StatefulTools } from './stateful-sync.ts';

class StatefulSetController {
  private readonly sets: Informer<StatefulSet>;
  private readonly pods: Informer<Pod>;
  private readonly revisions: Informer<ControllerRevision>;
  private readonly queue: WorkQueue;
  private readonly client: ResourceClient<StatefulSet>;
  private readonly revisionClient: ResourceClient<ControllerRevision>;
  private readonly tools: StatefulTools;

  constructor(
    private readonly context: Context,
    parts: ControllerParts,
  ) {
    const { client, informers } = parts;
    this.sets = informers.informer<StatefulSet>(statefulSetsResource);
    this.pods = informers.informer<Pod>(podsResource);
    this.revisions = informers.informer<ControllerRevision>(controllerRevisionsResource);
    indexByOwner(this.pods);
    indexByOwner(this.revisions);
    this.queue = new WorkQueue(context);
    this.client = client.of<StatefulSet>(statefulSetsResource);
    this.revisionClient = client.of<ControllerRevision>(controllerRevisionsResource);
    this.tools = {
      context,
      parts,
      pods: client.of<Pod>(podsResource),
      claims: client.of<Claim>(persistentVolumeClaimsResource),
      knownClaims: informers.informer<Claim>(persistentVolumeClaimsResource),
    };
    const enqueue = (set: StatefulSet): void => this.queue.add(keyOf(set));
    this.sets.onChange({ added: enqueue, updated: enqueue, deleted: enqueue });
    this.pods.onChange({
      added: (pod) => this.podChanged(pod, undefined),
      updated: (next, previous) => this.podChanged(next, previous),
      deleted: (pod) => this.enqueueOwnerOf(pod),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    const { knownClaims } = this.tools;
    for (const informer of [this.sets, this.pods, this.revisions, knownClaims]) yield* informer.waitForSync();
    runWorkers(this.context, this.queue, 5, (key) => this.sync(key));
  }

  private podChanged(next: Pod, previous: Pod | undefined): void {
    if (previous && controllerOf(previous)?.uid !== controllerOf(next)?.uid) this.enqueueOwnerOf(previous);
    const owner = this.ownerOf(next);
    if (owner) {
      this.queue.add(keyOf(owner));
      const wait = owner.spec.minReadySeconds ?? 0;
      if (previous && wait > 0 && !isPodReady(previous) && isPodReady(next))
        this.queue.addAfter(keyOf(owner), seconds(wait + 1));
      return;
    }
    if (controllerOf(next)) return;
    for (const set of this.sets.listNamespace(next.metadata.namespace ?? ''))
      if (selectorOf(set.spec.selector).matches(next.metadata.labels ?? {})) this.queue.add(keyOf(set));
  }

  private enqueueOwnerOf(pod: Pod): void {
    const owner = this.ownerOf(pod);
    if (owner) this.queue.add(keyOf(owner));
  }

  private ownerOf(pod: Pod): StatefulSet | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'StatefulSet') return undefined;
    const set = this.sets.get(`${pod.metadata.namespace}/${reference.name}`);
    return set?.metadata.uid === reference.uid ? set : undefined;
  }

  private *sync(key: string): Task<void> {
    const set = this.sets.get(key);
    if (!set) return;
    const { cause } = this.context;
    const { namespace = '', uid } = set.metadata;
    const known = yield* this.claimed(this.revisionClient, set, [
      ...ownedBy(this.revisions, uid),
      ...orphansIn(this.revisions, namespace),
    ]);
    const strangers = orphansIn(this.pods, namespace).filter((pod) => ordinalOf(set, pod) !== undefined);
    const pods = yield* this.claimed(this.tools.pods, set, [...ownedBy(this.pods, uid), ...strangers]);
    const revisions = yield* revisionsOf(this.revisionClient, set, known);
    this.context.cause = cause;
    const sync = new StatefulSync(this.tools, set, pods, revisions);
    let failure: unknown;
    try {
      yield* sync.run();
    } catch (error) {
      failure = error;
    }
    this.context.cause = cause;
    const status = sync.status();
    yield* this.report(set, status);
    if (failure !== undefined) throw failure;
    yield* trimHistory(this.revisionClient, set, known, revisions, pods);
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds > 0 && (status.readyReplicas ?? 0) !== status.availableReplicas)
      this.queue.addAfter(key, (seconds(minReadySeconds) + milliseconds(5)) as Duration);
  }

  /** What is the set's, after adopting and releasing. */
  private claimed<T extends KubeObject>(
    client: ResourceClient<T>,
    set: StatefulSet,
    candidates: readonly T[],
  ): Task<readonly T[]> {
    const { name, namespace = '' } = set.metadata;
    return claim(candidates, {
      owner: set,
      reference: controllerReference(set, 'apps/v1', 'StatefulSet'),
      selector: selectorOf(set.spec.selector),
      client,
      freshOwner: () => this.client.get(namespace, name),
    });
  }

  private *report(set: StatefulSet, status: StatefulSet['status']): Task<void> {
    let live = set;
    for (let tries = 0; !equalJson(live.status, status); tries++) {
      try {
        yield* this.client.updateStatus({ ...live, status });
        return;
      } catch (error) {
        if (tries > 0 || !(error instanceof StatusError) || error.code !== 409) throw error;
        live = yield* this.client.get(set.metadata.namespace ?? '', set.metadata.name);
      }
    }
  }
}

/** Upstream: pkg/controller/statefulset. */
export const controller: ControllerDescriptor = {
  name: 'statefulset-controller',
  explain: 'Makes, updates and stops the numbered pods of a StatefulSet one after another, each with its own volume claims.',
  watches: [statefulSetsResource, podsResource, controllerRevisionsResource, persistentVolumeClaimsResource],
  rules: [
    { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['apps'], resources: ['statefulsets/status', 'statefulsets/finalizers'], verbs: ['update'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] },
    {
      apiGroups: ['apps'],
      resources: ['controllerrevisions'],
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['create', 'get', 'list', 'update', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new StatefulSetController(context, parts),
};
