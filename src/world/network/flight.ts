// One packet that looks for its way: from machine to machine, through their rules, to a listener. Used for opening connections and for
// single questions (DNS).
import type { Timer } from '@/simulation/clock/clock.ts';
import { seconds, type Duration } from '@/simulation/clock/duration.ts';
import type { Carriage } from '@/simulation/transport/transport.ts';
import type { Account } from './account.ts';
import type { Listener, NetworkHost, NetworkInterface, Protocol } from './interfaces.ts';
import type { Network } from './network.ts';

/** How a flight ends. */
export interface FlightEnd {
  /** It stands before a listener; `way` is the machines it passed, its own first. */
  arrived(target: NetworkInterface, listener: Listener, way: readonly NetworkHost[], port: number): void;
  /** Somebody said no; told after the way back. */
  failed(reason: 'refused' | 'unreachable' | 'timeout'): void;
}

export interface FlightOptions {
  readonly ip: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly account?: Account;
  /** Machines it is sent through before anything else: the way in for somebody outside. */
  readonly gateway?: NetworkHost;
}

/** A first packet is sent again at 1, 3, 7, 15, 31 and 63 s, then the kernel gives up. */
const connectPatience = seconds(127);
const unreachablePatience = seconds(3);
const mostHops = 8;

/** See the file's header. */
export class Flight {
  private readonly way: NetworkHost[];
  private carriage: Carriage | undefined;
  private patience: Timer | undefined;
  private isOver = false;
  private ip: string;
  private port: number;

  constructor(
    private readonly network: Network,
    private readonly from: NetworkInterface,
    private readonly options: FlightOptions,
    private readonly end: FlightEnd,
  ) {
    this.ip = options.ip;
    this.port = options.port;
    this.way = [from.host];
  }

  start(): void {
    if (!this.from.isUp) return this.lost('the sender has no network');
    if (this.ip === this.from.ip || this.ip.startsWith('127.')) this.arrive(this.from);
    else if (this.options.gateway) this.cross(this.options.gateway);
    else this.decide(this.from.host);
  }

  /** The sender waits no longer. */
  cancel(): void {
    this.isOver = true;
    this.carriage?.cancel();
    this.patience?.cancel();
  }

  private decide(host: NetworkHost): void {
    if (!this.translate(host)) return;
    const mapped = this.ip === host.ip ? host.mapping(this.port, this.options.protocol) : undefined;
    if (mapped) {
      this.options.account?.add(host.label, 'rule', `host port ${this.port} is mapped to ${mapped.ip}:${mapped.port}`);
      this.ip = mapped.ip;
      this.port = mapped.port;
    }
    const local = this.ip === host.ip ? host.root : host.pods.get(this.ip);
    if (local) return this.arrive(local);
    const next = this.network.hostOf(this.ip);
    if (next === undefined) return this.lost(`nothing on this network has the address ${this.ip}`);
    if (next === host) {
      this.options.account?.add(host.label, 'drop', `no pod here has the address ${this.ip} any more`);
      return this.settleAfter(unreachablePatience, 'unreachable');
    }
    if (this.way.length >= mostHops) return this.lost('the packet went round in circles');
    this.cross(next);
  }

  /** Applies the machine's rules; false when they ended the flight. */
  private translate(host: NetworkHost): boolean {
    const { protocol, account } = this.options;
    const rule = host.filter?.match(this.ip, this.port, protocol, this.ip === host.ip);
    if (!rule || !host.filter) return true;
    const service = `service:${rule.servicePort.split(':')[0] ?? ''}`;
    const choice = host.filter.choose(rule, this.from.ip, this.network.clock.now);
    const address = `${rule.kind} ${this.ip}:${this.port}`;
    if (choice) {
      const { backend, why } = choice;
      account?.add(
        service,
        'rule',
        `${address} on ${host.name} goes to ${backend.ip}:${backend.port} (${backend.target || 'no pod'}): ${why}`,
      );
      this.ip = backend.ip;
      this.port = backend.port;
      return true;
    }
    if (rule.isDroppedWhenEmpty) {
      account?.add(service, 'drop', `${address} on ${host.name} has no backend that may be used here: dropped`);
      this.settleAfter(connectPatience, 'timeout');
    } else {
      account?.add(service, 'refuse', `${address} on ${host.name} has no ready backend: refused`);
      this.goBack('refused');
    }
    return false;
  }

  private cross(next: NetworkHost): void {
    const here = this.way[this.way.length - 1] as NetworkHost;
    this.way.push(next);
    this.options.account?.add(
      here.label,
      this.way.length === 2 ? 'send' : 'forward',
      `to ${next.name}, for ${this.ip}:${this.port}`,
    );
    if (this.options.account) this.options.account.heading = next.name;
    if (this.network.isBlocked(here, next)) {
      this.options.account?.add(here.label, 'drop', `nothing gets through to ${next.name}: the packet is sent again and again`);
      this.waitPatiently();
    }
    this.carriage = this.network.transport.carry(here.name, next.name, () => {
      if (this.isOver) return;
      this.options.account?.pass(next.label);
      if (next.isUp) this.decide(next);
      else this.lost(`${next.name} is off`);
    });
  }

  private arrive(target: NetworkInterface): void {
    const { protocol, account } = this.options;
    const listener = target.isUp ? target.listener(this.port, protocol) : undefined;
    if (!listener) {
      account?.add(target.label, 'refuse', `nothing listens on port ${this.port}`);
      return this.goBack('refused');
    }
    account?.add(listener.label, 'accept', `listens on ${target.ip}:${this.port}`);
    this.finish(() => this.end.arrived(target, listener, this.way, this.port));
  }

  private goBack(reason: 'refused'): void {
    const back = [...this.way].reverse();
    for (let at = 0; at + 1 < back.length; at++) {
      if (this.network.isBlocked(back[at] as NetworkHost, back[at + 1] as NetworkHost)) return this.waitPatiently();
    }
    this.network.carryAlong(back, () => this.finish(() => this.end.failed(reason)));
  }

  private lost(why: string): void {
    const here = this.way[this.way.length - 1] as NetworkHost;
    this.options.account?.add(here.label, 'drop', why);
    this.waitPatiently();
  }

  private waitPatiently(): void {
    this.patience ??= this.network.clock.after(connectPatience, () => this.finish(() => this.end.failed('timeout')));
  }

  private settleAfter(span: Duration, reason: 'unreachable' | 'timeout'): void {
    this.patience?.cancel();
    this.patience = this.network.clock.after(span, () => this.finish(() => this.end.failed(reason)));
  }

  private finish(tell: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    this.carriage?.cancel();
    this.patience?.cancel();
    tell();
  }
}
