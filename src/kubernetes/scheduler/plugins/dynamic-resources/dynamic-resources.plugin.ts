// DynamicResources: places pods by claims on devices. Of it only the part that every pod meets: its word after a failed attempt.
import type { SchedulerPlugin } from '../../framework/framework.ts';

/** Differs: resource claims are not served, so there is never one to deallocate. */
export const plugin: SchedulerPlugin = {
  name: 'DynamicResources',
  explain: 'Pods with claims on devices go where the devices are. There are no claims here.',
  weight: 0,
  postFilter: () => ({ kind: 'helpless', message: 'no new claims to deallocate', clearsNomination: false }),
};
