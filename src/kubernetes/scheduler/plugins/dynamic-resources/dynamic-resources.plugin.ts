// DynamicResources: places pods by claims on devices. Of it only the part that every pod meets: its word after a failed attempt.
import type { SchedulerPlugin } from '../../framework/framework.ts';

const stateKey = 'DynamicResources';

/** Differs: resource claims are not served, so there is never one to deallocate. */
export const plugin: SchedulerPlugin = {
  name: 'DynamicResources',
  explain: 'Pods with claims on devices go where the devices are. There are no claims here.',
  weight: 0,
  preFilter(state) {
    state.write(stateKey, true);
    return { kind: 'skip' };
  },
  /** Where an earlier plugin ended the attempt it has not been asked, and its answer ends the matter, as upstream's does. */
  postFilter: (_pod, { state }) =>
    state.read(stateKey)
      ? { kind: 'helpless', message: 'no new claims to deallocate', clearsNomination: false }
      : { kind: 'helpless', message: 'not found', clearsNomination: false, isLast: true },
};
