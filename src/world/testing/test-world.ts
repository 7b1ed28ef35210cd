// A world for tests: a clock that is run by hand, and short ways to run containers without a kubelet.
import type { ContainerConfig, ContainerStatus, PodSandboxConfig } from '@/kubernetes/cri-api/runtime.ts';
import { Clock } from '@/simulation/clock/clock.ts';
import { parseRfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Random } from '@/simulation/random/random.ts';
import type { Machine } from '../machines/machine.ts';
import { World } from '../world.ts';

export interface RunOptions {
  readonly image: string;
  readonly name?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts?: ContainerConfig['mounts'];
  readonly resources?: ContainerConfig['resources'];
  readonly dnsServers?: readonly string[];
  readonly searches?: readonly string[];
  readonly isHostNetwork?: boolean;
  readonly portMappings?: PodSandboxConfig['portMappings'];
  readonly hasStdin?: boolean;
}

/** A container that a test runs. */
export interface TestContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly ip: string;
  readonly machine: Machine;
  status(): ContainerStatus;
  /** Its log, one line under another. */
  logs(): string;
}

export class TestWorld {
  readonly clock = new Clock(parseRfc3339('2026-01-01T09:00:00Z') as Instant);
  readonly occurrences = new Occurrences(this.clock);
  readonly world: World;
  private pods = 0;

  constructor(machines = 2, seed = 'test') {
    this.world = new World({ clock: this.clock, random: new Random(seed), occurrences: this.occurrences });
    for (let at = 1; at <= machines; at++) {
      const machine = this.world.addMachine({ name: `worker-${at}`, role: 'worker', zone: 'a' });
      machine.runtime.updateRuntimeConfig({ podCidr: `10.244.${at}.0/24` });
    }
  }

  machine(name: string): Machine {
    const machine = this.world.machine(name);
    if (!machine) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  run(forSeconds: number): void {
    this.clock.runFor(seconds(forSeconds));
  }

  /** Runs a task until it has ended, at most an hour; throws what it threw. */
  await<T>(task: Task<T>): T {
    let result: { value: T } | { error: unknown } | undefined;
    this.world.process.spawn(
      (function* (): Task<void> {
        try {
          result = { value: yield* task };
        } catch (error) {
          result = { error };
        }
      })(),
    );
    const limit = (this.clock.now + seconds(3600)) as Instant;
    while (result === undefined && this.clock.runNext(limit));
    if (result === undefined) throw new Error('the task did not end within an hour');
    if ('error' in result) throw result.error;
    return result.value;
  }

  /** Pulls, makes a pod of one container and starts it. */
  start(machineName: string, options: RunOptions): TestContainer {
    return this.await(this.starting(this.machine(machineName), options));
  }

  private *starting(machine: Machine, options: RunOptions): Task<TestContainer> {
    const { runtime, images } = machine;
    const name = options.name ?? `pod-${++this.pods}`;
    yield* images.pullImage(options.image);
    const sandboxId = yield* runtime.runPodSandbox({
      metadata: { name, uid: `uid-${name}`, namespace: 'default', attempt: 0 },
      hostname: name,
      isHostNetwork: options.isHostNetwork ?? false,
      dns: { servers: options.dnsServers ?? [], searches: options.searches ?? [], options: ['ndots:5'] },
      portMappings: options.portMappings ?? [],
      labels: {},
      annotations: {},
    });
    const id = yield* runtime.createContainer(sandboxId, {
      metadata: { name: 'c', attempt: 0 },
      image: options.image,
      command: options.command ?? [],
      args: options.args ?? [],
      env: Object.entries(options.env ?? {}).map(([key, value]) => ({ name: key, value })),
      mounts: options.mounts ?? [],
      resources: options.resources ?? {},
      labels: {},
      annotations: {},
      stdin: options.hasStdin ?? false,
      stdinOnce: false,
      tty: false,
    });
    yield* runtime.startContainer(id);
    return {
      id,
      sandboxId,
      machine,
      ip: runtime.podSandboxStatus(sandboxId)?.ips[0] ?? '',
      status: () => runtime.containerStatus(id) as ContainerStatus,
      logs: () =>
        runtime
          .logs(id)
          .map((line) => line.text)
          .join('\n'),
    };
  }
}
