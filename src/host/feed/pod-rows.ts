// Rows and states of pods, one stable slot each: what the API says, beside how many containers really run.
import type { PodRow, PodState } from '@/contract/feed/feed.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { controllerOf, keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import type { MachineRows } from './machine-rows.ts';
import { runningContainers } from './world-truth.ts';
import { describePod } from './pod-look.ts';

interface Seat {
  readonly slot: number;
  pod: Pod;
  machine: string;
  /** The Pod object is gone from the API, its containers may still run. */
  isGhost: boolean;
}

export class PodRows {
  private readonly seats = new Map<string, Seat>();
  /** Uids of the seats whose Pod object is gone: looked at again whenever some container ends. */
  private readonly ghosts = new Set<string>();
  private readonly keyToUid = new Map<string, string>();
  private readonly freeSlots: number[] = [];
  private nextSlot = 0;
  private readonly dirtyRows = new Set<string>();
  private readonly dirtyStates = new Set<string>();
  private removed: number[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly machines: MachineRows,
  ) {
    for (const pod of cluster.peek<Pod>('', 'pods')) this.wrote(pod, false);
  }

  /** The slot of the pod of that `namespace/name`, or -1. */
  slotOf(key: string): number {
    const uid = this.keyToUid.get(key);
    return uid === undefined ? -1 : (this.seats.get(uid)?.slot ?? -1);
  }

  wrote(pod: Pod, isGone: boolean): void {
    const { uid } = pod.metadata;
    const seat = this.seats.get(uid);
    if (isGone) {
      if (seat) this.left(uid, seat);
      return;
    }
    const machine = pod.spec.nodeName ?? '';
    if (!seat) {
      this.seats.set(uid, { slot: this.freeSlots.pop() ?? this.nextSlot++, pod, machine, isGhost: false });
      this.keyToUid.set(keyOf(pod), uid);
      this.dirtyRows.add(uid);
      if (machine !== '') this.machines.seated(machine, pod, 1);
    } else {
      if (seat.machine !== machine) {
        this.machines.seated(machine, pod, 1);
        this.dirtyRows.add(uid);
      } else if (seat.pod.metadata.labels !== pod.metadata.labels) this.dirtyRows.add(uid);
      seat.pod = pod;
      seat.machine = machine;
    }
    this.dirtyStates.add(uid);
  }

  /** Containers that start and end change what really runs, whether the API hears of it or not. */
  heard(occurrence: Occurrence): void {
    if (occurrence.kind === 'machine' || occurrence.kind === 'fault') {
      for (const [uid, seat] of this.seats) if (occurrence.subjects.includes(`Machine/${seat.machine}`)) this.dirtyStates.add(uid);
      return;
    }
    if (occurrence.kind !== 'runtime') return;
    for (const subject of occurrence.subjects) {
      if (!subject.startsWith('Pod/')) continue;
      const uid = this.keyToUid.get(subject.slice('Pod/'.length));
      if (uid !== undefined) this.dirtyStates.add(uid);
    }
    for (const uid of this.ghosts) this.dirtyStates.add(uid);
  }

  /** Nobody looks: what is gone is forgotten without being told. */
  sweep(): void {
    for (const uid of [...this.ghosts]) {
      const seat = this.seats.get(uid);
      if (seat && (seat.machine === '' || runningContainers(this.cluster, seat.machine, seat.pod) === 0)) this.remove(uid, seat);
    }
    this.removed = [];
  }

  rows(): readonly PodRow[] {
    return [...this.seats.values()].map((seat) => this.row(seat));
  }

  states(): readonly PodState[] {
    return [...this.seats.values()].map((seat) => this.state(seat));
  }

  take(): { rows: readonly PodRow[]; states: readonly PodState[]; removed: readonly number[] } {
    const states: PodState[] = [];
    for (const uid of this.dirtyStates) {
      const seat = this.seats.get(uid);
      if (!seat) continue;
      const state = this.state(seat);
      if (seat.isGhost && state.running === 0) this.remove(uid, seat);
      else states.push(state);
    }
    const rows: PodRow[] = [];
    for (const uid of this.dirtyRows) {
      const seat = this.seats.get(uid);
      if (seat) rows.push(this.row(seat));
    }
    const removed = this.removed;
    this.removed = [];
    this.dirtyRows.clear();
    this.dirtyStates.clear();
    return { rows, states, removed };
  }

  private left(uid: string, seat: Seat): void {
    const key = keyOf(seat.pod);
    if (this.keyToUid.get(key) === uid) this.keyToUid.delete(key);
    if (seat.machine !== '') this.machines.seated(seat.machine, seat.pod, -1);
    seat.isGhost = true;
    this.ghosts.add(uid);
    this.dirtyStates.add(uid);
  }

  private remove(uid: string, seat: Seat): void {
    this.seats.delete(uid);
    this.ghosts.delete(uid);
    this.dirtyRows.delete(uid);
    this.dirtyStates.delete(uid);
    this.removed.push(seat.slot);
    this.freeSlots.push(seat.slot);
  }

  private row({ slot, pod, machine }: Seat): PodRow {
    const { metadata, spec } = pod;
    return {
      slot,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid,
      machine: machine === '' ? -1 : this.machines.slotOf(machine),
      workload: this.workloadOf(pod),
      labels: metadata.labels ?? {},
      image: spec.containers[0]?.image ?? '',
      fidelity: this.fidelityOf(pod),
      isStatic: metadata.annotations?.['kubernetes.io/config.source'] === 'file' || metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined,
      component: metadata.labels?.component ?? '',
    };
  }

  private state({ slot, pod, machine, isGhost }: Seat): PodState {
    const running = machine === '' ? 0 : runningContainers(this.cluster, machine, pod);
    return { slot, running, ...describePod(pod, isGhost, running) };
  }

  private fidelityOf({ spec }: Pod): PodRow['fidelity'] {
    const { registry } = this.cluster.world;
    const found = new Set(spec.containers.map(({ image }) => registry.fidelityOf(image ?? '')));
    return found.has('not modelled') ? 'not modelled' : found.has('simplified') ? 'simplified' : 'as upstream';
  }

  private workloadOf(pod: Pod): string {
    const owner = controllerOf(pod);
    if (!owner) return `Pod/${pod.metadata.name}`;
    if (owner.kind === 'ReplicaSet') {
      const set = this.cluster.peekOne<ReplicaSet>('apps', 'replicasets', pod.metadata.namespace ?? '', owner.name);
      const above = set && controllerOf(set);
      if (above) return `${above.kind}/${above.name}`;
    }
    return `${owner.kind}/${owner.name}`;
  }
}
