// The feed: what the host tells a window, as a snapshot and then one delta per frame. Down come commands, up comes only this.
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';

/** How a pod looks, by what the API believes and what really runs. Upstream phases and waiting reasons map onto these. */
export const podLooks = ['pending', 'starting', 'ready', 'notready', 'failing', 'failed', 'leaving', 'ghost', 'done'] as const;
export type PodLook = (typeof podLooks)[number];

/** Quantities of one machine: what is used, what is requested, what can be given. CPU in millicores, memory in bytes. */
export interface Bars {
  readonly cpuUsed: number;
  readonly cpuRequested: number;
  readonly cpuAllocatable: number;
  readonly memoryUsed: number;
  readonly memoryRequested: number;
  readonly memoryAllocatable: number;
  readonly pods: number;
  readonly podsAllocatable: number;
}

export interface MachineRow {
  /** Stable index of the machine in all marks. */
  readonly slot: number;
  readonly name: string;
  readonly zone: string;
  readonly role: 'control-plane' | 'worker';
  readonly ip: string;
  /** World truth: has power. */
  readonly isPowered: boolean;
  /** World truth: network cable in. */
  readonly isConnected: boolean;
  /** What the API believes: the Node's Ready condition; '' when there is no Node object. */
  readonly ready: 'True' | 'False' | 'Unknown' | '';
  readonly readyReason: string;
  readonly isCordoned: boolean;
  readonly taints: readonly string[];
  readonly bars: Bars;
  /** Faults in force on it. */
  readonly faults: readonly string[];
}

/** What does not change while a pod keeps its place; sent when it appears and when it is bound. */
export interface PodRow {
  readonly slot: number;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Slot of its machine, or -1 in the tray of pending pods. */
  readonly machine: number;
  /** The workload it belongs to: `Deployment/web`, `ReplicaSet/x`, `Pod/x` (none). */
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** How true the programs of its images are, by the least true one. */
  readonly fidelity: 'as upstream' | 'simplified' | 'not modelled';
  readonly isStatic: boolean;
  /** The component it runs, on control-plane machines: `kube-scheduler`; else ''. */
  readonly component: string;
}

/** The state of a pod: text for humans beside the look. Sent when it changes. */
export interface PodState {
  readonly slot: number;
  readonly look: PodLook;
  /** kubectl's STATUS column: `Running`, `CrashLoopBackOff`, `ContainerCreating`, `Terminating` … */
  readonly status: string;
  readonly readyContainers: number;
  readonly containers: number;
  readonly restarts: number;
  readonly ip: string;
  /** World truth: containers that really run now, whatever the API says. */
  readonly running: number;
  /** Why it waits, one sentence; '' when it does not. */
  readonly message: string;
}

export interface ServiceRow {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly clusterIP: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string; readonly nodePort: number; readonly targetPort: string }[];
  readonly selector: Readonly<Record<string, string>>;
  /** Slots of pods behind it. */
  readonly ready: readonly number[];
  readonly notReady: readonly number[];
  /** Traffic of the user outside at it, when started. */
  readonly traffic?: TrafficRow;
}

export interface TrafficRow {
  readonly ratePerSecond: number;
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Requests answered, by pod name. */
  readonly byBackend: Readonly<Record<string, number>>;
  /** Median and worst latency of the last requests, in milliseconds. */
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

export interface WorkloadRow {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly desired: number;
  readonly current: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  readonly images: readonly string[];
  /** `Deployment/web` for a ReplicaSet; '' for none. */
  readonly owner: string;
}

/** A request of the user outside, on its way or done: drawn as a comet along its hops. */
export interface PacketRow {
  readonly id: number;
  readonly service: string;
  /** When it left and when it was settled, in virtual µs; `end` is 0 while it is under way. */
  readonly start: number;
  readonly end: number;
  readonly outcome: 'underway' | 'ok' | 'error' | 'refused' | 'timeout' | 'unreachable';
  /** Where it passed: `user`, `machine:NAME`, `service:NAMESPACE/NAME`, `pod:NAMESPACE/NAME`. */
  readonly path: readonly string[];
}

/** The per-hop account of one request. */
export interface PacketAccount extends PacketRow {
  readonly hops: readonly {
    readonly at: string;
    readonly kind: 'dns' | 'send' | 'rule' | 'forward' | 'accept' | 'answer' | 'refuse' | 'drop' | 'timeout';
    readonly detail: string;
    readonly time: number;
  }[];
  readonly status: number;
}

/** Something that will happen at a known moment unless something else comes first: drawn as a ring that empties. */
export interface Deadline {
  /** Stable while it stands: `grace/Node/worker-2`, `toleration/Pod/default/web-1`, `backoff/Pod/default/web-1/c`. */
  readonly id: string;
  readonly kind: 'lease' | 'grace' | 'toleration' | 'backoff' | 'termination' | 'probe' | 'pull' | 'unschedulable';
  readonly subject: string;
  readonly start: number;
  readonly due: number;
  /** The rule, one English sentence with upstream's name of the setting. */
  readonly rule: string;
}

/** The first message on a feed: what the window must know once. */
export interface Hello {
  readonly kind: 'hello';
  readonly version: string;
  readonly topology: string;
  readonly seed: number;
  /** Start of virtual time, µs since the epoch. */
  readonly start: number;
  readonly catalogue: Catalogue;
  readonly apiServer: string;
  readonly kubeconfig: string;
}

export interface Catalogue {
  readonly faults: readonly { readonly name: string; readonly appliesTo: string; readonly explain: string }[];
  readonly images: readonly { readonly name: string; readonly explain: string }[];
  readonly samples: readonly { readonly name: string; readonly title: string; readonly explain: string; readonly manifest: string }[];
}

/** One frame's delta. Absent parts did not change. The first frame after a hello is a full snapshot. */
export interface Frame {
  readonly kind: 'frame';
  readonly sequence: number;
  /** Virtual now, µs. */
  readonly time: number;
  readonly speed: number | 'max';
  readonly isPaused: boolean;
  readonly isSnapshot?: boolean;
  readonly machines?: readonly MachineRow[];
  readonly removedMachines?: readonly number[];
  readonly pods?: readonly PodRow[];
  readonly podStates?: readonly PodState[];
  readonly removedPods?: readonly number[];
  readonly services?: readonly ServiceRow[];
  readonly removedServices?: readonly string[];
  readonly workloads?: readonly WorkloadRow[];
  readonly removedWorkloads?: readonly string[];
  readonly packets?: readonly PacketRow[];
  readonly occurrences?: readonly Occurrence[];
  /** Occurrences of this frame that were left out because there were too many. */
  readonly foldedOccurrences?: number;
  /** The whole set that stands now. */
  readonly deadlines?: readonly Deadline[];
  readonly namespaces?: readonly string[];
}

/** The session broke one of its own promises and stopped. */
export interface Broken {
  readonly kind: 'broken';
  readonly time: number;
  readonly message: string;
}

export type FeedMessage = Hello | Frame | Broken;

/** What window and host say to each other over whatever carries it. */
export type ToHost =
  | { readonly kind: 'command'; readonly request: number; readonly name: string; readonly parameters: unknown }
  | { readonly kind: 'query'; readonly request: number; readonly name: string; readonly parameters: unknown }
  | { readonly kind: 'ready' };
export type ToWindow = FeedMessage | { readonly kind: 'reply'; readonly request: number; readonly ok: boolean; readonly value: unknown };
