// Ends a pod: its containers with their grace, its sandbox, its volumes. Upstream: pkg/kubelet/kubelet.go (SyncTerminatingPod, SyncTerminatedPod).
import { plus, seconds } from '@/simulation/clock/duration.ts';
import type { TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { containersOf } from '../runtime/containers.ts';
import { stopAll } from './container-killer.ts';
import type { Machinery } from './machinery.ts';
import { crashDeadline, crashKey } from './pod-actor.ts';
import type { PodRecord } from './pod-record.ts';

/** One pod's end; made when it begins. */
export class PodStopper {
  private graceSeconds: number;
  private kill: TaskHandle<void> | undefined;

  constructor(
    private readonly machinery: Machinery,
    private readonly record: PodRecord,
  ) {
    const { metadata, spec } = record.pod;
    this.graceSeconds = Math.max(metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30, 1);
  }

  /** Someone asked again, for less grace; more is not given. */
  shorten(graceSeconds: number | undefined): void {
    if (graceSeconds === undefined || graceSeconds >= this.graceSeconds) return;
    this.graceSeconds = Math.max(graceSeconds, 1);
    this.kill?.stop();
  }

  /** Returns when nothing of the pod runs any more. */
  *run(): Task<void> {
    const { machinery, record } = this;
    const { context, deadlines, runtime } = machinery;
    const { pod } = record;
    const running = record.containers.running(pod);
    if (running.length > 0) {
      const names = running.map(({ container }) => container.name).join(', ');
      machinery.voice.record(pod, 'Killing', `Stopping ${names} of pod ${pod.metadata.name}, with ${this.graceSeconds} s of grace`);
    }
    const start = context.now;
    const id = `termination ${pod.metadata.uid}`;
    let grace: number;
    do {
      const isAgain = this.kill !== undefined;
      grace = this.graceSeconds;
      const left = record.containers.running(pod);
      if (left.length > 0) {
        deadlines.set({ id, kind: 'termination', subject: record.subject, start, due: plus(context.now, seconds(grace)), rule: `terminationGracePeriodSeconds ${grace}s` });
      }
      this.kill = context.spawn(stopAll(machinery, pod, left, grace, isAgain));
      yield* this.kill.join();
    } while (this.graceSeconds !== grace);
    deadlines.clear(id);
    if (record.sandboxId) yield* runtime.stopPodSandbox(record.sandboxId);
  }
}

/** Gives back what a pod that is over needs no more: volumes, watches, memories of its failures. */
export function release(machinery: Machinery, record: PodRecord): void {
  const { pod } = record;
  const { uid } = pod.metadata;
  machinery.volumes.unmountAll(uid);
  machinery.configMaps.release(uid);
  machinery.secrets.release(uid);
  machinery.tokens.forget(uid);
  machinery.images.forget(pod);
  for (const container of containersOf(pod.spec)) {
    machinery.crashBackoff.reset(crashKey(record, container));
    machinery.deadlines.clear(crashDeadline(record, container));
  }
}

/** Removes what the runtime still has of it. */
export function* removeAll(machinery: Machinery, record: PodRecord): Task<void> {
  const { runtime } = machinery;
  const { uid } = record.pod.metadata;
  for (const { id, previousId } of record.containers.all) {
    for (const one of [id, previousId]) if (one && runtime.containerStatus(one)) yield* runtime.removeContainer(one);
  }
  for (const sandbox of runtime.listPodSandboxes()) if (sandbox.metadata.uid === uid) yield* runtime.removePodSandbox(sandbox.id);
}
