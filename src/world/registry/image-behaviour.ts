// What is known of an image: how big it is, what is in it, and how its software behaves when it runs.
import type { Described } from '@/base/registry.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerContext } from '../runtime/container-context.ts';
import type { Program } from '../runtime/program.ts';

/** The descriptor of an image behaviour. The smallest member of `images/` is `pause`. */
export interface ImageBehaviour extends Described {
  /** What it does, one or two plain sentences. */
  readonly explain: string;
  readonly fidelity: 'as upstream' | 'simplified' | 'not modelled';
  /** Repositories it stands for: `docker.io/library/nginx`, or `* /name` (without the space) for that name wherever it is kept. */
  readonly repositories: readonly string[];
  sizeBytes(tag: string): number;
  /** The image's entrypoint; arguments of the pod (or else `command`) follow it. */
  readonly entrypoint: readonly string[];
  /** The image's default arguments. */
  readonly command: readonly string[];
  /** What an entrypoint script makes of the arguments; by default they follow `entrypoint`. */
  commandLine?(args: readonly string[]): readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** Ports it listens on by default, for the window. */
  readonly ports: readonly number[];
  /** The signal that asks it to stop; 15 when absent. */
  readonly stopSignal?: number;
  /** Which shell and tools are in it. */
  readonly userland: 'none' | 'busybox' | 'debian';
  /** Names of programs that are `start`: any other first word is looked for in `programs` and in the userland. `*` takes every word. */
  readonly mainPrograms: readonly string[];
  /** Tools beside the userland's. */
  readonly programs?: Readonly<Record<string, Program>>;
  /** Files in the image: path to content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly usage: {
    readonly idleCpuMillicores: number;
    readonly memoryBytes: number;
    /** CPU that serving one connection takes, in microseconds. */
    readonly cpuMicrosecondsPerRequest?: number;
  };
  /**
   * Runs the software until it ends by itself or is told to; answers its exit code. Software that only serves what it has set up answers
   * undefined: it runs on at no cost until any signal (but SIGHUP) ends it with 0.
   */
  start(container: ContainerContext, command: StartCommand): Task<number> | undefined;
}

/** What the software was started with: the container's own, or what a script in it said. */
export interface StartCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
