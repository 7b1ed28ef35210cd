// All scheduler plugins, in the order of upstream's default profile.
import { collect } from '@/base/registry.ts';
import type { SchedulerPlugin } from '../framework/framework.ts';

/** Upstream: pkg/scheduler/apis/config/v1/default_plugins.go. Order decides which refusal of a node is told. */
const profileOrder = [
  'SchedulingGates',
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'VolumeRestrictions',
  'NodeVolumeLimits',
  'VolumeBinding',
  'VolumeZone',
  'PodTopologySpread',
  'InterPodAffinity',
  'DynamicResources',
  'DefaultPreemption',
  'NodeResourcesBalancedAllocation',
  'ImageLocality',
];

const found = collect<SchedulerPlugin>(import.meta.glob('./*/*.plugin.ts', { eager: true }), 'plugin');

/** Throws for a plugin that upstream's profile does not have: its place would be chance. */
for (const { name } of found)
  if (!profileOrder.includes(name)) throw new Error(`The default profile has no plugin ${name}`);

export const plugins: readonly SchedulerPlugin[] = [...found].sort(
  (a, b) => profileOrder.indexOf(a.name) - profileOrder.indexOf(b.name),
);
