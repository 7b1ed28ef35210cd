// Rows of machines: the world's truth (power, cable) beside what the API believes (the Node object), and how full each machine is.
import type { Bars, MachineRow } from '@/contract/feed/feed.ts';
import { defined } from '@/base/assert.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { quantityToMilli, quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import { podRequests } from '@/kubernetes/apimachinery/resources/resources.ts';
import { machineUsage } from './world-truth.ts';
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';

type Machine = NonNullable<ReturnType<Cluster['world']['machine']>>;

interface Tally {
  cpu: number;
  memory: number;
  pods: number;
}

/** Machines keep the slot in which they were first seen. */
export class MachineRows {
  private readonly slots = new Map<string, number>();
  private readonly nodes = new Map<string, Node>();
  private readonly requested = new Map<string, Tally>();
  private readonly dirty = new Set<string>();

  constructor(private readonly cluster: Cluster) {
    for (const machine of cluster.world.machines) this.slotOf(machine.name);
    for (const node of cluster.peek<Node>('', 'nodes')) this.nodes.set(node.metadata.name, node);
  }

  /** The machine's slot, or -1 when there is no machine of that name. */
  slotOf(name: string): number {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    if (!this.cluster.world.machine(name)) return -1;
    this.slots.set(name, this.slots.size);
    this.dirty.add(name);
    return this.slots.size - 1;
  }

  wrote(object: KubeObject, isGone: boolean): void {
    const { name } = object.metadata;
    if (isGone) this.nodes.delete(name);
    else this.nodes.set(name, object as Node);
    this.dirty.add(name);
  }

  heard(occurrence: Occurrence): void {
    if (occurrence.kind !== 'fault' && occurrence.kind !== 'machine') return;
    for (const subject of occurrence.subjects) if (subject.startsWith('Machine/')) this.dirty.add(subject.slice('Machine/'.length));
  }

  /** A pod took its seat (sign 1) or left it (-1). */
  seated(machine: string, pod: Pod, sign: 1 | -1): void {
    let tally = this.requested.get(machine);
    if (!tally) this.requested.set(machine, (tally = { cpu: 0, memory: 0, pods: 0 }));
    const requests = podRequests(pod);
    tally.cpu += sign * Number(requests.cpu?.milliValue() ?? 0n);
    tally.memory += sign * Number(requests.memory?.value() ?? 0n);
    tally.pods += sign;
    this.dirty.add(machine);
  }

  all(): readonly MachineRow[] {
    return [...this.slots.keys()].map((name) => this.row(name));
  }

  take(): { changed: readonly MachineRow[] } {
    const changed = [...this.dirty].filter((name) => this.slotOf(name) >= 0).map((name) => this.row(name));
    this.dirty.clear();
    return { changed };
  }

  private row(name: string): MachineRow {
    const machine = defined(this.cluster.world.machine(name), `${name} is in the rack`);
    const node = this.nodes.get(name);
    const ready = node?.status?.conditions?.find((condition) => condition.type === 'Ready');
    return {
      slot: this.slotOf(name),
      name,
      zone: machine.zone,
      role: machine.role,
      ip: machine.ip,
      isPowered: machine.isPowered,
      isConnected: machine.isConnected,
      ready: ready?.status ?? '',
      readyReason: ready?.reason ?? '',
      isCordoned: node?.spec?.unschedulable === true,
      taints: (node?.spec?.taints ?? []).map((taint) => `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`),
      bars: this.bars(machine, node),
      faults: this.cluster.world.faultsInForce.filter((fault) => fault.target === name).map((fault) => fault.name),
    };
  }

  private bars(machine: Machine, node: Node | undefined): Bars {
    const tally = this.requested.get(machine.name) ?? { cpu: 0, memory: 0, pods: 0 };
    const allocatable = node?.status?.allocatable ?? {};
    const used = machineUsage(this.cluster, machine.name);
    return {
      cpuUsed: used.cpuMillicores,
      cpuRequested: tally.cpu,
      cpuAllocatable: quantityToMilli(allocatable.cpu ?? '0'),
      memoryUsed: used.memoryBytes,
      memoryRequested: tally.memory,
      memoryAllocatable: quantityToValue(allocatable.memory ?? '0'),
      pods: tally.pods,
      podsAllocatable: quantityToValue(allocatable.pods ?? '0'),
    };
  }
}
