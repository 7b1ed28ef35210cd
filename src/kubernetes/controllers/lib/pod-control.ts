// Making and deleting pods for an owner, with the events that tell of it. Upstream: pkg/controller/controller_utils.go (RealPodControl).
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject, NewObject, OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerParts } from '../controller.ts';

/** Whether a refusal says that the namespace is going away: not worth an event, nor a retry. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof StatusError &&
    (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
  );
}

export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.code === 404;
}

/** Pods of owners of one controller. */
export class PodControl {
  private readonly pods: ResourceClient<Pod>;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
  ) {
    this.pods = parts.client.of<Pod>(podsResource);
  }

  /**
   * A pod of `template`; `cause` is the decision that it follows from; it is named for the owner, or by `prefix`. Throws what the API server
   * refused it with.
   */
  *create(
    owner: KubeObject,
    reference: OwnerReference,
    template: PodTemplateSpec,
    cause: number,
    prefix = `${owner.metadata.name}-`,
  ): Task<Pod> {
    const { labels, annotations, finalizers } = template.metadata ?? {};
    const pod: NewObject<Pod> = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: prefix,
        labels,
        annotations,
        finalizers,
        ownerReferences: [reference],
      },
      spec: template.spec,
    };
    this.context.cause = cause;
    let created: Pod;
    try {
      created = yield* this.pods.create(owner.metadata.namespace ?? '', pod);
    } catch (error) {
      if (!isNamespaceTerminating(error))
        this.tell(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      throw error;
    }
    this.tell(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  }

  /** Throws NotFound for a pod that is gone already. */
  *delete(owner: KubeObject, pod: Pod, cause: number): Task<void> {
    this.context.cause = cause;
    try {
      yield* this.pods.delete(pod.metadata.namespace ?? '', pod.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) this.tell(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      throw error;
    }
    this.tell(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }

  private tell(owner: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.parts.event(owner, type, reason, message);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Does `act` `count` times in batches that double from 1, and stops after the first batch that had a failure: so a quota that is full costs one
 * refused request and not hundreds. Gives how many succeeded and the first error.
 */
export function* slowStart(
  count: number,
  act: () => Task<void>,
): Task<{ readonly successes: number; readonly error?: unknown }> {
  let successes = 0;
  let remaining = count;
  for (let batch = Math.min(remaining, 1); batch > 0; batch = Math.min(2 * batch, remaining)) {
    let error: unknown;
    let failures = 0;
    for (let i = 0; i < batch; i++) {
      try {
        yield* act();
        successes++;
      } catch (refused) {
        error ??= refused;
        failures++;
      }
    }
    if (failures > 0) return { successes, error };
    remaining -= batch;
  }
  return { successes };
}
