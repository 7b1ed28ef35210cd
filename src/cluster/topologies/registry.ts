// All topologies by name, and those of any size.
import { collect } from '@/base/registry.ts';
import { controlPlane, worker, type TopologyDescriptor } from './topology.ts';

export const topologies = collect<TopologyDescriptor>(import.meta.glob('./*/*.topology.ts', { eager: true }), 'topology');

export const topologyNames: readonly string[] = topologies.map(({ name }) => name);

const machinesPerRack = 40;

/** The topology of that name; `100-workers` is one control plane and that many workers in racks of forty. Undefined when there is none. */
export function topologyOf(name: string): TopologyDescriptor | undefined {
  const known = topologies.find((topology) => topology.name === name);
  if (known) return known;
  const count = Number(/^([1-9]\d{0,4})-workers$/.exec(name)?.[1]);
  if (!count) return undefined;
  const machines = [controlPlane('control-plane', 'rack-1')];
  for (let n = 1; n <= count; n++) machines.push(worker(`worker-${n}`, `rack-${Math.floor((n - 1) / machinesPerRack) + 1}`));
  return { name, explain: `One control-plane machine and ${count} workers.`, machines };
}
