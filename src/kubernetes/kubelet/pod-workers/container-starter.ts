// Starts one container: image, environment, create, start, postStart; what refuses becomes its waiting reason.
// Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer).
import type { Task } from '@/simulation/process/task.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { RuntimeError, type ContainerConfig } from '@/kubernetes/cri-api/runtime.ts';
import { containerConfig } from '../containers/container-config.ts';
import { EnvironmentError, environmentOf } from '../containers/environment.ts';
import { StartRefusal } from '../images/start-refusal.ts';
import { runHook } from '../prober/hooks.ts';
import { rpcMessage } from '../runtime/rpc-error.ts';
import { hostnameOf } from '../runtime/sandbox-config.ts';
import type { MountedVolume } from '../volumes/volume-mounter.ts';
import { stopInstance } from './container-killer.ts';
import type { Machinery } from './machinery.ts';

/** Where and as what a container is started. */
export interface StartPlace {
  readonly sandboxId: string;
  readonly attempt: number;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly podIps: readonly string[];
  /** Told as soon as there is an instance, before it runs. */
  created(id: string): void;
}

/** Throws {@link StartRefusal}. */
export function* startContainer(machinery: Machinery, pod: Pod, container: Container, place: StartPlace): Task<void> {
  const { voice, runtime } = machinery;
  const refused = (reason: string, message: string): StartRefusal => {
    voice.event(pod, container, 'Warning', 'Failed', `Error: ${message}`);
    voice.record(pod, reason, `Container ${container.name} cannot be started: ${message}`);
    return new StartRefusal(reason, message);
  };
  try {
    yield* machinery.images.ensure(pod, container);
  } catch (error) {
    if (error instanceof StartRefusal) voice.event(pod, container, 'Warning', 'Failed', `Error: ${error.reason}`);
    throw error;
  }
  let id: string;
  try {
    const config = yield* makeConfig(machinery, pod, container, place);
    id = yield* runtime.createContainer(place.sandboxId, config);
  } catch (error) {
    if (error instanceof EnvironmentError) throw refused('CreateContainerConfigError', error.message);
    if (error instanceof RuntimeError) throw refused('CreateContainerError', rpcMessage(error.message));
    throw error;
  }
  place.created(id);
  voice.event(pod, container, 'Normal', 'Created', 'Container created');
  try {
    yield* runtime.startContainer(id);
  } catch (error) {
    if (error instanceof RuntimeError) throw refused('RunContainerError', rpcMessage(error.message));
    throw error;
  }
  voice.event(pod, container, 'Normal', 'Started', 'Container started');
  voice.record(pod, 'Started', `Container ${container.name} started${place.attempt > 0 ? ` again (restart ${place.attempt})` : ''}`);
  yield* postStart(machinery, pod, container, place, id);
}

function* makeConfig(machinery: Machinery, pod: Pod, container: Container, place: StartPlace): Task<ContainerConfig> {
  const { namespace = '' } = pod.metadata;
  const env = yield* environmentOf(pod, container, {
    configMaps: machinery.configMaps,
    secrets: machinery.secrets,
    services: machinery.serviceVariables.of(namespace, pod.spec.enableServiceLinks !== false),
    facts: { podIps: place.podIps, hostIp: machinery.hostIp, allocatable: machinery.allocatable },
  });
  const hostname = hostnameOf(pod, machinery.nodeName);
  return containerConfig(pod, container, { attempt: place.attempt, env, volumes: place.volumes, hostname, podIp: place.podIps[0] ?? '' });
}

function* postStart(machinery: Machinery, pod: Pod, container: Container, place: StartPlace, id: string): Task<void> {
  const hook = container.lifecycle?.postStart;
  if (hook === undefined) return;
  const { isSuccess, output } = yield* runHook(machinery.probing, hook, { container, containerId: id, podIp: place.podIps[0] ?? '' });
  if (isSuccess) return;
  machinery.voice.event(pod, container, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
  machinery.voice.record(pod, 'FailedPostStartHook', `The postStart hook of container ${container.name} failed: ${output}`);
  yield* stopInstance(machinery, pod, { container, id, graceSeconds: pod.spec.terminationGracePeriodSeconds ?? 30, message: 'FailedPostStartHook' });
  throw new StartRefusal('PostStartHookError', output);
}
