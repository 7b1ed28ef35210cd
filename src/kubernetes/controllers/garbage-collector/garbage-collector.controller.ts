// The garbage collector: deletes what has lost all its owners, and carries out foreground and orphan deletion.
// Upstream: pkg/controller/garbagecollector/garbagecollector.go.
import { resourceForKind, resources } from '@/kubernetes/api/registry.ts';
import type { KubeObject, OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError, type PropagationPolicy } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { RetryError, runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { milliseconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { foregroundFinalizer, orphanFinalizer, OwnerGraph, type GraphNode } from './owner-graph.ts';

/** Never collected: they are many, and go by themselves. Upstream: ignoredResources. */
const ignored: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

/** About what upstream's requests take at this point. */
const orphaningPause = milliseconds(2);

interface Classified {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  /** Owners that wait for their dependents to go first. */
  readonly waiting: readonly OwnerReference[];
}

class GarbageCollector {
  private readonly graph: OwnerGraph;
  private readonly deletions: WorkQueue;
  private readonly orphanings: WorkQueue;
  private readonly informers: readonly Informer<KubeObject>[];
  /** Owners known not to exist: `uid namespace`. */
  private readonly absent = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.deletions = new WorkQueue(context);
    this.orphanings = new WorkQueue(context);
    this.graph = new OwnerGraph({
      doubtful: (node) => this.deletions.add(node.uid),
      orphaning: (node) => this.orphanings.add(node.uid),
      misplaced: (node, reference) => this.reportMisplaced(node, reference),
    });
    const seen = new Set<string>();
    const watched = resources.filter(
      (one) => !ignored.has(one.name) && !seen.has(one.name) && seen.add(one.name) && isWatchable(one.verbs),
    );
    this.informers = watched.map((one) =>
      parts.informers.informer<KubeObject>({ group: one.group, version: one.version, resource: one.plural }),
    );
    for (const informer of this.informers) {
      informer.onChange({
        added: (object) => this.graph.observe(object),
        updated: (next, previous) => {
          const { metadata } = next;
          const isSame =
            metadata.ownerReferences === previous.metadata.ownerReferences && metadata.deletionTimestamp === undefined;
          if (!isSame) this.graph.observe(next);
        },
        deleted: (object) => this.forget(object.metadata.uid),
      });
    }
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    for (const informer of this.informers) yield* informer.waitForSync();
    runWorkers(this.context, this.deletions, 20, (uid) => this.attemptToDelete(uid));
    runWorkers(this.context, this.orphanings, 20, (uid) => this.orphanDependents(uid));
  }

  private forget(uid: string): void {
    const node = this.graph.get(uid);
    if (node && node.dependents.size > 0) this.remember(uid, node.namespace);
    this.graph.forget(uid);
  }

  private remember(uid: string, namespace: string): void {
    if (this.absent.size >= 500) for (const oldest of this.absent) if (this.absent.delete(oldest)) break;
    this.absent.add(`${uid} ${namespace}`);
  }

  private accessTo(
    apiVersion: string,
    kind: string,
  ): { client: ResourceClient<KubeObject>; isNamespaced: boolean } | undefined {
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
    const found = resourceForKind(group, version, kind);
    if (!found) return undefined;
    const resource = { group: found.group, version: found.version, resource: found.plural };
    return { client: this.parts.client.of<KubeObject>(resource), isNamespaced: found.scope === 'Namespaced' };
  }

  private *attemptToDelete(uid: string): Task<void> {
    const node = this.graph.get(uid);
    if (!node || (node.isBeingDeleted && !node.isDeletingDependents)) return;
    const access = this.accessTo(node.apiVersion, node.kind);
    if (!access) {
      // A kind nobody serves: it cannot be asked whether it exists, so what depends on it stays.
      if (node.isVirtual) throw new RetryError(`no resource for ${node.apiVersion} ${node.kind}`);
      return;
    }
    const cause = this.context.cause;
    const latest = yield* this.read(access, node.namespace, node.name);
    this.context.cause = cause;
    if (!latest || latest.metadata.uid !== uid) {
      // Only heard of and not there, or another object under that name: let those that named it think again.
      this.forget(uid);
      return;
    }
    if (node.isVirtual) this.graph.observe(latest);
    if (node.isDeletingDependents) {
      yield* this.goOnDeleting(node, access.client);
      return;
    }
    const references = latest.metadata.ownerReferences ?? [];
    if (references.length === 0) return;
    const classified = yield* this.classify(node, references);
    if (!classified) return;
    this.context.cause = cause;
    yield* this.act(node, latest, classified, access.client);
  }

  private *read(
    access: { client: ResourceClient<KubeObject>; isNamespaced: boolean },
    namespace: string,
    name: string,
  ): Task<KubeObject | undefined> {
    try {
      return yield* access.client.get(access.isNamespaced ? namespace : '', name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private *act(
    node: GraphNode,
    latest: KubeObject,
    classified: Classified,
    client: ResourceClient<KubeObject>,
  ): Task<void> {
    const { solid, dangling, waiting } = classified;
    if (solid.length > 0) {
      if (dangling.length + waiting.length > 0) yield* this.dropReferences(node, client, [...dangling, ...waiting]);
      return;
    }
    if (waiting.length > 0 && node.dependents.size > 0) {
      if ([...node.dependents].some((dependent) => dependent.isDeletingDependents))
        yield* this.unblock(node, latest, client);
      yield* this.remove(node, latest, client, 'Foreground', waiting);
      return;
    }
    const { finalizers = [] } = latest.metadata;
    const policy = finalizers.includes(orphanFinalizer)
      ? 'Orphan'
      : finalizers.includes(foregroundFinalizer)
        ? 'Foreground'
        : 'Background';
    yield* this.remove(node, latest, client, policy, [...dangling, ...waiting]);
  }

  /** Undefined for an object that nothing can be said of: it is cluster-scoped and names an owner in a namespace. */
  private *classify(node: GraphNode, references: readonly OwnerReference[]): Task<Classified | undefined> {
    const solid: OwnerReference[] = [];
    const dangling: OwnerReference[] = [];
    const waiting: OwnerReference[] = [];
    for (const reference of references) {
      const access = this.accessTo(reference.apiVersion, reference.kind);
      if (!access) throw new RetryError(`no resource for ${reference.apiVersion} ${reference.kind}`);
      if (access.isNamespaced && node.namespace === '') return undefined;
      const namespace = access.isNamespaced ? node.namespace : '';
      if (this.absent.has(`${reference.uid} ${namespace}`)) {
        dangling.push(reference);
        continue;
      }
      const owner = yield* this.read(access, namespace, reference.name);
      if (!owner || owner.metadata.uid !== reference.uid) {
        this.remember(reference.uid, namespace);
        dangling.push(reference);
      } else if (
        owner.metadata.deletionTimestamp !== undefined &&
        owner.metadata.finalizers?.includes(foregroundFinalizer)
      ) {
        waiting.push(reference);
      } else solid.push(reference);
    }
    return { solid, dangling, waiting };
  }

  private *dropReferences(
    node: GraphNode,
    client: ResourceClient<KubeObject>,
    references: readonly { readonly uid: string }[],
  ): Task<void> {
    const ownerReferences = references.map(({ uid }) => ({ $patch: 'delete', uid }));
    try {
      yield* client.patch(node.namespace, node.name, 'strategic', { metadata: { ownerReferences, uid: node.uid } });
    } catch (error) {
      if (!isNotFound(error) && !(error instanceof StatusError && error.code === 422)) throw error;
    }
  }

  /** Two that wait for each other would wait for ever: this one no longer blocks its owners. */
  private *unblock(node: GraphNode, latest: KubeObject, client: ResourceClient<KubeObject>): Task<void> {
    const ownerReferences = (latest.metadata.ownerReferences ?? []).map((reference) => ({
      ...reference,
      blockOwnerDeletion: false,
    }));
    yield* client.patch(node.namespace, node.name, 'strategic', { metadata: { ownerReferences, uid: node.uid } });
  }

  private *remove(
    node: GraphNode,
    latest: KubeObject,
    client: ResourceClient<KubeObject>,
    propagationPolicy: PropagationPolicy,
    lost: readonly OwnerReference[],
  ): Task<void> {
    const where = node.namespace ? `${node.namespace}/${node.name}` : node.name;
    const owners = lost.map((owner) => `${owner.kind} ${owner.name}`).join(', ');
    this.parts.decide({
      reason: 'GarbageCollected',
      subjects: [`${node.kind}/${where}`],
      message: `${node.kind} ${where} has no owner left (${owners}) and is deleted`,
    });
    const { uid, resourceVersion } = latest.metadata;
    try {
      yield* client.delete(node.namespace, node.name, { propagationPolicy, preconditions: { uid, resourceVersion } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Foreground: deletes what blocks it, and lets the owner go when nothing does. */
  private *goOnDeleting(node: GraphNode, client: ResourceClient<KubeObject>): Task<void> {
    const blocking = [...node.dependents].filter((dependent) =>
      dependent.owners.some((owner) => owner.uid === node.uid && owner.blockOwnerDeletion === true),
    );
    if (blocking.length === 0) yield* this.removeFinalizer(node, client, foregroundFinalizer);
    for (const dependent of blocking) if (!dependent.isDeletingDependents) this.deletions.add(dependent.uid);
  }

  private *orphanDependents(uid: string): Task<void> {
    const node = this.graph.get(uid);
    const access = node && this.accessTo(node.apiVersion, node.kind);
    if (!node || !access) return;
    const cause = this.context.cause;
    for (const dependent of [...node.dependents]) {
      const its = this.accessTo(dependent.apiVersion, dependent.kind);
      this.context.cause = cause;
      if (its) yield* this.dropReferences(dependent, its.client, [{ uid }]);
    }
    // Those that follow the dependents see them go before the owner does.
    yield* this.context.sleep(orphaningPause);
    this.context.cause = cause;
    yield* this.removeFinalizer(node, access.client, orphanFinalizer);
  }

  private *removeFinalizer(node: GraphNode, client: ResourceClient<KubeObject>, finalizer: string): Task<void> {
    const cause = this.context.cause;
    for (let tries = 0; ; tries++) {
      try {
        const latest = yield* client.get(node.namespace, node.name);
        const finalizers = latest.metadata.finalizers ?? [];
        if (latest.metadata.uid !== node.uid || !finalizers.includes(finalizer)) return;
        const { uid, resourceVersion } = latest.metadata;
        const patch = { metadata: { resourceVersion, uid, finalizers: finalizers.filter((one) => one !== finalizer) } };
        this.context.cause = cause;
        yield* client.patch(node.namespace, node.name, 'merge', patch);
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!(error instanceof StatusError || error instanceof ConnectionError) || tries > 4) throw error;
      }
    }
  }

  private reportMisplaced(node: GraphNode, { apiVersion, kind, name, uid }: OwnerReference): void {
    const about = {
      kind: node.kind,
      apiVersion: node.apiVersion,
      name: node.name,
      namespace: node.namespace,
      uid: node.uid,
    };
    const reference = `[${apiVersion}/${kind}, namespace: , name: ${name}, uid: ${uid}]`;
    const message = `ownerRef ${reference} does not exist in namespace "${node.namespace}"`;
    this.parts.event(about, 'Warning', 'OwnerRefInvalidNamespace', message);
  }
}

function isWatchable(verbs: readonly string[]): boolean {
  return verbs.includes('list') && verbs.includes('watch') && verbs.includes('delete');
}

/** Upstream: pkg/controller/garbagecollector. */
export const controller: ControllerDescriptor = {
  name: 'garbage-collector-controller',
  explain:
    'Deletes objects whose owners are all gone; and holds an owner back until its dependents are deleted or let go, when asked to.',
  watches: resources
    .filter((one) => !ignored.has(one.name))
    .map((one) => ({ group: one.group, version: one.version, resource: one.plural })),
  rules: [
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { apiGroups: ['*'], resources: ['*'], verbs: ['delete', 'get', 'list', 'patch', 'update', 'watch'] },
  ],
  start: (context, parts) => void new GarbageCollector(context, parts),
};
