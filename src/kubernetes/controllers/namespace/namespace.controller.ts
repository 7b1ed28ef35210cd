// The namespace controller: empties namespaces that were deleted, and lets them go when nothing is left.
// Upstream: pkg/controller/namespace/namespace_controller.go and deletion/namespaced_resources_deleter.go.
import type { Namespace } from '@/kubernetes/api/core/v1/namespace/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { namespacesResource } from '@/kubernetes/client/resources.ts';
import { RetryError, runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { rfc3339, seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { conditionsAfter } from './conditions.ts';
import { emptyNamespace, type Remaining } from './namespace-content.ts';

/** A deleted namespace is left alone for this long, so that all API servers know before the last creation is looked for. */
const observationDelay = seconds(5);
const ownFinalizer = 'kubernetes';

class NamespaceController {
  private readonly namespaces: Informer<Namespace>;
  private readonly client: ResourceClient<Namespace>;
  private readonly queue: WorkQueue;
  /** Deletions already told of, by uid. */
  private readonly announced = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.namespaces = parts.informers.informer<Namespace>(namespacesResource);
    this.client = parts.client.of<Namespace>(namespacesResource);
    this.queue = new WorkQueue(context, { maxDelay: seconds(60) });
    const enqueue = (namespace: Namespace): void => {
      if (namespace.metadata.deletionTimestamp !== undefined)
        this.queue.addAfter(namespace.metadata.name, observationDelay);
    };
    this.namespaces.onChange({
      added: enqueue,
      updated: enqueue,
      deleted: (namespace) => void this.announced.delete(namespace.metadata.uid),
    });
    context.spawn(this.run());
  }

  private *run(): Task<void> {
    yield* this.namespaces.waitForSync();
    runWorkers(this.context, this.queue, 10, (name) => this.sync(name));
  }

  private *sync(name: string): Task<void> {
    if (this.namespaces.get(name)?.metadata.deletionTimestamp === undefined) return;
    const cause = this.context.cause;
    try {
      const namespace = yield* this.client.get('', name);
      const deletedAt = namespace.metadata.deletionTimestamp;
      if (deletedAt === undefined || !namespace.spec.finalizers?.length) return;
      const decision = this.announce(namespace, cause);
      const remaining = yield* emptyNamespace(this.parts.client, name, deletedAt, this.context.now);
      this.context.cause = decision;
      yield* this.report(name, remaining);
      this.context.cause = cause;
      if (remaining.failures.length > 0) throw new RetryError(remaining.failures.join(', '));
      if (remaining.estimateSeconds > 0) {
        this.queue.addAfter(name, seconds(Math.floor(remaining.estimateSeconds / 2) + 1));
        return;
      }
      this.context.cause = decision;
      yield* this.finalize(name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private announce({ metadata: { name, uid } }: Namespace, cause: number): number {
    if (this.announced.has(uid)) return cause;
    this.announced.add(uid);
    const message = `Namespace ${name} is being deleted: its content goes`;
    return this.parts.decide({ reason: 'NamespaceEmptied', subjects: [`Namespace/${name}`], message });
  }

  private *report(name: string, remaining: Remaining): Task<void> {
    for (let tries = 0; ; tries++) {
      const live = yield* this.client.get('', name);
      const conditions = conditionsAfter(live.status.conditions, remaining, rfc3339(this.context.now));
      if (conditions === live.status.conditions) return;
      try {
        yield* this.client.updateStatus({ ...live, status: { ...live.status, conditions } });
        return;
      } catch (error) {
        if (tries > 4 || !(error instanceof StatusError) || error.code !== 409) throw error;
      }
    }
  }

  private *finalize(name: string): Task<void> {
    const live = yield* this.client.get('', name);
    const finalizers = live.spec.finalizers?.filter((finalizer) => finalizer !== ownFinalizer) ?? [];
    yield* this.client.update({ ...live, spec: { ...live.spec, finalizers } }, { subresource: 'finalize' });
  }
}

/** Upstream: pkg/controller/namespace. */
export const controller: ControllerDescriptor = {
  name: 'namespace-controller',
  explain: 'Empties a deleted namespace kind by kind, pods first, and removes it when nothing is left.',
  watches: [namespacesResource],
  rules: [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'delete', 'watch'] },
    { apiGroups: [''], resources: ['namespaces/finalize', 'namespaces/status'], verbs: ['update'] },
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'delete', 'deletecollection'] },
  ],
  start: (context, parts) => void new NamespaceController(context, parts),
};
