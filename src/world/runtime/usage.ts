// What a container uses: a base that its image tells, what its software says it holds, and the work it is charged for.
import { between, inSeconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { ContainerUsage } from '@/kubernetes/cri-api/runtime.ts';
import type { ImageBehaviour } from '../registry/image-behaviour.ts';

/** Work is averaged over about this many seconds. */
const averageSeconds = 15;

/** Made when software first says what it uses; a container that never does has its image's base. */
export class UsageMeter {
  memoryBytes = 0;
  private steadyMillicores = 0;
  private steadySince: Instant;
  private steadySeconds = 0;
  private chargedSeconds = 0;
  private recentMillicores = 0;
  private recentAt: Instant;

  constructor(start: Instant) {
    this.steadySince = start;
    this.recentAt = start;
  }

  setSteady(millicores: number, now: Instant): void {
    this.steadySeconds += (this.steadyMillicores / 1000) * inSeconds(between(this.steadySince, now));
    this.steadySince = now;
    this.steadyMillicores = millicores;
  }

  charge(span: Duration, now: Instant): void {
    this.chargedSeconds += inSeconds(span);
    this.recentMillicores = this.recent(now) + (inSeconds(span) * 1000) / averageSeconds;
    this.recentAt = now;
  }

  usage(behaviour: ImageBehaviour, startedAt: Instant, now: Instant, limitMillicores: number | undefined): ContainerUsage {
    const { idleCpuMillicores, memoryBytes } = behaviour.usage;
    const age = inSeconds(between(startedAt, now));
    const cpu = idleCpuMillicores + this.steadyMillicores + this.recent(now);
    const steady = this.steadySeconds + (this.steadyMillicores / 1000) * inSeconds(between(this.steadySince, now));
    return {
      cpuMillicores: Math.round(Math.min(cpu, limitMillicores ?? Infinity)),
      memoryBytes: memoryBytes + this.memoryBytes,
      cpuSecondsTotal: (idleCpuMillicores / 1000) * age + steady + this.chargedSeconds,
    };
  }

  private recent(now: Instant): number {
    return this.recentMillicores * Math.exp(-inSeconds(between(this.recentAt, now)) / averageSeconds);
  }
}

/** The usage of a container that never said anything. */
export function baseUsage(behaviour: ImageBehaviour, startedAt: Instant, now: Instant): ContainerUsage {
  const { idleCpuMillicores, memoryBytes } = behaviour.usage;
  return {
    cpuMillicores: idleCpuMillicores,
    memoryBytes,
    cpuSecondsTotal: (idleCpuMillicores / 1000) * inSeconds(between(startedAt, now)),
  };
}
