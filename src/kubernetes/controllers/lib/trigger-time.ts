// When the change that an endpoint write follows from happened: upstream writes it beside the endpoints, to measure delays.
// Upstream: staging/src/k8s.io/endpointslice/trackers/trigger_time_tracker.go.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import { podCondition } from './pod-state.ts';

export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Seen {
  readonly service: string;
  readonly pods: ReadonlyMap<string, string>;
}

/** Remembers, per Service, the times already accounted for. Times are RFC 3339 with whole seconds: their texts compare as they do. */
export class TriggerTimes {
  private readonly seen = new Map<string, Seen>();

  /** The earliest change since the last call, or undefined when nothing with a time changed. */
  next(key: string, service: Service, pods: Iterable<Pod>): string | undefined {
    const before = this.seen.get(key);
    let earliest: string | undefined;
    const consider = (time: string): void => {
      if (earliest === undefined || time < earliest) earliest = time;
    };
    const times = new Map<string, string>();
    for (const pod of pods) {
      const time = podCondition(pod, 'Ready')?.lastTransitionTime;
      if (time === undefined) continue;
      times.set(pod.metadata.name, time);
      if (time > (before?.pods.get(pod.metadata.name) ?? '')) consider(time);
    }
    const created = service.metadata.creationTimestamp;
    if (created > (before?.service ?? '')) consider(created);
    this.seen.set(key, { service: created, pods: times });
    return earliest;
  }

  forget(key: string): void {
    this.seen.delete(key);
  }
}

/** The annotations with the time, or without any when there is none. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Readonly<Record<string, string>> {
  const { [triggerTimeAnnotation]: _, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [triggerTimeAnnotation]: time };
}
