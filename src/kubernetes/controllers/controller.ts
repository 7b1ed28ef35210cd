// What one controller says of itself and what it is handed: the shape of every folder in this room.
import type { Described } from '@/base/registry.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import type { EventType, ObjectReference } from '@/kubernetes/client/event-recorder.ts';
import type { InformerFactory } from '@/kubernetes/client/informer.ts';
import { minutes, seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';

/** One line of what a controller must be allowed to do. Upstream: rbac/v1 PolicyRule. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The controller manager's flags, with upstream's names and defaults. */
export interface ControllerFlags {
  readonly nodeMonitorPeriod: Duration;
  readonly nodeMonitorGracePeriod: Duration;
  readonly nodeStartupGracePeriod: Duration;
  /** Nodes per second that get a NoExecute taint in a healthy zone, and in a partly broken large one. */
  readonly nodeEvictionRate: number;
  readonly secondaryNodeEvictionRate: number;
  /** Zones up to this size are not evicted from at all while partly broken. */
  readonly largeClusterSizeThreshold: number;
  /** The share of nodes not ready from which on a zone counts as partly broken. */
  readonly unhealthyZoneThreshold: number;
  readonly allocateNodeCidrs: boolean;
  /** IPv4 only. */
  readonly clusterCidr: string;
  readonly nodeCidrMaskSize: number;
  readonly terminatedPodGcThreshold: number;
  readonly maxEndpointsPerSlice: number;
  /** PEM text that every namespace gets as `kube-root-ca.crt`. */
  readonly rootCa: string;
  /** Upstream: `--controllers`; `*` is all that are on by default, `-name` leaves one out. */
  readonly controllers: readonly string[];
}

export const defaultFlags: ControllerFlags = {
  nodeMonitorPeriod: seconds(5),
  nodeMonitorGracePeriod: seconds(50),
  nodeStartupGracePeriod: minutes(1),
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  largeClusterSizeThreshold: 50,
  unhealthyZoneThreshold: 0.55,
  allocateNodeCidrs: true,
  clusterCidr: '10.244.0.0/16',
  nodeCidrMaskSize: 24,
  terminatedPodGcThreshold: 12500,
  maxEndpointsPerSlice: 100,
  rootCa: '',
  controllers: ['*'],
};

/** A decision for the event log; `subjects` begin with the thing decided on. */
export interface Decision {
  readonly reason: string;
  readonly subjects: readonly string[];
  readonly message: string;
  /** When what is running now is not what it follows from. */
  readonly cause?: number;
}

/** What a controller is started with. */
export interface ControllerParts {
  readonly client: Client;
  /** Shared by all controllers of the process. */
  readonly informers: InformerFactory;
  readonly flags: ControllerFlags;
  /** Writes an Event as this controller. */
  event(object: KubeObject | ObjectReference, type: EventType, reason: string, message: string): void;
  /** Records a decision as this controller; what follows has it as its cause. */
  decide(decision: Decision): number;
}

/** A controller. All it knows it learns from informers, so that it can be killed and started at any time. */
export interface ControllerDescriptor extends Described {
  /** Upstream's name, as `--controllers` takes it. */
  readonly name: string;
  /** The name in its Events, where it differs. */
  readonly component?: string;
  readonly explain: string;
  /** What it follows, for the window; starting it asks for the informers itself. */
  readonly watches: readonly GroupVersionResource[];
  /** What it must be allowed to do. */
  readonly rules: readonly PolicyRule[];
  /** Sets up queues and handlers and returns; work begins when the informers have synced. */
  start(context: Context, parts: ControllerParts): void;
}
