// One container from its making to its end, seen from the runtime (its state) and from the software inside it (its context).
import type { ContainerConfig, ContainerStatus, ContainerUsage } from '@/kubernetes/cri-api/runtime.ts';
import { microseconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Process, TaskHandle } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { ResolverSettings } from '../network/dns.ts';
import type { NetworkInterface } from '../network/interfaces.ts';
import type { Network } from '../network/network.ts';
import { NetworkStack, type StackOwner } from '../network/stack.ts';
import type { RegistryImage } from '../registry/registry.ts';
import type { ImageReference } from '../registry/reference.ts';
import { ContainerFiles } from '../volumes/container-files.ts';
import { FileSystemError } from '../volumes/memory-tree.ts';
import type { ContainerContext, ContainerJob, MachineIdentity } from './container-context.ts';
import { ContainerLog, LogWriter, type LogBudget } from './container-log.ts';
import { findProgram } from './find-program.ts';
import { Keyboard } from './client-streams.ts';
import type { Program, Reader, Writer } from './program.ts';
import type { Sandbox } from './sandbox.ts';
import { TextReader } from './streams.ts';
import { UsageMeter, baseUsage } from './usage.ts';

/** What a container needs of the machine that it runs on. */
export interface ContainerHost {
  readonly identity: MachineIdentity;
  readonly network: Network;
  /** The machine's own life: ends when its power goes. */
  readonly process: Process;
  rootInterface(): NetworkInterface;
  readonly logBudget: LogBudget;
  /** A container has ended; called once per container. */
  ended(container: Container): void;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a container came to its end. */
export interface Ending {
  readonly exitCode: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled' | 'StartError' | 'Unknown';
  readonly message?: string;
}

/** See the file's header. Parts that an idle container does not need are made when they are first used. */
export class Container implements ContainerContext, StackOwner {
  state: 'created' | 'running' | 'exited' = 'created';
  ending: Ending | undefined;
  finishedAt: Instant | undefined;
  private started: Instant | undefined;
  private main: TaskHandle<void> | undefined;
  private known: ContainerStatus | undefined;
  private ownLog: ContainerLog | undefined;
  private ownFiles: ContainerFiles | undefined;
  private ownNetwork: NetworkStack | undefined;
  private ownProcess: Process | undefined;
  private ownEnv: Readonly<Record<string, string>> | undefined;
  private ownJobs: Map<number, ContainerJob> | undefined;
  private meter: UsageMeter | undefined;
  private end: Promised<void> | undefined;
  private ownKeyboard: Keyboard | undefined;
  private endListeners: Set<() => void> | undefined;
  private signalHandler: ((signal: number) => void) | undefined;
  private lastPid = 1;
  /** No task runs: it serves what it has set up until a signal comes. */
  private isServing = false;

  constructor(
    readonly id: string,
    readonly sandbox: Sandbox,
    readonly config: ContainerConfig,
    readonly registryImage: RegistryImage,
    private readonly host: ContainerHost,
    readonly createdAt: Instant,
  ) {}

  get name(): string {
    return this.config.metadata.name;
  }
  get attempt(): number {
    return this.config.metadata.attempt;
  }
  get image(): ImageReference {
    return this.registryImage.reference;
  }
  get machine(): MachineIdentity {
    return this.host.identity;
  }
  get label(): string {
    return this.sandbox.label;
  }
  get subjects(): readonly string[] {
    const { namespace, name } = this.sandbox.config.metadata;
    return [this.sandbox.subject, `Container/${namespace}/${name}/${this.name}`];
  }
  get pod(): ContainerContext['pod'] {
    const { config, address } = this.sandbox;
    const { name, namespace, uid } = config.metadata;
    return { name, namespace, uid, ip: address, hostname: config.hostname };
  }
  get argv(): readonly string[] {
    const { command, args } = this.config;
    const { behaviour } = this.registryImage;
    if (command.length > 0) return [...command, ...args];
    const given = args.length > 0 ? args : behaviour.command;
    return behaviour.commandLine ? behaviour.commandLine(given) : [...behaviour.entrypoint, ...given];
  }
  get workingDir(): string {
    return this.config.workingDir || this.registryImage.behaviour.workingDir || '/';
  }
  get env(): Readonly<Record<string, string>> {
    if (!this.ownEnv) {
      const env: Record<string, string> = {
        PATH: path,
        HOSTNAME: this.sandbox.config.hostname,
        ...this.registryImage.behaviour.env,
      };
      for (const { name, value } of this.config.env) env[name] = value;
      env.HOME ??= '/root';
      this.ownEnv = env;
    }
    return this.ownEnv;
  }
  get files(): ContainerFiles {
    return (this.ownFiles ??= new ContainerFiles(this.registryImage.files, this.config.mounts, this));
  }
  get network(): NetworkStack {
    return (this.ownNetwork ??= new NetworkStack(
      this.host.network,
      () => this.sandbox.networkInterface ?? this.host.rootInterface(),
      this,
    ));
  }
  get resolver(): ResolverSettings {
    return this.sandbox.config.dns;
  }
  get declaredPorts(): readonly number[] {
    return this.sandbox.config.portMappings
      .filter(({ protocol }) => protocol === 'TCP')
      .map(({ containerPort }) => containerPort);
  }
  get now(): Instant {
    return this.host.process.now;
  }
  get process(): Process {
    const { namespace, name } = this.sandbox.config.metadata;
    return (this.ownProcess ??= this.host.process.child(`${namespace}/${name}/${this.name}#${this.attempt}`, (error) =>
      this.crash(error),
    ));
  }
  get random(): Random {
    return this.process.random;
  }
  get isRunning(): boolean {
    return this.state === 'running';
  }
  get startedAt(): Instant {
    return this.started ?? this.createdAt;
  }
  get logs(): ContainerLog {
    return (this.ownLog ??= new ContainerLog(this.host.process, this.host.logBudget));
  }
  get hasLog(): boolean {
    return this.ownLog !== undefined;
  }
  /** Where it reads from, when its pod keeps standard input open. */
  get keyboard(): Keyboard | undefined {
    return this.config.stdin ? (this.ownKeyboard ??= new Keyboard(this)) : undefined;
  }
  get stdin(): Reader {
    return this.keyboard?.input ?? new TextReader();
  }
  get stdout(): Writer {
    return new LogWriter(() => this.logs, 'stdout');
  }
  get stderr(): Writer {
    return new LogWriter(() => this.logs, 'stderr');
  }
  get jobs(): Map<number, ContainerJob> {
    return (this.ownJobs ??= new Map());
  }

  hostsFile(): string {
    return this.files.read('/etc/hosts') ?? '';
  }

  /** What a runtime mounts over every container's files. */
  givenFile(path: string): string | undefined {
    if (!path.startsWith('/etc/')) return undefined;
    const { hostname, dns } = this.sandbox.config;
    if (path === '/etc/hostname') return `${hostname}\n`;
    if (path === '/etc/hosts') return `127.0.0.1\tlocalhost\n${this.sandbox.address}\t${hostname}\n`;
    if (path !== '/etc/resolv.conf') return undefined;
    const search = dns.searches.length > 0 ? `search ${dns.searches.join(' ')}\n` : '';
    const options = dns.options.length > 0 ? `options ${dns.options.join(' ')}\n` : '';
    return search + dns.servers.map((server) => `nameserver ${server}\n`).join('') + options;
  }

  *sleep(span: Duration): Task<void> {
    yield* this.host.process.sleep(span);
  }

  log(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.logs.write(`${text}\n`, stream);
  }

  run<T>(task: Task<T>, onEnd: (value: T) => void, onError: (error: unknown) => void): void {
    const { process } = this;
    process.spawn(
      (function* (): Task<void> {
        let value: T;
        try {
          value = yield* task;
        } catch (error) {
          onError(error);
          return;
        }
        onEnd(value);
      })(),
    );
  }

  served(): void {
    const cost = this.registryImage.behaviour.usage.cpuMicrosecondsPerRequest;
    if (cost) this.chargeCpu(microseconds(cost));
  }

  onSignal(handler: ((signal: number) => void) | undefined): void {
    this.signalHandler = handler;
  }

  *untilSignal(): Task<number> {
    return (yield {
      subscribe: (resume) => {
        this.signalHandler = (signal) => {
          this.signalHandler = undefined;
          resume(signal);
        };
        return () => {
          this.signalHandler = undefined;
        };
      },
    }) as number;
  }

  signal(signal: number): void {
    if (this.state !== 'running') return;
    if (signal === 9) this.finish({ exitCode: 137, reason: 'Error' });
    else if (this.signalHandler) this.signalHandler(signal);
    else if (this.isServing && signal !== 1) this.exit(0);
  }

  exit(code: number): void {
    this.finish({ exitCode: code & 255, reason: code === 0 ? 'Completed' : 'Error' });
  }

  useMemory(bytes: number): void {
    const meter = this.metered();
    meter.memoryBytes = Math.max(0, bytes);
    const limit = this.config.resources.memoryLimitBytes;
    if (!limit || this.registryImage.behaviour.usage.memoryBytes + meter.memoryBytes <= limit) return;
    this.finish({ exitCode: 137, reason: 'OOMKilled' });
  }

  useCpu(millicores: number): void {
    this.metered().setSteady(millicores, this.now);
  }

  chargeCpu(span: Duration): void {
    this.metered().charge(span, this.now);
  }

  program(name: string): Program | undefined {
    return findProgram(this.registryImage.behaviour, name, this.files);
  }

  nextPid(): number {
    return ++this.lastPid;
  }

  // What follows is the runtime's side.

  get usage(): ContainerUsage | undefined {
    if (this.state !== 'running') return undefined;
    const { behaviour } = this.registryImage;
    return (
      this.meter?.usage(behaviour, this.startedAt, this.now, this.config.resources.cpuLimitMillicores) ??
      baseUsage(behaviour, this.startedAt, this.now)
    );
  }

  get status(): ContainerStatus {
    this.known ??= {
      id: this.id,
      sandboxId: this.sandbox.id,
      metadata: this.config.metadata,
      state: this.state,
      createdAt: this.createdAt,
      startedAt: this.started,
      finishedAt: this.finishedAt,
      exitCode: this.ending?.exitCode,
      reason: this.ending?.reason,
      message: this.ending?.message,
      image: this.config.image,
      imageRef: this.registryImage.status.repoDigests[0] ?? this.registryImage.status.id,
      labels: this.config.labels,
      annotations: this.config.annotations,
    };
    return this.known;
  }

  /** Starts the main process with what `software` does. */
  launch(software: () => Task<number> | undefined): void {
    this.state = 'running';
    this.started = this.now;
    this.known = undefined;
    let task: Task<number> | undefined;
    try {
      task = software();
    } catch (error) {
      return this.crash(error);
    }
    this.isServing = task === undefined;
    if (task === undefined) return;
    this.main = this.host.process.spawn(this.runMain(task));
    if (this.state !== 'running') this.main = undefined;
  }

  /** Ends it without its doing: a kill, a failed start, the machine's power. */
  finish(ending: Ending): void {
    if (this.state === 'exited') return;
    this.state = 'exited';
    this.ending = ending;
    this.finishedAt = this.now;
    this.known = undefined;
    this.signalHandler = undefined;
    this.ownNetwork?.closeAll();
    this.ownJobs = undefined;
    this.meter = undefined;
    this.ownLog?.flush();
    const { main, ownProcess, end } = this;
    this.main = undefined;
    this.ownProcess = undefined;
    ownProcess?.kill();
    main?.stop();
    this.host.ended(this);
    end?.resolve();
    const listeners = this.endListeners;
    this.endListeners = undefined;
    if (listeners) for (const listener of listeners) listener();
  }

  /** Calls back when it ends; answers the way to stop listening. */
  onceEnded(listener: () => void): () => void {
    const listeners = (this.endListeners ??= new Set());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Nothing of it is kept any more. */
  discard(): void {
    this.ownLog?.remove();
    this.ownLog = undefined;
  }

  *untilEnd(): Task<void> {
    if (this.state === 'exited') return;
    yield* (this.end ??= new Promised()).wait();
  }

  private *runMain(task: Task<number>): Task<void> {
    let code: number;
    try {
      code = yield* task;
    } catch (error) {
      this.crash(error);
      return;
    }
    this.exit(code);
  }

  private crash(error: unknown): void {
    if (!(error instanceof FileSystemError) && !isExpected(error)) throw error;
    this.log(error.message, 'stderr');
    this.exit(1);
  }

  private metered(): UsageMeter {
    return (this.meter ??= new UsageMeter(this.startedAt));
  }
}

/** Errors that software may die of; anything else is a fault of ours and must be seen. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof Error && (error.name === 'NetworkError' || error.name === 'BrokenPipe' || error.name === 'SoftwareError')
  );
}
