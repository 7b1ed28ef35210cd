// One probe of one container: when it looks, how often it must agree with itself, and what that means.
// Upstream: pkg/kubelet/prober/worker.go.
import { between, plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Probe } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ProbeResult } from '../runtime/pod-actions.ts';
import { runProbe, type Finding, type ProbeMeans, type ProbeTarget } from './handlers.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** What a worker tells of. */
export interface ProbeListener {
  /** The verdict changed, after as many agreeing looks as the probe asks for. */
  probeVerdict(worker: ProbeWorker, isSuccess: boolean): void;
  /** A look failed. `isFirst` marks the first after a success. */
  probeFailed(worker: ProbeWorker, finding: Finding, isFirst: boolean): void;
}

/** Ticks at whole periods since it was made, but only while there is something to look at: an idle worker has no timer. */
export class ProbeWorker {
  private result: ProbeResult;
  /** Looks in a row with the same finding. */
  private run = 0;
  private lastWasSuccess: boolean | undefined;
  private timer: Timer | undefined;
  private target: ProbeTarget | undefined;
  private startedAt: Instant;
  private readonly created: Instant;
  private isProbing = false;
  /** The last look could not be made. */
  private isErring = false;
  /** The instance that `result` is about. */
  private judged = '';
  /** The instance that failed for good: it is not looked at again. */
  private condemned = '';

  constructor(
    private readonly means: ProbeMeans,
    private readonly listener: ProbeListener,
    readonly kind: ProbeKind,
    readonly containerName: string,
    readonly probe: Probe,
  ) {
    this.result = this.initialResult;
    this.created = means.context.now;
    this.startedAt = this.created;
  }

  /** When it looks next, while it does. */
  get due(): Instant | undefined {
    return this.timer?.due;
  }

  /** Whether its next look is awaited: the container is not well yet, or has begun not to be. */
  get isAwaited(): boolean {
    return this.result !== 'success' || this.lastWasSuccess === false;
  }

  get containerId(): string | undefined {
    return this.target?.containerId;
  }

  /** What it found of this instance; of one that it never looked at, what counts until it does. */
  resultFor(containerId: string): ProbeResult {
    return this.judged === containerId ? this.result : this.initialResult;
  }

  /**
   * Looks at this instance from now on, after the initial delay since `startedAt`. `isAdopted` says that it was found running by a new
   * kubelet: it counts as it was reported until a look says otherwise.
   */
  begin(target: ProbeTarget, startedAt: Instant, adopted?: ProbeResult): void {
    if (this.target?.containerId === target.containerId || this.condemned === target.containerId) return;
    this.stop();
    this.target = target;
    this.judged = target.containerId;
    this.startedAt = startedAt;
    this.result = adopted ?? this.initialResult;
    this.lastWasSuccess = undefined;
    this.run = 0;
    // A readiness probe looks at once, the others at their next tick.
    if (this.kind === 'readiness') this.schedule(this.means.context.now);
    else this.schedule(this.nextTick());
  }

  /** Looks no more; the verdict stays. */
  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.target = undefined;
  }

  private get initialResult(): ProbeResult {
    return this.kind === 'liveness' ? 'success' : this.kind === 'readiness' ? 'failure' : 'unknown';
  }

  private get period(): number {
    return seconds(this.probe.periodSeconds || 10);
  }

  private nextTick(): Instant {
    const since = between(this.created, this.means.context.now);
    return (this.created + (Math.floor(since / this.period) + 1) * this.period) as Instant;
  }

  private schedule(at: Instant): void {
    const { context } = this.means;
    const earliest = plus(this.startedAt, seconds(this.probe.initialDelaySeconds ?? 0));
    let due: number = at;
    if (due < earliest) due = this.created + Math.ceil(between(this.created, earliest) / this.period) * this.period;
    this.timer = context.after(between(context.now, due as Instant), () => {
      this.timer = undefined;
      if (!this.isProbing) context.spawn(this.look());
    });
  }

  private *look(): Task<void> {
    const { target } = this;
    if (target === undefined) return;
    this.isProbing = true;
    let finding: Finding;
    try {
      finding = yield* runProbe(this.means, this.probe, target);
    } finally {
      this.isProbing = false;
    }
    if (this.target !== target) {
      // Another instance took its place meanwhile: its own first look is still to come.
      if (this.target && this.timer === undefined) this.schedule(this.nextTick());
      return;
    }
    this.take(finding);
    // After the verdict the owner may have stopped it.
    if (this.target === target && this.timer === undefined) this.schedule(this.nextTick());
  }

  private take(finding: Finding): void {
    if (finding.isUnknown) {
      this.listener.probeFailed(this, finding, !this.isErring);
      this.isErring = true;
      return;
    }
    this.isErring = false;
    const isNew = this.lastWasSuccess !== finding.isSuccess;
    this.run = isNew ? 1 : this.run + 1;
    this.lastWasSuccess = finding.isSuccess;
    if (!finding.isSuccess) this.listener.probeFailed(this, finding, isNew);
    const needed = finding.isSuccess ? this.probe.successThreshold || 1 : this.probe.failureThreshold || 3;
    if (this.run < needed) return;
    const result = finding.isSuccess ? 'success' : 'failure';
    if (this.result === result) return;
    this.result = result;
    // A container that is going to be restarted is left alone until then.
    if (result === 'failure' && this.kind !== 'readiness') {
      this.condemned = this.target?.containerId ?? '';
      this.stop();
    }
    this.listener.probeVerdict(this, finding.isSuccess);
  }
}
