// What the software in a container is handed: who it is, its files, its network, its signals, and ways to say what it uses.
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import type { Duration, Instant } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { ResolverSettings } from '../network/dns.ts';
import type { NetworkStack } from '../network/stack.ts';
import type { ImageReference } from '../registry/reference.ts';
import type { Program, Reader, Writer } from './program.ts';

/** The machine as a container may know it. */
export interface MachineIdentity {
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
}

/** One container from the inside. */
export interface ContainerContext {
  readonly id: string;
  readonly name: string;
  /** How often the kubelet made it before. */
  readonly attempt: number;
  readonly image: ImageReference;
  readonly machine: MachineIdentity;
  readonly pod: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly ip: string;
    readonly hostname: string;
  };
  /** The full command line. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly files: ContainerFileTree;
  readonly network: NetworkStack;
  readonly resolver: ResolverSettings;
  /** TCP ports that the pod's containers declare, as far as the kubelet tells. */
  readonly declaredPorts: readonly number[];
  readonly now: Instant;
  readonly random: Random;
  /** A process that dies with the container, for software that wants a {@link Process} of its own; made when first asked for. */
  readonly process: Process;
  readonly isRunning: boolean;
  readonly startedAt: Instant;
  sleep(span: Duration): Task<void>;
  /** Writes a line (or several) to the container's log. */
  log(text: string, stream?: 'stdout' | 'stderr'): void;
  /** What the main process reads: nothing, unless its pod keeps standard input open. */
  readonly stdin: Reader;
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** Handles signals to the main process; without a handler it ignores all but SIGKILL, as process 1 does. The latest handler counts. */
  onSignal(handler: ((signal: number) => void) | undefined): void;
  /** Waits for a signal to the main process. */
  untilSignal(): Task<number>;
  /** Sends a signal to the main process. */
  signal(signal: number): void;
  /** Ends the container from the inside. */
  exit(code: number): void;
  /** Memory the software holds now, beyond its base; past the limit the kernel kills it. */
  useMemory(bytes: number): void;
  /** CPU the software burns steadily, beyond its idle share. */
  useCpu(millicores: number): void;
  /** CPU that one piece of work took. */
  chargeCpu(span: Duration): void;
  /** The program that a name means in this container, or undefined when its image holds none. */
  program(name: string): Program | undefined;
  nextPid(): number;
  /** Processes beside the main one by their numbers, for `kill` and `ps`. */
  readonly jobs: Map<number, ContainerJob>;
}

/** A process inside a container that can be signalled. */
export interface ContainerJob {
  readonly command: string;
  signal(signal: number): void;
}

/** A container's files, with a way to hear of changes. */
export interface ContainerFileTree extends FileTree {
  watch(path: string, onChange: () => void): (() => void) | undefined;
}
