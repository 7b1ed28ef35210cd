// The feed: folds what changed in the cluster into one delta per frame for every window. Nothing here decides anything; it only tells.
import type { Packet } from '@/cluster/cluster.ts';
import type { FeedMessage, Frame, Hello, PacketRow, PodRow, PodState, ServiceRow, WorkloadRow } from '@/contract/feed/feed.ts';
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Session } from '../session/session.ts';
import { catalogueOf } from './catalogue.ts';
import { standingDeadlines } from './deadlines.ts';
import { MachineRows } from './machine-rows.ts';
import { PodRows } from './pod-rows.ts';
import { ServiceRows } from './service-rows.ts';
import { WorkloadRows } from './workload-rows.ts';

/** Wall milliseconds between frames, at most 30 a second. */
const framePeriod = 33;
/** Occurrences one frame carries; what is beyond is counted and said. */
const maxOccurrences = 300;
/** Packets one frame carries. */
const maxPackets = 400;

export interface FeedOptions {
  readonly session: Session;
  readonly apiServer: string;
  readonly kubeconfig: string;
}

type Listener = (message: FeedMessage) => void;

/** One per host; windows come and go. */
export class Feed {
  private readonly listeners = new Set<Listener>();
  private readonly machines: MachineRows;
  private readonly pods: PodRows;
  private readonly services: ServiceRows;
  private readonly workloads: WorkloadRows;
  private readonly stopListening: (() => void)[] = [];
  private readonly session: Session;
  private occurrences: Occurrence[] = [];
  private folded = 0;
  private packetCursor = 0;
  private namespacesChanged = false;
  private sequence = 0;
  private lastClock = '';

  constructor(private readonly options: FeedOptions) {
    this.session = options.session;
    const { cluster } = this.session;
    this.machines = new MachineRows(cluster);
    this.pods = new PodRows(cluster, this.machines);
    this.services = new ServiceRows(cluster, this.pods);
    this.workloads = new WorkloadRows(cluster);
    this.stopListening.push(
      cluster.onWrite(({ group, resource, type, object }) => {
        const isGone = type === 'delete';
        if (group === '' && resource === 'pods') this.pods.wrote(object as Pod, isGone);
        else if (group === '' && resource === 'nodes') this.machines.wrote(object, isGone);
        else if (group === '' && resource === 'namespaces') this.namespacesChanged = true;
        else if (resource === 'services' || resource === 'endpointslices') this.services.wrote(resource, object, isGone);
        else this.workloads.wrote(group, resource, object, isGone);
      }),
      cluster.occurrences.subscribe((occurrence) => this.heard(occurrence)),
    );
  }

  /** Joins a window: it gets a hello and a snapshot at once, then deltas. Answers the way to leave. */
  join(listener: Listener): () => void {
    // What has gathered belongs to those who are there already; the newcomer's snapshot has it all.
    this.flush();
    this.listeners.add(listener);
    listener(this.hello());
    listener(this.snapshot());
    return () => this.listeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  /** Wall milliseconds between two flushes; the host calls {@link flush} at this pace. */
  static readonly framePeriod = framePeriod;

  /** Sends what changed since the last frame to all windows, if anything did. */
  flush(): void {
    if (this.listeners.size === 0) {
      this.sweep();
      return;
    }
    const frame = this.delta();
    if (frame) for (const listener of this.listeners) listener(frame);
  }

  /** Nobody looks: what gathered for the next frame goes, so that a host without a window does not grow. */
  private sweep(): void {
    this.occurrences = [];
    this.folded = 0;
    this.pods.sweep();
    this.services.sweep();
    this.workloads.sweep();
  }

  /** The engine stopped: windows are told why. */
  broken(error: Error): void {
    for (const listener of this.listeners) listener({ kind: 'broken', time: this.session.now, message: error.message });
  }

  close(): void {
    for (const stop of this.stopListening) stop();
    this.listeners.clear();
  }

  private heard(occurrence: Occurrence): void {
    this.machines.heard(occurrence);
    this.pods.heard(occurrence);
    if (this.listeners.size === 0) return;
    if (this.occurrences.length < maxOccurrences || occurrence.kind === 'fault' || occurrence.kind === 'input') this.occurrences.push(occurrence);
    else this.folded++;
  }

  private hello(): Hello {
    const { cluster } = this.session;
    const { topology, seed, start } = cluster.options;
    return {
      kind: 'hello',
      version: 'v1.36.2',
      topology,
      seed,
      start,
      catalogue: catalogueOf(cluster),
      apiServer: this.options.apiServer,
      kubeconfig: this.options.kubeconfig,
    };
  }

  private clockPart(): Pick<Frame, 'kind' | 'sequence' | 'time' | 'speed' | 'isPaused'> {
    const { now, speed, isPaused } = this.session;
    return { kind: 'frame', sequence: ++this.sequence, time: now, speed, isPaused };
  }

  private namespaces(): readonly string[] {
    return this.session.cluster.peek('', 'namespaces').map((namespace) => namespace.metadata.name);
  }

  private snapshot(): Frame {
    const { cluster } = this.session;
    const occurrences = cluster.occurrences.since(Math.max(1, cluster.occurrences.total - 2000)).filter((one) => one.kind !== 'heartbeat');
    return {
      ...this.clockPart(),
      isSnapshot: true,
      machines: this.machines.all(),
      pods: this.pods.rows(),
      podStates: this.pods.states(),
      services: this.services.all(),
      workloads: this.workloads.all(),
      occurrences: occurrences.slice(-maxOccurrences * 3),
      deadlines: standingDeadlines(cluster),
      namespaces: this.namespaces(),
    };
  }

  private delta(): Frame | undefined {
    const { session } = this;
    const { cluster } = session;
    const { changed: machines } = this.machines.take();
    const { rows, states, removed: removedPods } = this.pods.take();
    const { changed: services, removed: removedServices } = this.services.take();
    const { changed: workloads, removed: removedWorkloads } = this.workloads.take();
    const { packets: all, cursor } = cluster.world.traffic.packetsSince(this.packetCursor);
    const packets = all.slice(-maxPackets).map(packetRow);
    this.packetCursor = cursor;
    const clock = `${session.now} ${session.speed} ${session.isPaused}`;
    const isMoving = clock !== this.lastClock;
    const occurrences = this.occurrences;
    const hasAny = machines.length + rows.length + states.length + removedPods.length + services.length + removedServices.length + workloads.length + removedWorkloads.length + packets.length + occurrences.length > 0;
    if (!hasAny && !isMoving && !this.namespacesChanged) return undefined;
    this.lastClock = clock;
    const namespaces = this.namespacesChanged ? this.namespaces() : undefined;
    const folded = this.folded;
    this.namespacesChanged = false;
    this.occurrences = [];
    this.folded = 0;
    return {
      ...this.clockPart(),
      ...filled({ machines, pods: rows, podStates: states, removedPods, services, removedServices, workloads, removedWorkloads, packets, occurrences }),
      ...(folded > 0 ? { foldedOccurrences: folded } : {}),
      ...(namespaces ? { namespaces } : {}),
      deadlines: standingDeadlines(cluster),
    };
  }
}

interface Parts {
  machines: Frame['machines'];
  pods: readonly PodRow[];
  podStates: readonly PodState[];
  removedPods: readonly number[];
  services: readonly ServiceRow[];
  removedServices: readonly string[];
  workloads: readonly WorkloadRow[];
  removedWorkloads: readonly string[];
  packets: Frame['packets'];
  occurrences: readonly Occurrence[];
}

/** A packet as it is drawn: a copy, for the live one still changes. */
export function packetRow({ id, service, start, end, outcome, path }: Packet): PacketRow {
  return { id, service, start, end, outcome, path: [...path] };
}

/** The parts that hold anything. */
function filled(parts: Parts): Partial<Parts> {
  return Object.fromEntries(Object.entries(parts).filter(([, list]) => (list as readonly unknown[]).length > 0));
}
