// What really is on a machine, past anything the API believes: containers that run and what they use.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Cluster } from '@/cluster/cluster.ts';

const podUidLabel = 'io.kubernetes.pod.uid';

/** A static pod runs under its own uid; the mirror that the API knows has another, and says whose mirror it is. */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** Containers of a pod that run at this moment on that machine. */
export function runningContainers(cluster: Cluster, machine: string, { metadata }: Pick<Pod, 'metadata'>): number {
  const podUid = metadata.annotations?.[mirrorAnnotation] ?? metadata.uid;
  let running = 0;
  for (const container of cluster.runtime(machine)?.listContainers() ?? []) {
    if (container.state === 'running' && container.labels[podUidLabel] === podUid) running++;
  }
  return running;
}

/** CPU and memory that a machine's containers use at this moment. */
export function machineUsage(cluster: Cluster, machine: string): { cpuMillicores: number; memoryBytes: number } {
  const runtime = cluster.runtime(machine);
  let cpuMillicores = 0;
  let memoryBytes = 0;
  for (const container of runtime?.listContainers() ?? []) {
    if (container.state !== 'running') continue;
    const usage = runtime?.containerUsage(container.id);
    cpuMillicores += usage?.cpuMillicores ?? 0;
    memoryBytes += usage?.memoryBytes ?? 0;
  }
  return { cpuMillicores, memoryBytes };
}
