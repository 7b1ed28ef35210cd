// SchedulingGates: a pod waits outside the queue until somebody has taken all its gates away.
import type { SchedulerPlugin } from '../../framework/framework.ts';

export const plugin: SchedulerPlugin = {
  name: 'SchedulingGates',
  explain: 'A pod with scheduling gates is not looked at until all of them are removed.',
  weight: 0,
  preEnqueue({ spec }) {
    const gates = spec.schedulingGates ?? [];
    return gates.length > 0
      ? `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`
      : undefined;
  },
  events: ['UnscheduledPodGatesGone'],
};
