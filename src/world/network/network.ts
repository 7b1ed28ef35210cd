// The network between machines and pods: who has which address, how a packet finds its way, and what each machine's rules make of it.
// Messages cross between machines on the same transport as the control plane's, so that a cable pulled out cuts both.
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import type { Clock } from '@/simulation/clock/clock.ts';
import { lanPath, type Transport } from '@/simulation/transport/transport.ts';
import type { PathCondition } from '@/simulation/transport/transport.ts';
import { milliseconds, type Duration } from '@/simulation/clock/duration.ts';
import { ipToNumber, isWithin } from './address.ts';
import { ConnectionEnd } from './connection.ts';
import type { NetworkHost, NetworkInterface } from './interfaces.ts';

/** What a machine's cable does to what passes through it. */
export interface Cable {
  readonly isPlugged: boolean;
  /** One direction may be broken alone. */
  readonly sends: boolean;
  readonly receives: boolean;
  readonly extraLatency: Duration;
  readonly loss: number;
}

export const soundCable: Cable = { isPlugged: true, sends: true, receives: true, extraLatency: milliseconds(0), loss: 0 };

/** Machines, pod addresses and the paths between them. */
export class Network {
  private readonly hosts = new Map<string, NetworkHost>();
  private readonly hostsByIp = new Map<string, NetworkHost>();
  private readonly cables = new Map<string, Cable>();
  private readonly pods = new Map<string, NetworkInterface>();
  private lastPort = 32767;
  private changes = 0;

  constructor(
    readonly clock: Clock,
    readonly transport: Transport,
  ) {}

  /** Counts changes of cables and power. */
  get version(): number {
    return this.changes;
  }

  attach(host: NetworkHost): void {
    this.changes++;
    this.hosts.set(host.name, host);
    this.hostsByIp.set(host.ip, host);
    this.cables.set(host.name, soundCable);
    for (const [name, cable] of this.cables) if (cable !== soundCable) this.refreshPair(host.name, name);
  }

  cable(name: string): Cable {
    return this.cables.get(name) ?? soundCable;
  }

  /** Changes what a machine's cable does, for control-plane and pod traffic alike. */
  setCable(name: string, change: Partial<Cable>): void {
    this.cables.set(name, { ...this.cable(name), ...change });
    this.refresh(name);
  }

  /** Applies cable and power to all paths from and to a machine. */
  refresh(name: string): void {
    this.changes++;
    for (const other of this.hosts.keys()) if (other !== name) this.refreshPair(name, other);
  }

  addPod(pod: NetworkInterface): void {
    this.pods.set(pod.ip, pod);
    pod.host.pods.set(pod.ip, pod);
  }

  removePod(pod: NetworkInterface): void {
    pod.takeDown();
    if (this.pods.get(pod.ip) === pod) this.pods.delete(pod.ip);
    if (pod.host.pods.get(pod.ip) === pod) pod.host.pods.delete(pod.ip);
  }

  /** The machine that packets for an address are sent to. */
  hostOf(ip: string): NetworkHost | undefined {
    const known = this.hostsByIp.get(ip) ?? this.pods.get(ip)?.host;
    if (known) return known;
    const number = ipToNumber(ip);
    if (number === undefined) return undefined;
    for (const host of this.hosts.values()) if (host.podRange && isWithin(host.podRange, number)) return host;
    return undefined;
  }

  isBlocked(from: NetworkHost, to: NetworkHost): boolean {
    return from !== to && this.transport.path(from.name, to.name).isBlocked;
  }

  /** Makes the two ends of a connection along `way` (the client's machine first). */
  connect(
    way: readonly NetworkHost[],
    client: NetworkInterface,
    server: NetworkInterface,
    port: number,
  ): { client: ConnectionEnd; server: ConnectionEnd } {
    this.lastPort = this.lastPort >= 60999 ? 32768 : this.lastPort + 1;
    const back = way.length > 1 ? [...way].reverse() : way;
    const near = `${client.ip}:${this.lastPort}`;
    const far = `${server.ip}:${port}`;
    const there = new ConnectionEnd(
      client,
      (_from, to, deliver) => this.carryAlong(to === here ? way : back, deliver),
      near,
      far,
    );
    const here: ConnectionEnd = new ConnectionEnd(
      server,
      (_from, to, deliver) => this.carryAlong(to === here ? way : back, deliver),
      far,
      near,
    );
    there.peer = here;
    here.peer = there;
    client.hold(there);
    server.hold(here);
    return { client: there, server: here };
  }

  /** Delivers along machines one after another; what meets a machine without power is lost. */
  carryAlong(way: readonly NetworkHost[], deliver: () => void): void {
    if (way.length === 1) {
      this.clock.soon(deliver);
      return;
    }
    const onward = (at: number): void => {
      const from = way[at] as NetworkHost;
      const to = way[at + 1] as NetworkHost;
      this.transport.carry(from.name, to.name, () => {
        if (!to.isUp) return;
        if (at + 2 < way.length) onward(at + 1);
        else deliver();
      });
    };
    onward(0);
  }

  private refreshPair(a: string, b: string): void {
    this.transport.setPath(a, b, this.condition(a, b));
    this.transport.setPath(b, a, this.condition(b, a));
  }

  private condition(from: string, to: string): Partial<PathCondition> {
    const near = this.cable(from);
    const far = this.cable(to);
    const isBlocked = !this.isOn(from) || !this.isOn(to) || !near.isPlugged || !far.isPlugged || !near.sends || !far.receives;
    const extra = near.extraLatency + far.extraLatency;
    const loss = 1 - (1 - near.loss) * (1 - far.loss);
    if (!isBlocked && extra === 0 && loss === 0) return {};
    return { isBlocked, loss, latency: (lanPath.latency + extra) as Duration };
  }

  private isOn(name: string): boolean {
    return this.hosts.get(name)?.isUp ?? true;
  }
}

/** Go's words for a connection that could not be made. */
export function dialError(reason: 'refused' | 'timeout' | 'unreachable', ip: string, port: number): NetworkError {
  const words = { refused: 'connection refused', timeout: 'connection timed out', unreachable: 'no route to host' };
  return new NetworkError(reason, `dial tcp ${ip}:${port}: connect: ${words[reason]}`);
}
