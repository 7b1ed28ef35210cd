// The world: machines in a rack, the network between them, the registries they pull from, the user outside, and the faults that break it.
import type { Clock } from '@/simulation/clock/clock.ts';
import type { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import { Process } from '@/simulation/process/process.ts';
import type { Random } from '@/simulation/random/random.ts';
import { Transport } from '@/simulation/transport/transport.ts';
import { FaultError, type Fault, type FaultPreview } from './faults/fault.ts';
import { faults } from './faults/registry.ts';
import { images, unknownImage } from './images/registry.ts';
import { Machine, type MachineSpec } from './machines/machine.ts';
import { ipToNumber, numberToIp } from './network/address.ts';
import type { ResolverSettings } from './network/dns.ts';
import { NetworkHost } from './network/interfaces.ts';
import { Network } from './network/network.ts';
import { NetworkStack, type StackOwner } from './network/stack.ts';
import { Registry } from './registry/registry.ts';
import { LogBudget } from './runtime/container-log.ts';
import { Traffic } from './traffic/traffic.ts';

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly occurrences: Occurrences;
  /** What to do with an error that broke one of our own promises; by default it is thrown to whoever pumps the clock. */
  readonly onFailure?: (error: unknown) => void;
}

export interface FaultInForce {
  readonly name: string;
  readonly target: string;
}

/** The LAN's router: its address answers names of machines. */
export const routerIp = '172.18.0.1';
const machineResolver: ResolverSettings = { servers: [routerIp], searches: [], options: [] };
const firstMachineIp = '172.18.0.2';

/** See the file's header. */
export class World {
  /** Lives as long as the world; machines are its children. */
  readonly process: Process;
  readonly transport: Transport;
  readonly network: Network;
  readonly registry: Registry;
  readonly traffic: Traffic;
  private readonly logBudget = new LogBudget();
  private knownFaults: { readonly version: number; readonly list: readonly FaultInForce[] } | undefined;
  private agentChanges = 0;
  private readonly rack = new Map<string, Machine>();
  private nextIp = ipToNumber(firstMachineIp) ?? 0;

  constructor(readonly options: WorldOptions) {
    const { clock, random, occurrences, onFailure } = options;
    this.process = new Process({ name: 'world', clock, random: random.fork('world'), occurrences, onFailure });
    this.transport = new Transport(clock, random.fork('transport'));
    this.network = new Network(clock, this.transport);
    const unknown = images.find((image) => image.name === unknownImage);
    if (!unknown) throw new Error(`there is no image behaviour "${unknownImage}"`);
    this.registry = new Registry(images, unknown);
    this.startRouter();
    this.traffic = new Traffic(this.process.child('user'), this.network, () => this.machines);
  }

  /** In order of their adding. */
  get machines(): readonly Machine[] {
    return [...this.rack.values()];
  }

  /** Puts a machine into the rack: plugged in and booted at once, `onBoot` called. */
  addMachine(spec: MachineSpec): Machine {
    if (this.rack.has(spec.name)) throw new Error(`There is already a machine called "${spec.name}".`);
    const ip = spec.ip ?? numberToIp(this.nextIp++);
    const machine = new Machine(spec, {
      process: this.process,
      network: this.network,
      registry: this.registry,
      logBudget: this.logBudget,
      ip,
      resolver: machineResolver,
      agentsChanged: () => {
        this.agentChanges++;
      },
    });
    this.rack.set(spec.name, machine);
    machine.networkHost.isUp = true;
    this.network.attach(machine.networkHost);
    machine.powerOn({ isInstant: true });
    return machine;
  }

  machine(name: string): Machine | undefined {
    return this.rack.get(name);
  }

  /** What can be broken. */
  get faults(): readonly Fault[] {
    return faults;
  }

  /** Breaks something. Throws {@link FaultError} with one sentence when that cannot be. */
  injectFault(name: string, target: string): void {
    this.fault(name).inject(this, target);
  }

  /** Repairs what a fault broke. Throws {@link FaultError}. */
  healFault(name: string, target: string): void {
    this.fault(name).heal(this, target);
  }

  /** What a fault would do, as data. Throws {@link FaultError}. */
  previewFault(name: string, target: string): FaultPreview {
    return this.fault(name).preview(this, target);
  }

  /** All that is broken now. The same list while nothing changes. */
  get faultsInForce(): readonly FaultInForce[] {
    if (this.knownFaults?.version !== this.version) {
      this.knownFaults = {
        version: this.version,
        list: faults.flatMap((fault) => fault.inForce(this).map((target) => ({ name: fault.name, target }))),
      };
    }
    return this.knownFaults.list;
  }

  /** Counts changes of power, cables and agents. */
  private get version(): number {
    return this.network.version + this.agentChanges;
  }

  private fault(name: string): Fault {
    const found = faults.find((fault) => fault.name === name);
    if (found) return found;
    throw new FaultError(`There is no fault called "${name}". The faults are: ${faults.map((fault) => fault.name).join(', ')}.`);
  }

  private startRouter(): void {
    const host = new NetworkHost('router', routerIp, 'router', undefined);
    host.isUp = true;
    this.network.attach(host);
    const resolver: ResolverSettings = { servers: [], searches: [], options: [] };
    const owner: StackOwner = { label: 'router', resolver, hostsFile: () => '', run: () => undefined };
    new NetworkStack(this.network, () => host.root, owner).listenDns(53, ({ name }) => {
      const machine = this.rack.get(name);
      return { kind: 'dns-answer', name, outcome: machine ? 'ok' : 'NXDOMAIN', addresses: machine ? [machine.ip] : [] };
    });
  }
}
