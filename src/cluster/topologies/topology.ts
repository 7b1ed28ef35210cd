// What a cluster is made of: its machines and where they stand.
import type { Described } from '@/base/registry.ts';

/** One machine of a topology. */
export interface MachinePlan {
  readonly name: string;
  /** The rack it stands in; becomes topology.kubernetes.io/zone. */
  readonly zone: string;
  readonly role: 'control-plane' | 'worker';
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly maxPods: number;
}

export interface TopologyDescriptor extends Described {
  readonly explain: string;
  readonly machines: readonly MachinePlan[];
}

/** Upstream's usual range of pod addresses has room for 256 machines; larger clusters get a larger one. */
export function clusterCidrOf({ machines }: TopologyDescriptor): string {
  return machines.length <= 250 ? '10.244.0.0/16' : '10.128.0.0/9';
}

const gibibyte = 1024 ** 3;

/** A worker as most topologies have it: 4 CPUs, 8 GiB, 110 pods. */
export function worker(name: string, zone: string): MachinePlan {
  return { name, zone, role: 'worker', cpuMillicores: 4000, memoryBytes: 8 * gibibyte, maxPods: 110 };
}

export function controlPlane(name: string, zone: string): MachinePlan {
  return { name, zone, role: 'control-plane', cpuMillicores: 4000, memoryBytes: 8 * gibibyte, maxPods: 110 };
}
