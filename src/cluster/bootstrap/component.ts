// A component of Kubernetes as an image: what its container does when it runs, and what all components share.
import type { Described } from '@/base/registry.ts';
import type { ContainerContext } from '@/world/runtime/container-context.ts';
import type { ImageBehaviour } from '@/world/registry/image-behaviour.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { ClusterParts } from './parts.ts';

export interface ComponentDescriptor extends Described {
  /** The program's name, and its image's. */
  readonly name: string;
  readonly explain: string;
  readonly repository: string;
  readonly megabytes: number;
  readonly memoryBytes: number;
  readonly ports: readonly number[];
  /** Runs until a signal; answers the exit code. */
  run(container: ContainerContext, parts: ClusterParts): Task<number>;
}

/** The image behaviour of a component of this cluster. */
export function imageOf(component: ComponentDescriptor, parts: ClusterParts): ImageBehaviour {
  return {
    name: component.name,
    explain: component.explain,
    fidelity: 'as upstream',
    repositories: [component.repository],
    sizeBytes: () => component.megabytes * 1e6,
    entrypoint: [component.name],
    command: [],
    ports: component.ports,
    userland: 'none',
    mainPrograms: [component.name],
    usage: { idleCpuMillicores: 15, memoryBytes: component.memoryBytes },
    start: (container) => component.run(container, parts),
  };
}

/** Answers probes on `port` with 200 while `isHealthy` holds, and 500 otherwise. */
export function serveHealth(container: ContainerContext, port: number, isHealthy: () => boolean): void {
  container.network.listenHttp(port, (): HttpResponse => {
    const healthy = isHealthy();
    return { status: healthy ? 200 : 500, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: healthy ? 'ok' : 'not ready' };
  });
}

/** Waits for the signal that asks the program to end, and ends it as Go programs do. */
export function* untilTerminated(container: ContainerContext): Task<number> {
  yield* container.untilSignal();
  return 0;
}
