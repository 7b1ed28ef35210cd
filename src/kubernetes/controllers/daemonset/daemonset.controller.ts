// The daemonset controller: follows DaemonSets, their pods and the nodes. Upstream: pkg/controller/daemon/daemon_controller.go.
import { equalJson } from '@/base/json.ts';
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { DaemonSet, DaemonSetStatus } from '@/kubernetes/api/apps/v1/daemonset/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import {
  controllerRevisionsResource,
  daemonSetsResource,
  nodesResource,
  podsResource,
} from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { between, microseconds, milliseconds, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { Expectations } from '../lib/expectations.ts';
import { claim, controllerReference, indexByOwner, orphansIn, ownedBy } from '../lib/ownership.ts';
import { isNamespaceTerminating, isNotFound, PodControl, slowStart } from '../lib/pod-control.ts';
import { isPodAvailable, isPodReady } from '../lib/pod-state.ts';
import { selectorOf } from '../lib/selectors.ts';
import { subjectOf } from '../lib/subjects.ts';
import { daemonTemplate, fitOf, forNode, hashLabel, nodeOf } from './daemon-nodes.ts';
import { byAge, placement, update, type Plan, type PodsByNode, type Situation } from './daemon-plan.ts';
import { historyOf, trimHistory, type HistoryTools } from './history.ts';

const burst = 250;
/** A look costs time in proportion to the nodes; large sets are looked at again only after that much. Differs: upstream really takes it. */
const costPerNode = microseconds(20);
const smallSet = 100;
const firstFailureDelay = seconds(1);
const longestFailureDelay = seconds(900);

class DaemonSetController {
  private readonly sets: Informer<DaemonSet>;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly revisions: Informer<ControllerRevision>;
  private readonly queue: WorkQueue;
  private readonly expectations: Expectations;
  private readonly control: PodControl;
  private readonly client: ResourceClient<DaemonSet>;
  private readonly podClient: ResourceClient<Pod>;
  private readonly tools: HistoryTools;
  /** When a failed pod of a set on a node was last replaced, and how long the next has to wait. */
  private readonly replaced = new Map<string, { readonly at: Instant; readonly delay: Duration }>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    const { informers, client } = parts;
    this.sets = informers.informer<DaemonSet>(daemonSetsResource);
    this.pods = informers.informer<Pod>(podsResource);
    this.nodes = informers.informer<Node>(nodesResource);
    this.revisions = informers.informer<ControllerRevision>(controllerRevisionsResource);
    indexByOwner(this.pods);
    indexByOwner(this.revisions);
    this.queue = new WorkQueue(context);
    this.expectations = new Expectations(context);
    this.control = new PodControl(context, parts);
    this.client = client.of<DaemonSet>(daemonSetsResource);
    this.podClient = client.of<Pod>(podsResource);
    this.tools = { revisions: client.of<ControllerRevision>(controllerRevisionsResource), sets: this.client };
    this.follow();
    context.spawn(this.run());
  }

  private follow(): void {
    const enqueue = (set: DaemonSet): void => this.queue.add(keyOf(set));
    this.sets.onChange({ added: enqueue, updated: enqueue, deleted: enqueue });
    this.pods.onChange({
      added: (pod) => this.podChanged(pod, undefined),
      updated: (next, previous) => this.podChanged(next, previous),
      deleted: (pod) => this.podDeleted(pod),
    });
    this.revisions.onChange({
      updated: (next, previous) => {
        if (next.metadata.ownerReferences !== previous.metadata.ownerReferences) this.enqueueOwnerOf(next);
      },
      deleted: (revision) => this.enqueueOwnerOf(revision),
    });
    this.nodes.onChange({
      added: (node) => this.nodeChanged(node, undefined),
      updated: (next, previous) => this.nodeChanged(next, previous),
    });
  }

  private *run(): Task<void> {
    for (const informer of [this.sets, this.pods, this.nodes, this.revisions]) yield* informer.waitForSync();
    runWorkers(this.context, this.queue, 2, (key) => this.sync(key));
  }

  private podChanged(next: Pod, previous: Pod | undefined): void {
    if (next.metadata.deletionTimestamp !== undefined) {
      this.podDeleted(next);
      return;
    }
    if (previous && controllerOf(previous)?.uid !== controllerOf(next)?.uid) this.enqueueOwnerOf(previous);
    const owner = this.ownerOf(next);
    if (owner) {
      if (!previous) this.expectations.creationObserved(keyOf(owner));
      this.enqueue(owner);
      const wait = owner.spec.minReadySeconds ?? 0;
      if (previous && wait > 0 && !isPodReady(previous) && isPodReady(next))
        this.queue.addAfter(keyOf(owner), seconds(wait + 1));
      return;
    }
    if (controllerOf(next)) return;
    for (const set of this.sets.listNamespace(next.metadata.namespace ?? ''))
      if (selectorOf(set.spec.selector).matches(next.metadata.labels ?? {})) this.queue.add(keyOf(set));
  }

  private podDeleted(pod: Pod): void {
    const owner = this.ownerOf(pod);
    if (!owner) return;
    this.expectations.deletionObserved(keyOf(owner), keyOf(pod));
    this.enqueue(owner);
  }

  /** Only what means a pod more or less is looked at; upstream, too, leaves the counts of the status for later. */
  private nodeChanged(next: Node, previous: Node | undefined): void {
    if (
      previous &&
      equalJson(next.spec, previous.spec) &&
      equalJson(next.metadata.labels ?? {}, previous.metadata.labels ?? {})
    )
      return;
    for (const set of this.sets.list()) {
      const { shouldRun, mayStay } = fitOf(set, next);
      if (shouldRun && mayStay && !previous) this.enqueue(set);
      else {
        const isThere = ownedBy(this.pods, set.metadata.uid).some((pod) => nodeOf(pod) === next.metadata.name);
        if (isThere ? !mayStay : shouldRun) this.enqueue(set);
      }
    }
  }

  private enqueue(set: DaemonSet): void {
    const size = set.status.desiredNumberScheduled;
    if (size <= smallSet) this.queue.add(keyOf(set));
    else this.queue.addAfter(keyOf(set), (size * costPerNode) as Duration);
  }

  private ownerOf(object: Pod | ControllerRevision): DaemonSet | undefined {
    const reference = controllerOf(object);
    if (reference?.kind !== 'DaemonSet') return undefined;
    const set = this.sets.get(`${object.metadata.namespace}/${reference.name}`);
    return set?.metadata.uid === reference.uid ? set : undefined;
  }

  private enqueueOwnerOf(object: Pod | ControllerRevision): void {
    const owner = this.ownerOf(object);
    if (owner) this.queue.add(keyOf(owner));
  }

  private *sync(key: string): Task<void> {
    const set = this.sets.get(key);
    if (!set) {
      this.expectations.forget(key);
      return;
    }
    if (set.metadata.deletionTimestamp !== undefined) return;
    const { cause } = this.context;
    const nodes = [...this.nodes.list()];
    const history = yield* historyOf(this.tools, set, yield* this.claimed(this.revisions, this.tools.revisions, set));
    const hash = history.current.metadata.labels?.[hashLabel] ?? '';
    if (this.expectations.isSatisfied(key)) {
      this.context.cause = cause;
      yield* this.act(set, hash, nodes, placement);
      if (this.expectations.isSatisfied(key)) {
        this.context.cause = cause;
        if (set.spec.updateStrategy.type === 'RollingUpdate') yield* this.act(set, hash, nodes, update);
        yield* trimHistory(this.tools, set, history, ownedBy(this.pods, set.metadata.uid));
      }
    }
    this.context.cause = cause;
    yield* this.report(set, hash, nodes);
  }

  /** What is the set's, after adopting and releasing. */
  private claimed<T extends Pod | ControllerRevision>(
    informer: Informer<T>,
    client: ResourceClient<T>,
    set: DaemonSet,
  ): Task<readonly T[]> {
    const { name, namespace = '', uid } = set.metadata;
    return claim([...ownedBy(informer, uid), ...orphansIn(informer, namespace)], {
      owner: set,
      reference: controllerReference(set, 'apps/v1', 'DaemonSet'),
      selector: selectorOf(set.spec.selector),
      client,
      freshOwner: () => this.client.get(namespace, name),
    });
  }

  private *podsByNode(set: DaemonSet): Task<PodsByNode> {
    const groups = new Map<string, Pod[]>();
    for (const pod of yield* this.claimed(this.pods, this.podClient, set)) {
      const node = nodeOf(pod);
      if (node === undefined) continue;
      const group = groups.get(node);
      if (group) group.push(pod);
      else groups.set(node, [pod]);
    }
    return groups;
  }

  private *act(set: DaemonSet, hash: string, nodes: readonly Node[], decide: (situation: Situation) => Plan): Task<void> {
    const pods = yield* this.podsByNode(set);
    const plan = decide({
      set,
      hash,
      nodes,
      pods,
      now: this.context.now,
      mayReplace: (pod, node) => this.mayReplace(set, pod, node),
    });
    const create = plan.create.slice(0, burst);
    const remove = plan.remove.slice(0, burst);
    if (create.length === 0 && remove.length === 0) return;
    const key = keyOf(set);
    this.expectations.expectDeletions(key, remove.map(keyOf));
    this.expectations.alsoExpectCreations(key, create.length);
    const decision = this.parts.decide({
      reason: decide === update ? 'RollingUpdate' : 'DaemonPlacement',
      subjects: [subjectOf(set)],
      message: `DaemonSet ${set.metadata.name}: ${create.length} pods to create, ${remove.length} to delete`,
    });
    const error = yield* this.create(set, hash, create, decision);
    const failure = yield* this.remove(set, remove, decision);
    if (error ?? failure) throw error ?? failure;
  }

  private *create(set: DaemonSet, hash: string, nodes: readonly string[], decision: number): Task<unknown> {
    const { control } = this;
    const template = daemonTemplate(set, hash);
    const reference = controllerReference(set, 'apps/v1', 'DaemonSet');
    let next = 0;
    const { successes, error } = yield* slowStart(nodes.length, function* () {
      try {
        yield* control.create(set, reference, forNode(template, nodes[next++] ?? ''), decision);
      } catch (refused) {
        if (!isNamespaceTerminating(refused)) throw refused;
      }
    });
    for (let skipped = nodes.length - successes; skipped > 0; skipped--)
      this.expectations.creationObserved(keyOf(set));
    return error;
  }

  private *remove(set: DaemonSet, pods: readonly Pod[], decision: number): Task<unknown> {
    let failure: unknown;
    for (const pod of pods) {
      try {
        yield* this.control.delete(set, pod, decision);
      } catch (error) {
        this.expectations.deletionObserved(keyOf(set), keyOf(pod));
        if (!isNotFound(error)) failure ??= error;
      }
    }
    return failure;
  }

  /** Failed pods are replaced more and more slowly: a kubelet may be refusing them. */
  private mayReplace(set: DaemonSet, pod: Pod, node: string): boolean {
    const which = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node}`;
    if (pod.status.phase === 'Succeeded') {
      this.parts.event(set, 'Normal', 'SucceededDaemonPod', `Found succeeded ${which}, will try to delete it`);
      return true;
    }
    const key = `${set.metadata.uid}/${node}`;
    const { now } = this.context;
    const last = this.replaced.get(key);
    const waited = last && between(last.at, now);
    if (last && waited !== undefined && waited < last.delay) {
      this.queue.addAfter(keyOf(set), (last.delay - waited) as Duration);
      return false;
    }
    const isLongAgo = !last || waited === undefined || waited > 2 * longestFailureDelay;
    const delay = isLongAgo ? firstFailureDelay : Math.min(last.delay * 2, longestFailureDelay);
    this.replaced.set(key, { at: now, delay: delay as Duration });
    this.parts.event(set, 'Warning', 'FailedDaemonPod', `Found failed ${which}, will try to kill it`);
    return true;
  }

  private *report(set: DaemonSet, hash: string, nodes: readonly Node[]): Task<void> {
    const pods = yield* this.podsByNode(set);
    const status = statusOf(set, hash, nodes, pods, this.context.now);
    let live = set;
    for (let tries = 0; !equalJson(live.status, status); tries++) {
      try {
        live = yield* this.client.updateStatus({ ...live, status });
        break;
      } catch (error) {
        if (tries > 0 || !(error instanceof StatusError) || error.code !== 409) throw error;
        live = yield* this.client.get(set.metadata.namespace ?? '', set.metadata.name);
      }
    }
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds > 0 && status.numberReady !== (status.numberAvailable ?? 0))
      this.queue.addAfter(keyOf(set), (seconds(minReadySeconds) + milliseconds(5)) as Duration);
  }
}

function statusOf(
  set: DaemonSet,
  hash: string,
  nodes: readonly Node[],
  pods: PodsByNode,
  now: Instant,
): DaemonSetStatus {
  let [desired, current, misplaced, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const here = pods.get(node.metadata.name);
    if (!fitOf(set, node).shouldRun) {
      if (here) misplaced++;
      continue;
    }
    desired++;
    const [pod] = byAge(here ?? []);
    if (!pod) continue;
    current++;
    if (isPodReady(pod)) {
      ready++;
      if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now)) available++;
    }
    if (pod.metadata.labels?.[hashLabel] === hash) updated++;
  }
  const { collisionCount, conditions } = set.status;
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misplaced,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata.generation,
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(available > 0 ? { numberAvailable: available } : {}),
    ...(desired > available ? { numberUnavailable: desired - available } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
  };
}

/** Upstream: pkg/controller/daemon. */
export const controller: ControllerDescriptor = {
  name: 'daemonset-controller',
  explain: 'Keeps one pod of a DaemonSet on every node that fits, and rolls them over, node by node, when the template changes.',
  watches: [daemonSetsResource, podsResource, nodesResource, controllerRevisionsResource],
  rules: [
    { apiGroups: ['apps', 'extensions'], resources: ['daemonsets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['apps', 'extensions'], resources: ['daemonsets/status', 'daemonsets/finalizers'], verbs: ['update'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list', 'patch', 'watch'] },
    { apiGroups: [''], resources: ['pods/binding'], verbs: ['create'] },
    {
      apiGroups: ['apps'],
      resources: ['controllerrevisions'],
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) => void new DaemonSetController(context, parts),
};
