// What a runtime has when its kubelet starts: handed to the pods it belongs to, or stopped when the API knows no such pod.
// Upstream: pkg/kubelet/kubelet_pods.go (HandlePodCleanups).
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerStatus, PodSandboxStatus } from '@/kubernetes/cri-api/runtime.ts';
import type { Machinery } from './machinery.ts';
import type { PodWorker } from './pod-worker.ts';

interface Found {
  readonly sandboxes: PodSandboxStatus[];
  readonly containers: ContainerStatus[];
}

const orphanGraceSeconds = 1;

export class OrphanKeeper {
  private readonly found = new Map<string, Found>();

  constructor(private readonly machinery: Machinery) {}

  /** Looks at the whole runtime once, before any pod is run. */
  takeStock(): void {
    const owner = new Map<string, Found>();
    for (const sandbox of this.machinery.runtime.listPodSandboxes()) {
      const { uid } = sandbox.metadata;
      const found = this.found.get(uid) ?? { sandboxes: [], containers: [] };
      this.found.set(uid, found);
      found.sandboxes.push(sandbox);
      owner.set(sandbox.id, found);
    }
    for (const container of this.machinery.runtime.listContainers()) owner.get(container.sandboxId)?.containers.push(container);
  }

  /** Gives a pod's worker what there is of it; says whether there was anything. */
  handOver(worker: PodWorker): boolean {
    const { uid } = worker.pod.metadata;
    const found = this.found.get(uid);
    if (found === undefined) return false;
    this.found.delete(uid);
    for (const sandbox of found.sandboxes) worker.adopt(sandbox);
    found.containers.sort((a, b) => a.metadata.attempt - b.metadata.attempt);
    for (const { metadata, id } of found.containers) worker.adoptInstance(metadata.name, id);
    return true;
  }

  /** Stops and removes what no pod has claimed. */
  *removeAll(): Task<void> {
    const { context, runtime } = this.machinery;
    const left = [...this.found.values()];
    this.found.clear();
    for (const { sandboxes, containers } of left) {
      const metadata = sandboxes[0]?.metadata;
      if (metadata === undefined) continue;
      const running = containers.filter(({ state }) => state === 'running');
      if (running.length > 0) {
        context.record({
          kind: 'kubelet',
          reason: 'Killing',
          subjects: [`Pod/${metadata.namespace}/${metadata.name}`],
          message: `Stopping what is left of pod ${metadata.name}: the API server knows it no longer`,
        });
      }
      for (const { id } of running) yield* runtime.stopContainer(id, orphanGraceSeconds);
      for (const { id } of sandboxes) yield* runtime.stopPodSandbox(id);
      for (const { id } of containers) yield* runtime.removeContainer(id);
      for (const { id } of sandboxes) yield* runtime.removePodSandbox(id);
    }
  }
}
