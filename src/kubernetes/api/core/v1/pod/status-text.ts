// The word that says how a pod is: the reason of whatever keeps it from running, not its phase. kubectl's STATUS column and the canvas
// show it. Upstream: pkg/printers/internalversion/printers.go (printPod).
import type { ContainerStatus, Pod } from './types.ts';

/** The counts and the reason that a pod's line is made from. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** RFC 3339, or empty when nothing restarted. */
  readonly lastRestart: string;
}

/** What the row of a pod says of it: ready containers, the reason in STATUS, restarts. */
export function summarizePod(pod: Pod): PodSummary {
  const { spec, status } = pod;
  const sidecars = new Set(
    (spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always').map((one) => one.name),
  );
  const total = spec.containers.length + sidecars.size;
  let reason: string = status.reason || status.phase;
  if (status.conditions?.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated'))
    reason = 'SchedulingGated';
  const start = initialize(pod, sidecars, reason);
  let { ready, restarts, lastRestart } = start;
  reason = start.reason;
  if (!start.isInitializing || hasTrueCondition(pod, 'Initialized')) {
    ({ restarts, lastRestart } = start.sidecars);
    let hasRunning = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount;
      lastRestart = later(lastRestart, container);
      const said = containerReason(container);
      if (said !== undefined) reason = said;
      else if (container.ready && container.state?.running) {
        hasRunning = true;
        ready++;
      }
    }
    if (reason === 'Completed' && hasRunning)
      reason = hasTrueCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  return { ready, total, reason, restarts, lastRestart };
}

/** How far the init containers are. */
interface Initialization extends Omit<PodSummary, 'total'> {
  readonly isInitializing: boolean;
  readonly sidecars: { readonly restarts: number; readonly lastRestart: string };
}

function initialize(pod: Pod, sidecars: ReadonlySet<string>, given: string): Initialization {
  const count = pod.spec.initContainers?.length ?? 0;
  const ofSidecars = { restarts: 0, lastRestart: '' };
  const all = { ready: 0, restarts: 0, lastRestart: '' };
  for (const [index, container] of (pod.status.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    all.restarts += container.restartCount;
    all.lastRestart = later(all.lastRestart, container);
    if (isSidecar) {
      ofSidecars.restarts += container.restartCount;
      ofSidecars.lastRestart = later(ofSidecars.lastRestart, container);
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && container.started) {
      if (container.ready) all.ready++;
      continue;
    }
    let reason = `Init:${index}/${count}`;
    if (terminated) reason = `Init:${terminated.reason || endOf(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`;
    return { ...all, reason, isInitializing: true, sidecars: ofSidecars };
  }
  return { ...all, reason: given, isInitializing: false, sidecars: ofSidecars };
}

function containerReason(container: ContainerStatus): string | undefined {
  const { waiting, terminated } = container.state ?? {};
  if (waiting?.reason) return waiting.reason;
  return terminated ? terminated.reason || endOf(terminated) : undefined;
}

const endOf = (terminated: { readonly signal?: number; readonly exitCode: number }): string =>
  terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;

/** The later of `time` and the end of the container's run before this one; RFC 3339 in UTC sorts as text. */
function later(time: string, container: ContainerStatus): string {
  const finished = container.lastState?.terminated?.finishedAt ?? '';
  return finished > time ? finished : time;
}

/** Whether the pod has this condition, and it is True. */
export function hasTrueCondition(pod: Pod, type: string): boolean {
  return pod.status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}

/** kubectl's STATUS word: `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating` … */
export function podStatusText(pod: Pod): string {
  return summarizePod(pod).reason;
}
