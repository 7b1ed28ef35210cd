// The window's mirror of the cluster: what the feed said, in plain maps. The bridge is its only writer, once per frame.
import { runInAction } from 'mobx';
import { podLooks } from '@/contract/feed/feed.ts';
import type {
  Broken,
  Deadline,
  FeedMessage,
  Frame,
  Hello,
  MachineRow,
  PacketRow,
  PodLook,
  PodRow,
  PodState,
  ServiceRow,
  WorkloadRow,
} from '@/contract/feed/feed.ts';
import { Atoms } from './atoms.ts';
import { Logbook, type Occurrence } from './logbook.ts';
import { Seats } from './seats.ts';

/** What readers may depend on; single pods and machines have keys of their own. */
export type Topic =
  'hello' | 'clock' | 'machines' | 'pods' | 'services' | 'workloads' | 'packets' | 'log' | 'deadlines' | 'namespaces' | 'counts' | 'link';

/** Whether the host can be heard. */
export type Link = 'connecting' | 'open' | 'lost' | 'broken';

/** A pod as the window knows it: its row and its last state. */
export interface PodEntry {
  readonly row: PodRow;
  readonly state: PodState;
}

/** What one applied batch of messages changed, for those who draw and do not observe. */
export interface Change {
  readonly topics: ReadonlySet<Topic>;
  readonly packets: readonly PacketRow[];
  readonly occurrences: readonly Occurrence[];
  /** Slots of pods that took a seat, and the seats that pods left; empty for a snapshot. */
  readonly seated: readonly number[];
  readonly left: readonly { readonly machine: number; readonly seat: number }[];
  readonly isSnapshot: boolean;
}

const unknownState = (slot: number): PodState => ({
  slot,
  look: 'pending',
  status: 'Pending',
  readyContainers: 0,
  containers: 0,
  restarts: 0,
  ip: '',
  running: 0,
  message: '',
});

const packetLimit = 2000;
const noCounts = (): Record<PodLook, number> => Object.fromEntries(podLooks.map((look) => [look, 0])) as Record<PodLook, number>;

export class ClusterStore {
  private readonly atoms = new Atoms('cluster');
  private readonly listeners = new Set<(change: Change) => void>();
  private helloValue: Hello | undefined;
  private linkValue: Link = 'connecting';
  private brokenValue: Broken | undefined;
  private clockValue = { time: 0, speed: 1 as number | 'max', isPaused: true, arrivedAt: 0 };
  private readonly machineSlots: (MachineRow | undefined)[] = [];
  private machineList: readonly MachineRow[] | undefined;
  private podList: readonly PodEntry[] | undefined;
  private readonly machineNames = new Map<string, MachineRow>();
  private readonly podSlots: (PodEntry | undefined)[] = [];
  private readonly podNames = new Map<string, number>();
  private readonly serviceMap = new Map<string, ServiceRow>();
  private readonly workloadMap = new Map<string, WorkloadRow>();
  private readonly packetMap = new Map<number, PacketRow>();
  private deadlineList: readonly Deadline[] = [];
  private deadlineKeys: ReadonlySet<string> = new Set();
  private deadlineSubjects: ReadonlyMap<string, readonly Deadline[]> = new Map();
  private namespaceList: readonly string[] = [];
  private countByLook = noCounts();
  private podCountValue = 0;
  private readonly log = new Logbook();
  private readonly seatMap = new Seats();
  private changed = new Set<Topic>();
  private touched = new Set<string>();
  private seated: number[] = [];
  private left: { machine: number; seat: number }[] = [];

  // Readers. Inside an observer each read subscribes to just that.

  get hello(): Hello | undefined {
    this.atoms.read('hello');
    return this.helloValue;
  }

  get link(): Link {
    this.atoms.read('link');
    return this.linkValue;
  }

  get broken(): Broken | undefined {
    this.atoms.read('link');
    return this.brokenValue;
  }

  get clock(): { readonly time: number; readonly speed: number | 'max'; readonly isPaused: boolean; readonly arrivedAt: number } {
    this.atoms.read('clock');
    return this.clockValue;
  }

  /** All machines in order of slot. */
  get machines(): readonly MachineRow[] {
    this.atoms.read('machines');
    return (this.machineList ??= this.machineSlots.filter((row) => row !== undefined));
  }

  machine(name: string): MachineRow | undefined {
    this.atoms.read(`machine:${name}`);
    return this.machineNames.get(name);
  }

  machineAt(slot: number): MachineRow | undefined {
    return this.machineSlots[slot];
  }

  /** All pods in order of slot. */
  get pods(): readonly PodEntry[] {
    this.atoms.read('pods');
    return (this.podList ??= this.podSlots.filter((entry) => entry !== undefined));
  }

  /** A pod by `namespace/name`. */
  pod(key: string): PodEntry | undefined {
    this.atoms.read(`pod:${key}`);
    const slot = this.podNames.get(key);
    return slot === undefined ? undefined : this.podSlots[slot];
  }

  podAt(slot: number): PodEntry | undefined {
    return this.podSlots[slot];
  }

  /** What a pod looks like with both truths in view: on a machine without power nothing runs, whatever the API still says. */
  lookOf({ row, state }: PodEntry): PodLook {
    const { look } = state;
    const machine = this.machineSlots[row.machine];
    if (!machine || (look !== 'ready' && look !== 'notready' && look !== 'starting')) return look;
    return this.machine(machine.name)?.isPowered === false ? 'ghost' : look;
  }

  get podCount(): number {
    this.atoms.read('counts');
    return this.podCountValue;
  }

  get counts(): Readonly<Record<PodLook, number>> {
    this.atoms.read('counts');
    return this.countByLook;
  }

  /** Not observed: for drawing. */
  get seats(): Seats {
    return this.seatMap;
  }

  get services(): readonly ServiceRow[] {
    this.atoms.read('services');
    return [...this.serviceMap.values()].sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  }

  service(key: string): ServiceRow | undefined {
    this.atoms.read('services');
    return this.serviceMap.get(key);
  }

  get workloads(): readonly WorkloadRow[] {
    this.atoms.read('workloads');
    return [...this.workloadMap.values()].sort(
      (a, b) => compare(a.namespace, b.namespace) || compare(a.kind, b.kind) || compare(a.name, b.name),
    );
  }

  /** A workload by `Kind/namespace/name`. */
  workload(key: string): WorkloadRow | undefined {
    this.atoms.read('workloads');
    return this.workloadMap.get(key);
  }

  get packets(): ReadonlyMap<number, PacketRow> {
    this.atoms.read('packets');
    return this.packetMap;
  }

  get logbook(): Logbook {
    this.atoms.read('log');
    return this.log;
  }

  get deadlines(): readonly Deadline[] {
    this.atoms.read('deadlines');
    return this.deadlineList;
  }

  /** Deadlines that `subject` (`Node/worker-1`, `Pod/default/web-1`) waits for. */
  deadlinesOf(subject: string): readonly Deadline[] {
    this.atoms.read('deadlines');
    return this.deadlineSubjects.get(subject) ?? [];
  }

  get namespaces(): readonly string[] {
    this.atoms.read('namespaces');
    return this.namespaceList;
  }

  /** Virtual now in µs, carried on from the last frame for at most a quarter of a second of wall time. */
  now(wall: number): number {
    const { time, speed, isPaused, arrivedAt } = this.clockValue;
    if (isPaused || speed === 'max') return time;
    return time + Math.min(Math.max(wall - arrivedAt, 0), 250) * 1000 * speed;
  }

  /** Calls back once after every batch, outside of MobX: for the canvas. */
  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // The writer.

  /** Takes in all messages of one frame of the window. For the bridge alone. */
  apply(messages: readonly FeedMessage[], wall: number): void {
    const packets: PacketRow[] = [];
    const occurrences: Occurrence[] = [];
    let isSnapshot = false;
    runInAction(() => {
      for (const message of messages) {
        if (message.kind === 'hello') this.applyHello(message);
        else if (message.kind === 'broken') this.applyBroken(message);
        else {
          if (message.isSnapshot) isSnapshot = true;
          this.applyFrame(message, wall);
          if (message.packets) packets.push(...message.packets);
          if (message.occurrences && !message.isSnapshot) occurrences.push(...message.occurrences);
        }
      }
      if (this.changed.has('machines')) this.machineList = undefined;
      if (this.changed.has('pods')) this.podList = undefined;
      for (const topic of this.changed) this.atoms.changed(topic);
      for (const key of this.touched) this.atoms.changed(key);
    });
    const change: Change = {
      topics: this.changed,
      packets,
      occurrences,
      seated: isSnapshot ? [] : this.seated,
      left: isSnapshot ? [] : this.left,
      isSnapshot,
    };
    this.seated = [];
    this.left = [];
    this.changed = new Set();
    this.touched = new Set();
    for (const listener of this.listeners) listener(change);
  }

  setLink(link: Link): void {
    if (this.linkValue === link || this.linkValue === 'broken') return;
    runInAction(() => {
      this.linkValue = link;
      this.atoms.changed('link');
    });
  }

  private applyHello(hello: Hello): void {
    this.clear();
    this.log.clear();
    this.changed.add('log');
    this.helloValue = hello;
    this.linkValue = 'open';
    this.changed.add('hello').add('link');
  }

  private applyBroken(broken: Broken): void {
    this.brokenValue = broken;
    this.linkValue = 'broken';
    this.changed.add('link');
  }

  private clear(): void {
    for (const name of this.machineNames.keys()) this.touched.add(`machine:${name}`);
    for (const key of this.podNames.keys()) this.touched.add(`pod:${key}`);
    this.machineSlots.length = 0;
    this.podSlots.length = 0;
    for (const map of [this.machineNames, this.podNames, this.serviceMap, this.workloadMap, this.packetMap]) map.clear();
    this.deadlineList = [];
    this.deadlineSubjects = new Map();
    this.deadlineKeys = new Set();
    this.countByLook = noCounts();
    this.podCountValue = 0;
    this.seatMap.clear();
    for (const topic of ['machines', 'pods', 'services', 'workloads', 'packets', 'deadlines', 'counts'] as const) this.changed.add(topic);
  }

  private applyFrame(frame: Frame, wall: number): void {
    if (frame.isSnapshot) this.clear();
    this.clockValue = { time: frame.time, speed: frame.speed, isPaused: frame.isPaused, arrivedAt: wall };
    this.changed.add('clock');
    this.applyMachines(frame);
    this.applyPods(frame);
    this.applyObjects(frame);
    if (frame.packets) {
      for (const packet of frame.packets) this.packetMap.set(packet.id, packet);
      for (const id of this.packetMap.keys()) {
        if (this.packetMap.size <= packetLimit) break;
        this.packetMap.delete(id);
      }
      if (frame.packets.length > 0) this.changed.add('packets');
    }
    if (frame.occurrences && frame.occurrences.length > 0) {
      this.log.add(frame.occurrences);
      this.changed.add('log');
    }
    if (frame.foldedOccurrences) {
      this.log.folded += frame.foldedOccurrences;
      this.changed.add('log');
    }
    if (frame.deadlines) this.applyDeadlines(frame.deadlines);
    if (frame.namespaces) {
      this.namespaceList = frame.namespaces;
      this.changed.add('namespaces');
    }
  }

  private applyMachines(frame: Frame): void {
    for (const slot of frame.removedMachines ?? []) {
      const row = this.machineSlots[slot];
      if (!row) continue;
      this.machineSlots[slot] = undefined;
      this.machineNames.delete(row.name);
      this.touched.add(`machine:${row.name}`);
      this.changed.add('machines');
    }
    for (const row of frame.machines ?? []) {
      this.machineSlots[row.slot] = row;
      this.machineNames.set(row.name, row);
      this.touched.add(`machine:${row.name}`);
      this.changed.add('machines');
    }
  }

  private applyPods(frame: Frame): void {
    for (const slot of frame.removedPods ?? []) this.removePod(slot);
    for (const row of frame.pods ?? []) {
      const old = this.podSlots[row.slot];
      if (old && old.row.uid !== row.uid) this.removePod(row.slot);
      const before = this.podSlots[row.slot]?.row.machine;
      const state = this.podSlots[row.slot]?.state ?? unknownState(row.slot);
      if (!this.podSlots[row.slot]) {
        this.podCountValue++;
        this.countByLook[state.look]++;
      }
      this.podSlots[row.slot] = { row, state };
      this.podNames.set(`${row.namespace}/${row.name}`, row.slot);
      if (this.seatMap.seatOf(row.slot) < 0 || before !== row.machine) this.seated.push(row.slot);
      this.seatMap.place(row.slot, row.machine);
      this.touched.add(`pod:${row.namespace}/${row.name}`);
      this.changed.add('pods').add('counts');
    }
    for (const state of frame.podStates ?? []) {
      const entry = this.podSlots[state.slot];
      if (!entry) continue;
      this.countByLook[entry.state.look]--;
      this.countByLook[state.look]++;
      this.podSlots[state.slot] = { row: entry.row, state };
      this.touched.add(`pod:${entry.row.namespace}/${entry.row.name}`);
      this.changed.add('pods').add('counts');
    }
  }

  private removePod(slot: number): void {
    const entry = this.podSlots[slot];
    if (!entry) return;
    this.podSlots[slot] = undefined;
    this.left.push({ machine: entry.row.machine, seat: this.seatMap.seatOf(slot) });
    this.seatMap.release(slot);
    const key = `${entry.row.namespace}/${entry.row.name}`;
    if (this.podNames.get(key) === slot) this.podNames.delete(key);
    this.podCountValue--;
    this.countByLook[entry.state.look]--;
    this.touched.add(`pod:${key}`);
    this.changed.add('pods').add('counts');
  }

  private applyObjects(frame: Frame): void {
    for (const key of frame.removedServices ?? []) if (this.serviceMap.delete(key)) this.changed.add('services');
    for (const row of frame.services ?? []) {
      this.serviceMap.set(`${row.namespace}/${row.name}`, row);
      this.changed.add('services');
    }
    for (const key of frame.removedWorkloads ?? []) if (this.workloadMap.delete(key)) this.changed.add('workloads');
    for (const row of frame.workloads ?? []) {
      this.workloadMap.set(`${row.kind}/${row.namespace}/${row.name}`, row);
      this.changed.add('workloads');
    }
  }

  private applyDeadlines(deadlines: readonly Deadline[]): void {
    if (
      deadlines.length === this.deadlineList.length &&
      deadlines.every((deadline) => this.deadlineKeys.has(`${deadline.id} ${deadline.due}`))
    )
      return;
    this.deadlineKeys = new Set(deadlines.map((deadline) => `${deadline.id} ${deadline.due}`));
    const bySubject = new Map<string, Deadline[]>();
    for (const deadline of deadlines) {
      const list = bySubject.get(deadline.subject);
      if (list) list.push(deadline);
      else bySubject.set(deadline.subject, [deadline]);
    }
    this.deadlineList = [...deadlines].sort((a, b) => a.due - b.due);
    this.deadlineSubjects = bySubject;
    this.changed.add('deadlines');
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
