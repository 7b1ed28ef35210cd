// A machine's container runtime, as containerd is: sandboxes, containers, their ends, logs and commands run inside them.
import {
  RuntimeError,
  type ContainerConfig,
  type ContainerStatus,
  type ContainerUsage,
  type ExecResult,
  type LogLine,
  type PodSandboxConfig,
  type PodSandboxStatus,
  type RuntimeEvent,
  type RuntimeService,
  type TerminalRequest,
} from '@/kubernetes/cri-api/runtime.ts';
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Random } from '@/simulation/random/random.ts';
import { AddressPool, parseRange } from '../network/address.ts';
import { forwardPort } from '../network/forward.ts';
import { NetworkInterface, type NetworkHost } from '../network/interfaces.ts';
import { attachClient, runForClient } from './client-streams.ts';
import { Container, type ContainerHost } from './container.ts';
import { isMainProgram } from './find-program.ts';
import type { MachineImages } from './machine-images.ts';
import type { Program, Reader, Writer } from './program.ts';
import { Sandbox, podLabel } from './sandbox.ts';
import { Capture, TextReader } from './streams.ts';

/** What the runtime needs of its machine. */
export interface RuntimeHost extends Omit<ContainerHost, 'ended' | 'rootInterface'> {
  readonly networkHost: NetworkHost;
  readonly images: MachineImages;
  readonly random: Random;
}

const runtimeVersion = { runtimeName: 'containerd', runtimeVersion: 'v2.2.0' };

/** See the file's header. Its records are on disk: they survive a loss of power, the processes do not. */
export class MachineRuntime implements RuntimeService, ContainerHost {
  private readonly sandboxes = new Map<string, Sandbox>();
  private readonly containers = new Map<string, Container>();
  private readonly listeners = new Set<(event: RuntimeEvent) => void>();
  private podCidr = '';
  private addresses: AddressPool | undefined;
  private readonly actor: string;

  constructor(private readonly host: RuntimeHost) {
    this.actor = `containerd ${host.identity.name}`;
  }

  get identity(): ContainerHost['identity'] {
    return this.host.identity;
  }
  get network(): ContainerHost['network'] {
    return this.host.network;
  }
  get process(): ContainerHost['process'] {
    return this.host.process;
  }

  get logBudget(): ContainerHost['logBudget'] {
    return this.host.logBudget;
  }

  rootInterface(): NetworkInterface {
    return this.host.networkHost.root;
  }

  version(): { readonly runtimeName: string; readonly runtimeVersion: string } {
    return runtimeVersion;
  }

  status(): { readonly isRuntimeReady: boolean; readonly isNetworkReady: boolean; readonly networkMessage?: string } {
    if (this.addresses) return { isRuntimeReady: true, isNetworkReady: true };
    const networkMessage =
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
    return { isRuntimeReady: true, isNetworkReady: false, networkMessage };
  }

  updateRuntimeConfig(config: { readonly podCidr: string }): void {
    if (config.podCidr === this.podCidr) return;
    const range = parseRange(config.podCidr);
    if (!range) throw new RuntimeError('invalid-argument', `invalid pod CIDR "${config.podCidr}"`);
    this.podCidr = config.podCidr;
    this.addresses = new AddressPool(range);
    this.host.networkHost.podRange = range;
  }

  *runPodSandbox(config: PodSandboxConfig): Task<string> {
    const { process, random } = this.host;
    yield* process.sleep(milliseconds(random.within(80, 150)));
    let place: NetworkInterface | undefined;
    if (!config.isHostNetwork) {
      if (!this.addresses)
        throw new RuntimeError(
          'network-not-ready',
          `rpc error: code = Unknown desc = failed to setup network for sandbox: ${this.status().networkMessage ?? ''}`,
        );
      const ip = this.addresses.take();
      if (ip === undefined) {
        throw new RuntimeError(
          'network-not-ready',
          `rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${this.podCidr}`,
        );
      }
      place = new NetworkInterface(ip, this.host.networkHost, podLabel(config));
      this.host.network.addPod(place);
      for (const mapping of config.portMappings) {
        if (mapping.hostPort > 0)
          this.host.networkHost.addMapping(mapping.hostPort, mapping.protocol, { ip, port: mapping.containerPort });
      }
    }
    const sandbox = new Sandbox(this.newId(), config, process.now, place, place?.ip ?? this.host.identity.ip);
    this.sandboxes.set(sandbox.id, sandbox);
    this.emit('started', sandbox);
    return sandbox.id;
  }

  *stopPodSandbox(id: string): Task<void> {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox || sandbox.state === 'notready') return;
    for (const container of sandbox.containers) container.signal(9);
    yield* this.host.process.sleep(milliseconds(this.host.random.within(15, 40)));
    this.takeDown(sandbox);
  }

  *removePodSandbox(id: string): Task<void> {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox) return;
    yield* this.stopPodSandbox(id);
    for (const container of sandbox.containers) this.forget(container);
    if (this.sandboxes.delete(id)) this.emit('removed', sandbox);
  }

  listPodSandboxes(): readonly PodSandboxStatus[] {
    return [...this.sandboxes.values()].map((sandbox) => sandbox.status);
  }

  podSandboxStatus(id: string): PodSandboxStatus | undefined {
    return this.sandboxes.get(id)?.status;
  }

  *createContainer(sandboxId: string, config: ContainerConfig): Task<string> {
    yield* this.host.process.sleep(milliseconds(20));
    const sandbox = this.sandboxes.get(sandboxId);
    if (!sandbox)
      throw new RuntimeError(
        'not-found',
        `rpc error: code = NotFound desc = failed to find sandbox id "${sandboxId}": not found`,
      );
    if (sandbox.state !== 'ready')
      throw new RuntimeError('invalid-state', `rpc error: code = Unknown desc = sandbox container "${sandboxId}" is not running`);
    const image = this.host.images.find(config.image);
    if (!image)
      throw new RuntimeError(
        'not-found',
        `rpc error: code = NotFound desc = failed to resolve image "${config.image}": not found`,
      );
    const container = new Container(this.newId(), sandbox, config, image, this, this.host.process.now);
    this.containers.set(container.id, container);
    sandbox.containers = sandbox.containers.concat(container);
    this.emit('created', sandbox, container);
    return container.id;
  }

  *startContainer(id: string): Task<void> {
    const container = this.known(id);
    yield* this.host.process.sleep(milliseconds(this.host.random.within(30, 80)));
    if (container.state !== 'created')
      throw new RuntimeError('invalid-state', `rpc error: code = Unknown desc = container "${id}" is not in created state`);
    if (container.sandbox.state !== 'ready')
      throw new RuntimeError(
        'invalid-state',
        `rpc error: code = Unknown desc = sandbox container "${container.sandbox.id}" is not running`,
      );
    const software = this.softwareOf(container);
    if (!software) {
      const word = container.argv[0] ?? '';
      const why = word === '' ? 'no command specified' : notFound(word);
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${why}: unknown`;
      container.finish({ exitCode: 128, reason: 'StartError', message });
      throw new RuntimeError('start-error', message);
    }
    this.record(
      container,
      'ContainerStarted',
      ['Container ', container.name, ' of pod ', podName(container), ' started on ', this.identity.name, '.'].join(''),
    );
    container.launch(() => software(container));
    if (container.isRunning) this.emit('started', container.sandbox, container);
  }

  *stopContainer(id: string, graceSeconds: number): Task<void> {
    const container = this.containers.get(id);
    if (!container || container.state === 'exited') return;
    if (container.state === 'created') {
      container.finish({ exitCode: 0, reason: 'Completed' });
      return;
    }
    if (graceSeconds > 0) {
      container.signal(container.registryImage.behaviour.stopSignal ?? 15);
      if (container.isRunning) {
        const killing = this.host.process.after(seconds(graceSeconds), () => container.signal(9));
        try {
          yield* container.untilEnd();
        } finally {
          killing.cancel();
        }
      }
    }
    container.signal(9);
  }

  *removeContainer(id: string): Task<void> {
    const container = this.containers.get(id);
    if (!container) return;
    container.signal(9);
    this.forget(container);
  }

  listContainers(): readonly ContainerStatus[] {
    return [...this.containers.values()].map((container) => container.status);
  }

  containerStatus(id: string): ContainerStatus | undefined {
    return this.containers.get(id)?.status;
  }

  containerUsage(id: string): ContainerUsage | undefined {
    return this.containers.get(id)?.usage;
  }

  *execSync(id: string, command: readonly string[], timeoutSeconds: number): Task<ExecResult> {
    const output = new Capture();
    const errors = new Capture();
    const task = this.run(id, command, { input: new TextReader(), output, errors });
    const exitCode = timeoutSeconds > 0 ? yield* this.host.process.within(seconds(timeoutSeconds), task) : yield* task;
    if (exitCode === undefined) {
      throw new RuntimeError(
        'timeout',
        `rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout ${timeoutSeconds}s exceeded: context deadline exceeded`,
      );
    }
    return { stdout: output.text, stderr: errors.text, exitCode };
  }

  exec(id: string, command: readonly string[], request: TerminalRequest, sink: StreamSink): StreamInput {
    const { container, program } = this.commandIn(id, command);
    return runForClient(container, (start) => guarded(program, start), command, request, sink);
  }

  attach(id: string, request: TerminalRequest, sink: StreamSink): StreamInput {
    const container = this.known(id);
    if (!container.isRunning) throw new RuntimeError('invalid-state', `rpc error: code = Unknown desc = container is in CONTAINER_EXITED state`);
    return attachClient(container, request, sink);
  }

  portForward(sandboxId: string, port: number, sink: StreamSink): StreamInput {
    const sandbox = this.sandboxes.get(sandboxId);
    if (sandbox?.state !== 'ready')
      throw new RuntimeError('not-found', `rpc error: code = NotFound desc = failed to find sandbox "${sandboxId}" in store: not found`);
    const { host } = this;
    const place = (): NetworkInterface => sandbox.networkInterface ?? this.rootInterface();
    return forwardPort({ process: host.process, network: host.network, place, label: sandbox.label, namespace: `cni-${sandboxId.slice(0, 8)}`, port, sink });
  }

  /** Runs a command in a running container with streams of the caller's; answers its exit code. Stopping the task kills the command. */
  private *run(
    id: string,
    command: readonly string[],
    streams: { readonly input: Reader; readonly output: Writer; readonly errors: Writer },
  ): Task<number> {
    const { container, program } = this.commandIn(id, command);
    const start = {
      argv: command,
      env: container.env,
      directory: container.workingDir,
      ...streams,
      container,
      pid: container.nextPid(),
    };
    const handle = container.process.spawn(guarded(program, start));
    try {
      return (yield* handle.join()) ?? 137;
    } finally {
      handle.stop();
    }
  }

  private commandIn(id: string, command: readonly string[]): { readonly container: Container; readonly program: Program } {
    const container = this.known(id);
    if (!container.isRunning) {
      throw new RuntimeError(
        'invalid-state',
        `rpc error: code = Unknown desc = failed to exec in container: failed to load task: no running task found: task ${id} not found: not found`,
      );
    }
    const word = command[0] ?? '';
    const program = container.program(word);
    if (!program) {
      throw new RuntimeError(
        'start-error',
        `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${this.newId()}": OCI runtime exec failed: exec failed: unable to start container process: ${notFound(word)}`,
      );
    }
    return { container, program };
  }

  logs(id: string): readonly LogLine[] {
    const container = this.containers.get(id);
    return container?.hasLog ? container.logs.lines : [];
  }

  followLogs(id: string, onLine: (line: LogLine) => void): () => void {
    return this.containers.get(id)?.logs.follow(onLine) ?? (() => undefined);
  }

  terminationMessage(id: string, path: string): string | undefined {
    const text = this.containers.get(id)?.files.read(path);
    return text === undefined || text === '' ? undefined : text.slice(0, 4096);
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Running containers of the machine, in order of their making: for faults, the window and counts. */
  get running(): readonly Container[] {
    return [...this.containers.values()].filter((container) => container.isRunning);
  }

  ended(container: Container): void {
    const { ending } = container;
    const name = `Container ${container.name} of pod ${podName(container)}`;
    if (ending?.reason === 'OOMKilled')
      this.record(container, 'OOMKilled', `${name} used more memory than its limit and was killed.`);
    else if (ending?.exitCode === 137) this.record(container, 'ContainerKilled', `${name} was killed (exit code 137).`);
    else if (ending?.reason !== 'Unknown' && ending?.reason !== 'StartError') {
      this.record(container, 'ContainerExited', `${name} ended with exit code ${ending?.exitCode ?? 0}.`);
    }
    this.emit('stopped', container.sandbox, container);
  }

  /** The power went: every process is gone at once, nobody is told. */
  loseProcesses(): void {
    this.listeners.clear();
    for (const container of this.containers.values())
      if (container.state !== 'exited') container.finish({ exitCode: 255, reason: 'Unknown' });
    for (const sandbox of this.sandboxes.values()) if (sandbox.state === 'ready') this.takeDown(sandbox);
  }

  private softwareOf(container: Container): ((inside: Container) => Task<number> | undefined) | undefined {
    const { behaviour } = container.registryImage;
    const { argv } = container;
    const word = argv[0] ?? '';
    const isOwn = container.config.command.length === 0 && container.config.args.length === 0;
    if (isOwn || isMainProgram(behaviour, word)) return (inside) => behaviour.start(inside, { argv, env: inside.env });
    const program = container.program(word);
    if (program) {
      return (inside) =>
        guarded(program, {
          argv,
          env: inside.env,
          directory: inside.workingDir,
          input: inside.stdin,
          output: inside.stdout,
          errors: inside.stderr,
          container: inside,
          pid: 1,
        });
    }
    if (behaviour.mainPrograms.includes('*')) return (inside) => behaviour.start(inside, { argv, env: inside.env });
    return undefined;
  }

  private takeDown(sandbox: Sandbox): void {
    if (sandbox.state === 'notready') return;
    const { networkInterface } = sandbox;
    sandbox.state = 'notready';
    sandbox.networkInterface = undefined;
    if (networkInterface) {
      this.host.network.removePod(networkInterface);
      this.addresses?.release(networkInterface.ip);
      for (const { hostPort, protocol } of sandbox.config.portMappings) {
        if (hostPort > 0) this.host.networkHost.removeMapping(hostPort, protocol, networkInterface.ip);
      }
    }
    this.emit('stopped', sandbox);
  }

  private forget(container: Container): void {
    container.sandbox.containers = container.sandbox.containers.filter((other) => other !== container);
    container.discard();
    if (this.containers.delete(container.id)) this.emit('removed', container.sandbox, container);
  }

  private known(id: string): Container {
    const container = this.containers.get(id);
    if (!container)
      throw new RuntimeError(
        'not-found',
        `rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`,
      );
    return container;
  }

  private emit(kind: RuntimeEvent['kind'], sandbox: Sandbox, container?: Container): void {
    if (this.listeners.size === 0) return;
    const event: RuntimeEvent = { kind, sandboxId: sandbox.id, containerId: container?.id, podUid: sandbox.config.metadata.uid };
    for (const listener of [...this.listeners]) listener(event);
  }

  private record(container: Container, reason: string, message: string): void {
    const data = { machine: this.identity.name, container: container.name, exitCode: container.ending?.exitCode ?? 0 };
    this.host.process.record({ kind: 'runtime', reason, subjects: container.subjects, message, actor: this.actor, data });
  }

  private newId(): string {
    const { random } = this.host;
    const parts: string[] = [];
    for (let part = 0; part < 8; part++) parts.push(random.uint32().toString(16).padStart(8, '0'));
    return parts.join('');
  }
}

function podName(container: Container): string {
  const { namespace, name } = container.sandbox.config.metadata;
  return `${namespace}/${name}`;
}

function notFound(word: string): string {
  return word.includes('/')
    ? `exec: "${word}": stat ${word}: no such file or directory`
    : `exec: "${word}": executable file not found in $PATH`;
}

/** A program that dies of a broken pipe or a full disk says so and fails; it does not take the world along. */
function* guarded(program: Program, start: Parameters<Program>[0]): Task<number> {
  try {
    return yield* program(start);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'BrokenPipe') return 141;
    // The last two are what scripts can ask for: an impossible pattern, a text without end, a recursion without end.
    if (!['FileSystemError', 'NetworkError', 'SoftwareError', 'SyntaxError', 'RangeError'].includes(name)) throw error;
    start.errors.write(`${start.argv[0] ?? ''}: ${(error as Error).message}\n`);
    return 1;
  }
}
