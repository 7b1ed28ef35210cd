// The engine assembled, as its hosts see it: one running cluster in virtual time, without any host's means.
import type { ApiRequest, ApiResponse, WatchSink, WatchStream } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import type { ConnectAnswer } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { KubeObject, Status } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { LogLine, RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import type { EtcdEvent, EtcdState } from '@/kubernetes/etcd/etcd.ts';
import type { KeptDisk } from '@/world/machines/kept-disk.ts';
import type { Clock } from '@/simulation/clock/clock.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import type { World } from '@/world/world.ts';
import type { Connections } from './connections.ts';

export type { EtcdEvent, EtcdState, KeyValue } from '@/kubernetes/etcd/etcd.ts';
export type { Packet, TrafficCounts } from '@/world/traffic/traffic.ts';

/** What a cluster is made from. */
export interface ClusterOptions {
  /** Name of a folder of `topologies/`. */
  readonly topology: string;
  readonly seed: number;
  readonly start: Instant;
  /** What an earlier run left: this one goes on from there, as after a power cut of all machines. */
  readonly kept?: KeptCluster;
}

/** What of a cluster outlives its machines' power: etcd's data and the disks. */
export interface KeptCluster {
  readonly etcd: EtcdState;
  readonly disks: Readonly<Record<string, KeptDisk>>;
}

/** Something that will happen at a known moment unless something else comes first. */
export interface ClusterDeadline {
  /** Stable while it stands: `grace/Node/worker-2`. */
  readonly id: string;
  readonly kind: 'lease' | 'grace' | 'toleration' | 'backoff' | 'termination' | 'probe' | 'pull' | 'unschedulable';
  readonly subject: string;
  readonly start: Instant;
  readonly due: Instant;
  /** The rule, one sentence with upstream's name of the setting. */
  readonly rule: string;
}

/** A running cluster. Everything happens when its clock is run. */
export interface Cluster {
  readonly options: ClusterOptions;
  readonly clock: Clock;
  readonly occurrences: Occurrences;
  readonly world: World;
  /**
   * The API server's front door for requests from outside (kubectl through the gateway, the window): with one etcd member the answer comes
   * at this very instant, also while the clock stands. Refusals are Status bodies. When no API server runs the answer has code 503.
   */
  readonly api: {
    request(request: ApiRequest, respond: (response: ApiResponse) => void): void;
    watch(request: ApiRequest, sink: WatchSink, respond: (opened: WatchStream | Status) => void): void;
    /** The same over HTTP's words: paths, headers, bytes; for the gateway. */
    http(request: HttpApiRequest, respond: (response: HttpApiResponse) => void): void;
    /** A request that wants to take its connection over: exec, attach, port-forward. */
    connect(request: HttpApiRequest, respond: (answer: ConnectAnswer) => void): void;
  };
  /** What clients outside hold open: commands in containers, forwarded ports, connections to node ports. */
  readonly connections: Connections;
  /** Whether all nodes are Ready and all system pods are: the end of boot. */
  readonly isReady: boolean;
  /** All objects of a resource as etcd holds them: for feeds, checkers and tests, past the API server and its access control. */
  peek<T extends KubeObject>(group: string, resource: string): readonly T[];
  /** One object likewise; the namespace is '' for what is cluster-scoped. */
  peekOne<T extends KubeObject>(group: string, resource: string, namespace: string, name: string): T | undefined;
  /** Calls back for every committed write from now on; `object` is the new state, or the last one of what was deleted. */
  onWrite(listener: (write: { readonly group: string; readonly resource: string; readonly type: 'put' | 'delete'; readonly object: KubeObject }) => void): () => void;
  /** Calls back for every write to etcd from now on, whatever it is: what must be kept for {@link KeptCluster}. */
  onCommit(listener: (event: EtcdEvent) => void): () => void;
  /** All that outlives the machines' power, as it is now. */
  keep(): KeptCluster;
  /** The part of it that is on disks. */
  keptDisks(): KeptCluster['disks'];
  /** The runtime of a machine, powered or not; undefined when there is no such machine. */
  runtime(machine: string): RuntimeService | undefined;
  /** Log lines of a container through its node's kubelet; throws a sentence when that cannot be reached. */
  logs(namespace: string, pod: string, container: string, previous: boolean): readonly LogLine[];
  /** Lets the user outside send requests to a Service. Throws a sentence when there is no such Service or it has no such port. */
  startTraffic(traffic: { readonly namespace: string; readonly service: string; readonly port?: number; readonly path: string; readonly ratePerSecond: number }): void;
  stopTraffic(namespace: string, service: string): void;
  /** What a fault would do, as facts for a sentence: how many pods run there, when Kubernetes will notice and act. */
  preview(fault: string, target: string): Readonly<Record<string, string | number | boolean>>;
  /** What stands to happen at a known moment, in no order. */
  deadlines(): readonly ClusterDeadline[];
  /** Hash of all of etcd's current keys and values. */
  etcdHash(): string;
}
