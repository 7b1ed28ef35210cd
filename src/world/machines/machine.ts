// A computer in the rack: power, cable, disk, and what runs on it. Faults and hands act on this, never on API objects.
import type { HostNetwork, PacketFilter } from '@/kubernetes/cri-api/network.ts';
import { seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { NetworkHost } from '../network/interfaces.ts';
import type { Network } from '../network/network.ts';
import { PacketRules } from '../network/packet-rules.ts';
import { NetworkStack, type StackOwner } from '../network/stack.ts';
import type { ResolverSettings } from '../network/dns.ts';
import type { Registry } from '../registry/registry.ts';
import { MachineImages } from '../runtime/machine-images.ts';
import type { LogBudget } from '../runtime/container-log.ts';
import { MachineRuntime } from '../runtime/runtime.ts';
import { MachineDisk } from './machine-files.ts';

export interface MachineSpec {
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly zone?: string;
  /** By default the next free address of the LAN. */
  readonly ip?: string;
  readonly cpuMillicores?: number;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
  /** From power to running software. */
  readonly bootSpan?: Duration;
  /** Starts the machine's software, each time it has booted. */
  readonly onBoot?: (machine: Machine) => void;
}

/** Something that the machine's init system keeps: the kubelet, kube-proxy. */
export interface Agent {
  readonly name: string;
  readonly process: Process;
}

interface AgentRecord {
  readonly start: (process: Process) => void;
  process: Process | undefined;
}

/** What a machine is built from; given by the world. */
export interface MachineSurroundings {
  readonly process: Process;
  readonly network: Network;
  readonly registry: Registry;
  readonly logBudget: LogBudget;
  readonly ip: string;
  readonly resolver: ResolverSettings;
  /** An agent was started or stopped. */
  agentsChanged(): void;
}

/** See the file's header. */
export class Machine implements StackOwner {
  readonly name: string;
  readonly role: MachineSpec['role'];
  readonly zone: string;
  readonly ip: string;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly resolver: ResolverSettings;
  readonly networkHost: NetworkHost;
  readonly images: MachineImages;
  readonly runtime: MachineRuntime;
  readonly files = new MachineDisk();
  private life: Process;
  private power = false;
  private boots = 0;
  private hostStack: NetworkStack | undefined;
  private readonly agents = new Map<string, AgentRecord>();

  constructor(
    private readonly spec: MachineSpec,
    private readonly surroundings: MachineSurroundings,
  ) {
    this.name = spec.name;
    this.role = spec.role;
    this.zone = spec.zone ?? '';
    this.ip = surroundings.ip;
    this.cpuMillicores = spec.cpuMillicores ?? 4000;
    this.memoryBytes = spec.memoryBytes ?? 8 * 2 ** 30;
    this.diskBytes = spec.diskBytes ?? 100 * 2 ** 30;
    this.resolver = surroundings.resolver;
    this.life = surroundings.process.child(`machine ${spec.name}`);
    const random = this.life.random;
    let filterRandom: typeof random | undefined;
    const filter = new PacketRules(() => (filterRandom ??= random.fork('packet filter')));
    this.networkHost = new NetworkHost(spec.name, this.ip, `machine:${spec.name}`, filter);
    const life = (): Process => this.life;
    this.images = new MachineImages(surroundings.registry, {
      get process() {
        return life();
      },
      random,
      isOnline: () =>
        this.isReachable && surroundings.network.cable(this.name).sends && surroundings.network.cable(this.name).receives,
    });
    this.runtime = new MachineRuntime({
      get process() {
        return life();
      },
      random,
      network: surroundings.network,
      networkHost: this.networkHost,
      logBudget: surroundings.logBudget,
      identity: { name: this.name, ip: this.ip, zone: this.zone },
      images: this.images,
    });
  }

  /** The machine's life: ends when the power goes, begins anew when it has booted. */
  get process(): Process {
    return this.life;
  }
  /** The machine's own network, as probes and agents use it. */
  get network(): NetworkStack & HostNetwork {
    return (this.hostStack ??= new NetworkStack(this.surroundings.network, () => this.networkHost.root, this));
  }
  get filter(): PacketFilter & PacketRules {
    return this.networkHost.filter as PacketRules;
  }
  get label(): string {
    return this.networkHost.label;
  }
  get isPowered(): boolean {
    return this.power;
  }
  /** Has power and has finished booting. */
  get isBooted(): boolean {
    return this.networkHost.isUp;
  }
  /** Its network cable is in. */
  get isConnected(): boolean {
    return this.surroundings.network.cable(this.name).isPlugged;
  }
  get isReachable(): boolean {
    return this.isBooted && this.isConnected;
  }
  get subjects(): readonly string[] {
    return [`Machine/${this.name}`, `Node/${this.name}`];
  }

  hostsFile(): string {
    return `127.0.0.1\tlocalhost\n${this.ip}\t${this.name}\n`;
  }

  run<T>(task: Task<T>, onEnd: (value: T) => void, onError: (error: unknown) => void): void {
    this.life.spawn(
      (function* (): Task<void> {
        try {
          onEnd(yield* task);
        } catch (error) {
          onError(error);
        }
      })(),
    );
  }

  /** Gives it power; its software runs after the boot span. Answers false when it had power. */
  powerOn(options: { readonly isInstant?: boolean } = {}): boolean {
    if (this.power) return false;
    this.power = true;
    if (this.boots > 0) this.life = this.surroundings.process.child(`machine ${this.name} boot ${this.boots + 1}`);
    this.boots++;
    if (options.isInstant) this.boot();
    else this.life.after(this.spec.bootSpan ?? seconds(20), () => this.boot());
    return true;
  }

  /** Everything on it ends at once; the disk stays. Answers false when it had no power. */
  powerOff(): boolean {
    if (!this.power) return false;
    this.power = false;
    this.networkHost.takeDown();
    this.hostStack = undefined;
    this.runtime.loseProcesses();
    for (const agent of this.agents.values()) agent.process = undefined;
    this.life.kill();
    this.files.loseMemory();
    this.surroundings.network.refresh(this.name);
    return true;
  }

  /** Keeps an agent running: now, and after each boot until `onBoot` says otherwise. */
  runAgent(name: string, start: (process: Process) => void): void {
    this.agents.set(name, { start, process: undefined });
    this.startAgent(name);
  }

  get agentNames(): readonly string[] {
    return [...this.agents.keys()].sort();
  }

  isAgentRunning(name: string): boolean {
    return this.agents.get(name)?.process?.isAlive ?? false;
  }

  /** Starts a stopped agent again; answers false when there is none such, or it runs. */
  startAgent(name: string): boolean {
    const agent = this.agents.get(name);
    if (!agent || !this.isBooted || agent.process?.isAlive) return false;
    this.surroundings.agentsChanged();
    agent.process = this.life.child(`${name} ${this.name}`);
    agent.start(agent.process);
    return true;
  }

  /** Kills an agent; it stays stopped until it is started, or the machine boots. */
  stopAgent(name: string): boolean {
    const agent = this.agents.get(name);
    if (!agent?.process?.isAlive) return false;
    this.surroundings.agentsChanged();
    agent.process.kill();
    agent.process = undefined;
    return true;
  }

  private boot(): void {
    this.networkHost.isUp = true;
    if (this.boots > 1) {
      this.surroundings.network.refresh(this.name);
      this.life.record({
        kind: 'machine',
        reason: 'MachineBooted',
        subjects: this.subjects,
        message: `${this.name} has booted.`,
        actor: this.name,
      });
    }
    this.surroundings.agentsChanged();
    this.agents.clear();
    this.spec.onBoot?.(this);
  }
}
