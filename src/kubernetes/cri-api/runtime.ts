// What a kubelet may ask of a container runtime. Upstream: staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto (RuntimeService).
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import type { FileTree } from './files.ts';

export interface PodSandboxMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIP?: string;
}

export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata;
  readonly hostname: string;
  /** Shares the machine's network: the sandbox's address is the machine's. */
  readonly isHostNetwork: boolean;
  readonly dns: { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] };
  readonly portMappings: readonly PortMapping[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PodSandboxStatus {
  readonly id: string;
  readonly metadata: PodSandboxMetadata;
  readonly state: 'ready' | 'notready';
  readonly createdAt: Instant;
  /** Pod addresses, primary first; empty until the network is set up. */
  readonly ips: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Mount {
  readonly containerPath: string;
  /** What is mounted: a directory (or one file below it, by `subPath`) shared by reference with whoever else mounts it. */
  readonly source: FileTree;
  readonly subPath?: string;
  readonly isReadOnly: boolean;
}

export interface ContainerResources {
  readonly cpuRequestMillicores?: number;
  readonly cpuLimitMillicores?: number;
  readonly memoryRequestBytes?: number;
  readonly memoryLimitBytes?: number;
}

export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number };
  /** The image as the pod names it. */
  readonly image: string;
  /** Empty means the image's own entrypoint. */
  readonly command: readonly string[];
  /** Empty means the image's own arguments (unless `command` is given). */
  readonly args: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly resources: ContainerResources;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
}

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly exitCode?: number;
  /** Set when a signal ended it: 9, 15 … */
  readonly signal?: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError`. */
  readonly reason?: string;
  readonly message?: string;
  readonly image: string;
  /** Repository and digest of what runs. */
  readonly imageRef: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A container or a sandbox changed state. Upstream's evented PLEG. */
export interface RuntimeEvent {
  readonly kind: 'created' | 'started' | 'stopped' | 'removed';
  readonly sandboxId: string;
  /** Absent when the sandbox itself changed. */
  readonly containerId?: string;
  readonly podUid: string;
}

export interface LogLine {
  readonly time: Instant;
  readonly stream: 'stdout' | 'stderr';
  /** Without its line break. */
  readonly text: string;
  /** True when the writer has not ended the line yet (upstream's P tag). */
  readonly isPartial: boolean;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Why the runtime refused. Its text goes into events and waiting messages. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  constructor(
    /** `not-found`, `invalid-state`, `network-not-ready`, `start-error` … */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Usage of one container, for metrics and eviction. */
export interface ContainerUsage {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  /** CPU seconds since it started. */
  readonly cpuSecondsTotal: number;
}

/** How a client wants to speak to a program. */
export interface TerminalRequest {
  readonly hasInput: boolean;
  readonly isTerminal: boolean;
}

/** All calls take virtual time and throw {@link RuntimeError}; nothing here knows of API objects. */
export interface RuntimeService {
  version(): { readonly runtimeName: string; readonly runtimeVersion: string };
  /** What node status reports as RuntimeReady and NetworkReady. */
  status(): { readonly isRuntimeReady: boolean; readonly isNetworkReady: boolean; readonly networkMessage?: string };
  /** Hands over the pod address range, once known; sandboxes cannot be made before (except on the host's network). */
  updateRuntimeConfig(config: { readonly podCidr: string }): void;
  runPodSandbox(config: PodSandboxConfig): Task<string>;
  /** Kills what still runs in it and takes its network down; idempotent. */
  stopPodSandbox(id: string): Task<void>;
  removePodSandbox(id: string): Task<void>;
  listPodSandboxes(): readonly PodSandboxStatus[];
  podSandboxStatus(id: string): PodSandboxStatus | undefined;
  createContainer(sandboxId: string, config: ContainerConfig): Task<string>;
  startContainer(id: string): Task<void>;
  /** SIGTERM (or the image's stop signal), then SIGKILL after `graceSeconds`; returns when it has ended. */
  stopContainer(id: string, graceSeconds: number): Task<void>;
  removeContainer(id: string): Task<void>;
  listContainers(): readonly ContainerStatus[];
  containerStatus(id: string): ContainerStatus | undefined;
  containerUsage(id: string): ContainerUsage | undefined;
  /** Runs a command in a running container and waits for its end, `timeoutSeconds` at the most (0: no bound; past it: RuntimeError `timeout`). */
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Task<ExecResult>;
  /** Starts a command in a running container for a client. Throws {@link RuntimeError} when it cannot be started. */
  exec(id: string, command: readonly string[], request: TerminalRequest, sink: StreamSink): StreamInput;
  /** Lets a client hear what a running container writes from now on, and speak to it where it reads. Throws {@link RuntimeError}. */
  attach(id: string, request: TerminalRequest, sink: StreamSink): StreamInput;
  /** Connects a client to a port of the loopback in a sandbox. */
  portForward(sandboxId: string, port: number, sink: StreamSink): StreamInput;
  /** The kept log lines of a container in order, also after its end, until it is removed. */
  logs(id: string): readonly LogLine[];
  /** Calls back for every line written from now on; answers the way to stop. */
  followLogs(id: string, onLine: (line: LogLine) => void): () => void;
  /** The termination message file's content, if the container wrote one. */
  terminationMessage(id: string, path: string): string | undefined;
  onEvent(listener: (event: RuntimeEvent) => void): () => void;
}
