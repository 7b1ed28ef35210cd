// Writes pod statuses to the API server, one after another, and deletes pods that are over. What cannot be written waits and is tried again.
// Upstream: pkg/kubelet/status/status_manager.go.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import type { Pod, PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { statusPatch } from './status-patch.ts';

/** A pod whose status is kept. */
export interface StatusSubject {
  /** The object at the API server that carries the status, as last seen: the pod itself, or the mirror of a static one; undefined while there is none. */
  readonly apiPod: Pod | undefined;
  /** The status to be reported. */
  readonly status: PodStatus;
  /** Nothing of it runs any more: when it is being deleted, the object may go. */
  readonly isFinished: boolean;
  /** The API server's answer to a write: newer than what the watch has brought so far. */
  acknowledge(pod: Pod): void;
}

/** Upstream's status manager looks again at what failed every 10 s. */
const retryAfter = seconds(10);
const answerWithin = seconds(30);

/** See the file's head. */
export class StatusWriter {
  private readonly dirty = new Map<StatusSubject, number>();
  private readonly retrying = new Set<StatusSubject>();
  private readonly pods: ResourceClient<Pod>;
  private isWriting = false;

  constructor(
    private readonly context: Context,
    client: Client,
  ) {
    this.pods = client.of<Pod>(podsResource);
  }

  /** The subject's status changed, or its pod may now be deleted. Never waits. */
  changed(subject: StatusSubject): void {
    if (!this.dirty.has(subject)) this.dirty.set(subject, this.context.cause);
    if (this.isWriting) return;
    this.isWriting = true;
    this.context.soon(() => this.context.spawn(this.writeAll()));
  }

  forget(subject: StatusSubject): void {
    this.dirty.delete(subject);
    this.retrying.delete(subject);
  }

  private *writeAll(): Task<void> {
    try {
      for (;;) {
        const next = this.dirty.entries().next();
        if (next.done) return;
        const [subject, cause] = next.value;
        this.dirty.delete(subject);
        this.context.cause = cause;
        try {
          yield* this.write(subject);
        } catch (error) {
          if (!(error instanceof ConnectionError) && !(error instanceof StatusError)) throw error;
          this.retryLater(subject);
        }
      }
    } finally {
      this.isWriting = false;
    }
  }

  /** However often it fails, one retry waits. */
  private retryLater(subject: StatusSubject): void {
    if (this.retrying.has(subject)) return;
    this.retrying.add(subject);
    this.context.after(retryAfter, () => {
      if (this.retrying.delete(subject)) this.changed(subject);
    });
  }

  private *write(subject: StatusSubject): Task<void> {
    const pod = subject.apiPod;
    if (pod === undefined) return;
    const { uid, name, namespace = '' } = pod.metadata;
    const patch = statusPatch(uid, pod.status, subject.status);
    try {
      if (patch !== undefined) subject.acknowledge(yield* this.answered(this.pods.patch(namespace, name, 'strategic', patch, { subresource: 'status' })));
      if (pod.metadata.deletionTimestamp === undefined || !subject.isFinished) return;
      yield* this.answered(this.pods.delete(namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } }));
    } catch (error) {
      // Gone, or another pod of that name: there is nothing to report to.
      if (error instanceof StatusError && (error.code === 404 || error.code === 409)) return;
      throw error;
    }
  }

  /** A request without an answer must not hold up all other pods for ever. */
  private *answered<T>(request: Task<T>): Task<T> {
    const answer = yield* this.context.within(answerWithin, boxed(request));
    if (answer === undefined) throw new ConnectionError('timeout', 'context deadline exceeded');
    return answer.value;
  }
}

function* boxed<T>(task: Task<T>): Task<{ value: T }> {
  return { value: yield* task };
}
