// The network as a node's agents use it: probes from the host, and the rules that kube-proxy keeps on it.
import type { Task } from '@/simulation/process/task.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No connection, or none any more. `message` reads like Go's: `dial tcp 10.244.1.5:80: connect: connection refused`. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    readonly reason: 'refused' | 'timeout' | 'reset' | 'unreachable' | 'no-such-host',
    message: string,
  ) {
    super(message);
  }
}

/** A machine's own network stack, as probes use it. */
export interface HostNetwork {
  /** Opens and closes a connection; throws {@link NetworkError}. Waits without bound: the caller bounds it. */
  connect(ip: string, port: number): Task<void>;
  http(ip: string, port: number, request: HttpRequest): Task<HttpResponse>;
}

/** Where one connection may go. */
export interface ProxyBackend {
  readonly ip: string;
  readonly port: number;
  /** `Pod/namespace/name`, for accounts; empty when the endpoint names none. */
  readonly target: string;
  readonly nodeName: string;
}

/** One virtual address that kube-proxy serves on a machine. */
export interface ProxyRule {
  /** `namespace/name:port` of the Service port. */
  readonly servicePort: string;
  /** Cluster address, external address, or `*` for a node port on any address of the machine. */
  readonly ip: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly kind: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalIP';
  /** In the order of the rule table; empty means refused (or dropped with `drop`). */
  readonly backends: readonly ProxyBackend[];
  readonly isDroppedWhenEmpty: boolean;
  /** Seconds for which a client keeps its backend; 0: none. */
  readonly affinitySeconds: number;
}

/** A machine's packet filter: what kube-proxy wrote stays in force when kube-proxy is gone. */
export interface PacketFilter {
  /** Replaces the whole table in one go. */
  setRules(rules: readonly ProxyRule[]): void;
}
