// What a kubelet remembers of the containers of one pod: their instances at the runtime, probes, and why one cannot start. Kept small: there are
// as many as there are containers in the cluster.
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ContainerStatus as RuntimeContainer, RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import type { ProbeResult } from '../runtime/pod-actions.ts';
import type { ProbeKind, ProbeWorker } from '../prober/probe-worker.ts';
import type { ContainerView } from '../status/container-status.ts';

/** One container of a pod. */
export interface ContainerRecord {
  readonly name: string;
  /** The youngest instance; '' while there was none. */
  id: string;
  /** The one before it. */
  previousId: string;
  /** Why it could not be started the last time. */
  waiting?: { readonly reason: string; readonly message: string };
  /** Absent when it has no probes. */
  probes?: ProbeWorker[];
  /** The instance is up, but its postStart hook still runs. */
  isInHook?: boolean;
}

/** The containers of one pod. */
export class ContainerRecords {
  all: readonly ContainerRecord[] = [];

  constructor(private readonly runtime: RuntimeService) {}

  of(name: string): ContainerRecord {
    let record = this.all.find((one) => one.name === name);
    if (record === undefined) {
      record = { name, id: '', previousId: '' };
      this.all = this.all.concat(record);
    }
    return record;
  }

  /** A younger instance appeared; the one that is now too old to be kept is given back. */
  noteInstance(name: string, id: string): string | undefined {
    const record = this.of(name);
    if (record.id === id || record.previousId === id) return undefined;
    const tooOld = record.previousId || undefined;
    record.previousId = record.id;
    record.id = id;
    return tooOld;
  }

  current(name: string): RuntimeContainer | undefined {
    const id = this.all.find((one) => one.name === name)?.id;
    return id ? this.runtime.containerStatus(id) : undefined;
  }

  /** What a probe found of the container's present instance; undefined when it has no such probe. */
  verdict(name: string, kind: ProbeKind): ProbeResult | undefined {
    const record = this.all.find((one) => one.name === name);
    return record?.probes?.find((probe) => probe.kind === kind)?.resultFor(record.id);
  }

  /** Running, past its postStart hook and its startup probe. */
  isStarted(name: string): boolean {
    const record = this.all.find((one) => one.name === name);
    if (!record?.id || record.isInHook || this.runtime.containerStatus(record.id)?.state !== 'running') return false;
    const startup = record.probes?.find((probe) => probe.kind === 'startup');
    return startup === undefined || startup.resultFor(record.id) === 'success';
  }

  isReady(name: string): boolean {
    return this.isStarted(name) && (this.verdict(name, 'readiness') ?? 'success') === 'success';
  }

  /** For the status. */
  view(pod: Pod, container: Container): ContainerView {
    const record = this.of(container.name);
    return {
      current: record.id ? this.runtime.containerStatus(record.id) : undefined,
      previous: record.previousId ? this.runtime.containerStatus(record.previousId) : undefined,
      waiting: record.waiting,
      isReady: this.isReady(container.name),
      isStarted: this.isStarted(container.name),
      terminationMessage: (instance) => this.lastWords(container, instance),
    };
  }

  /** Instances that run, with their containers' specs. */
  running(pod: Pod): { container: Container; id: string }[] {
    const running: { container: Container; id: string }[] = [];
    for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
      const current = this.current(container.name);
      if (current?.state === 'running') running.push({ container, id: current.id });
    }
    return running;
  }

  private lastWords(container: Container, instance: RuntimeContainer): string | undefined {
    const message = this.runtime.terminationMessage(instance.id, container.terminationMessagePath || '/dev/termination-log');
    if (message) return message.slice(0, 4096);
    if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || !instance.exitCode) return undefined;
    const lines = this.runtime.logs(instance.id).slice(-80);
    return lines.map(({ text }) => `${text}\n`).join('').slice(-2048) || undefined;
  }
}
