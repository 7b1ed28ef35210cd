// The probes of one pod: started and stopped as its containers come and go. Upstream: pkg/kubelet/prober/prober_manager.go.
import { plus, seconds } from '@/simulation/clock/duration.ts';
import type { Container } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Deadline } from '../deadlines/deadlines.ts';
import type { Finding } from '../prober/handlers.ts';
import { ProbeWorker, type ProbeListener } from '../prober/probe-worker.ts';
import { containersOf } from '../runtime/containers.ts';
import type { Machinery } from './machinery.ts';
import type { PodRecord } from './pod-record.ts';

/** Lets every probe look at the instance that it is for now. */
export function superviseProbes(machinery: Machinery, record: PodRecord, listener: ProbeListener): void {
  for (const container of containersOf(record.pod.spec)) {
    if (container.livenessProbe || container.readinessProbe || container.startupProbe) supervise(machinery, record, container, listener);
  }
}

/** Stops them all, or all but those for readiness, which go on until the containers have ended. */
export function stopProbes(record: PodRecord, options: { readonly keepsReadiness?: boolean } = {}): void {
  for (const { probes } of record.containers.all) {
    for (const probe of probes ?? []) if (!options.keepsReadiness || probe.kind !== 'readiness') probe.stop();
  }
}

/** When those look next on whose look something hangs; a healthy container's are routine. */
export function* probeDeadlines(record: PodRecord): Iterable<Deadline> {
  for (const { probes } of record.containers.all) {
    for (const { kind, due, probe, containerName, isAwaited } of probes ?? []) {
      if (due === undefined || !isAwaited) continue;
      const period = probe.periodSeconds || 10;
      const id = `probe ${record.pod.metadata.uid} ${containerName} ${kind}`;
      yield { id, kind: 'probe', subject: record.subject, start: plus(due, seconds(-period)), due, rule: `${kind}Probe.periodSeconds ${period}s` };
    }
  }
}

/** Says that one look failed; in the log once, until a look succeeds again. */
export function sayUnhealthy(machinery: Machinery, record: PodRecord, worker: ProbeWorker, finding: Finding, isFirst: boolean): void {
  const { voice } = machinery;
  const kind = worker.kind.charAt(0).toUpperCase() + worker.kind.slice(1);
  const container = [...containersOf(record.pod.spec)].find(({ name }) => name === worker.containerName);
  const message = `${kind} probe ${finding.isUnknown ? 'errored and resulted in unknown state' : 'failed'}: ${finding.output}`;
  voice.event(record.pod, container, 'Warning', 'Unhealthy', message);
  if (isFirst) voice.record(record.pod, 'Unhealthy', `${message.trimEnd()} (container ${worker.containerName})`);
}

function supervise(machinery: Machinery, record: PodRecord, container: Container, listener: ProbeListener): void {
  const own = record.containers.of(container.name);
  own.probes ??= probesOf(machinery, container, listener);
  const current = record.containers.current(container.name);
  const isRunning = current?.state === 'running' && !own.isInHook;
  const isStarted = isRunning && record.containers.isStarted(container.name);
  for (const probe of own.probes) {
    const isDue = probe.kind === 'startup' ? isRunning && !isStarted : isStarted;
    if (!isDue) probe.stop();
    else if (current) {
      const target = { container, containerId: current.id, podIp: record.ips[0] ?? '' };
      probe.begin(target, current.startedAt ?? current.createdAt, adoptedResult(record, container, probe, current.id));
    }
  }
}

/** A container that runs since before this kubelet counts as it was reported, until a look says otherwise. */
function adoptedResult(record: PodRecord, container: Container, probe: ProbeWorker, id: string): 'success' | undefined {
  const reported = record.status.containerStatuses?.find(({ name }) => name === container.name);
  if (!reported?.containerID?.endsWith(id)) return undefined;
  const was = probe.kind === 'readiness' ? reported.ready : probe.kind === 'startup' && reported.started;
  return was ? 'success' : undefined;
}

function probesOf(machinery: Machinery, { name, startupProbe, readinessProbe, livenessProbe }: Container, listener: ProbeListener): ProbeWorker[] {
  const { probing } = machinery;
  const probes: ProbeWorker[] = [];
  if (startupProbe) probes.push(new ProbeWorker(probing, listener, 'startup', name, startupProbe));
  if (readinessProbe) probes.push(new ProbeWorker(probing, listener, 'readiness', name, readinessProbe));
  if (livenessProbe) probes.push(new ProbeWorker(probing, listener, 'liveness', name, livenessProbe));
  return probes;
}
