// Plain facts about containers of a pod: which are sidecars, which may be restarted, what they are called at the runtime.
import { fnv1a32 } from '@/base/hash.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ContainerStatus as RuntimeContainer } from '@/kubernetes/cri-api/runtime.ts';

/** An init container that is restarted like an app container and runs beside them. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Whether an app container ever ran: then the init containers are over for good. */
export function hasRegularContainerStarted(spec: PodSpec, statuses: readonly ContainerStatus[]): boolean {
  return spec.containers.some((container) => {
    const status = statuses.find((one) => one.name === container.name);
    return status !== undefined && (status.state.running !== undefined || status.state.terminated !== undefined || status.lastState.terminated !== undefined);
  });
}

/** All containers that a spec names, init containers first. */
export function* containersOf(spec: PodSpec): Iterable<Container> {
  if (spec.initContainers) yield* spec.initContainers;
  yield* spec.containers;
}

/** Whether a container that has ended is to run again, by its own rules, then its own policy, then the pod's. */
export function restartsAfter(spec: PodSpec, container: Container, exitCode: number): boolean {
  for (const rule of container.restartPolicyRules ?? []) {
    const has = rule.exitCodes?.values?.includes(exitCode) ?? false;
    if (rule.exitCodes?.operator === 'NotIn' ? !has : has) return rule.action === 'Restart';
  }
  const policy = container.restartPolicy ?? spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether the container, as the runtime has it, is to be started (again). */
export function isToBeStarted(pod: Pod, container: Container, current: RuntimeContainer | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (current === undefined || current.state === 'created') return true;
  if (current.state === 'running') return false;
  return restartsAfter(pod.spec, container, current.exitCode ?? 0);
}

/** The labels by which a runtime's records are found again: upstream's. */
export function podLabels(pod: Pod): Readonly<Record<string, string>> {
  const { name, namespace = '', uid } = pod.metadata;
  return { 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.uid': uid };
}

export const containerHashAnnotation = 'io.kubernetes.container.hash';

const hashAnnotations = new WeakMap<Container, Readonly<Record<string, string>>>();

/** The annotations of a container at the runtime, one object for all pods of a template: a hash of what a restart is needed for when it changes. */
export function annotationsOf(container: Container): Readonly<Record<string, string>> {
  let annotations = hashAnnotations.get(container);
  if (annotations === undefined) {
    annotations = { [containerHashAnnotation]: fnv1a32(`${container.name}\0${container.image}`).toString(16) };
    hashAnnotations.set(container, annotations);
  }
  return annotations;
}

/** Whether the spec now names another image than the one that runs. */
export function hasChanged(container: Container, current: RuntimeContainer): boolean {
  const hash = current.annotations[containerHashAnnotation];
  return hash !== undefined && hash !== annotationsOf(container)[containerHashAnnotation];
}

/** `Pod/namespace/name`: how occurrences call a pod. */
export function subjectOf(pod: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `Pod/${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
}

/** `name_namespace(uid)`, as upstream's messages call a pod. */
export function formatPod(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})`;
}
