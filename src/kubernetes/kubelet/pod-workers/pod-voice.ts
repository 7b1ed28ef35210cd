// How a kubelet speaks of a pod: Events for users of the API, occurrences for the simulation's log.
import type { Context } from '@/simulation/process/process.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { referenceTo, type EventRecorder, type EventType } from '@/kubernetes/client/event-recorder.ts';
import { subjectOf } from '../runtime/containers.ts';

/** Templates share their containers, and so do pods these texts. */
const fieldPaths = new WeakMap<Container, string>();

function fieldPathOf(pod: Pod, container: Container): string {
  let path = fieldPaths.get(container);
  if (path === undefined) {
    const list = pod.spec.initContainers?.some(({ name }) => name === container.name) ? 'initContainers' : 'containers';
    path = ['spec.', list, '{', container.name, '}'].join('');
    fieldPaths.set(container, path);
  }
  return path;
}

export class PodVoice {
  constructor(
    private readonly context: Context,
    private readonly recorder: EventRecorder,
  ) {}

  /** An Event about the pod, or about one of its containers. */
  event(pod: Pod, container: Container | undefined, type: EventType, reason: string, message: string): void {
    this.recorder.event(referenceTo(pod, container && fieldPathOf(pod, container)), type, reason, message);
  }

  /** An occurrence about the pod; it becomes the cause of what follows. */
  record(pod: Pod, reason: string, message: string): void {
    this.context.record({ kind: 'kubelet', reason, subjects: [subjectOf(pod)], message });
  }
}
