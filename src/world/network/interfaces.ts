// Network namespaces and the machines they are on, as the network sees them.
import type { HttpRequest, HttpResponse, ProxyRule } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { AddressRange } from './address.ts';
import type { ConnectionEnd } from './connection.ts';
import type { DnsAnswer, DnsQuestion } from './dns.ts';
import type { PacketRules } from './packet-rules.ts';

export type Protocol = ProxyRule['protocol'];

/** Who is at the other end of what a server accepts. */
export interface Peer {
  readonly ip: string;
}

/** Answers a request at once, or as a task that its process runs. */
export type HttpHandler = (request: HttpRequest, peer: Peer) => HttpResponse | Task<HttpResponse>;
export type DatagramHandler = (question: DnsQuestion, peer: Peer) => DnsAnswer | Task<DnsAnswer>;

/** A port that somebody listens on. */
export interface Listener {
  readonly port: number;
  readonly protocol: Protocol;
  /** Who listens, for accounts: `pod:default/web-1`. */
  readonly label: string;
  readonly isHttp: boolean;
  /** Takes over the server's end of a new connection. */
  readonly accept?: (end: ConnectionEnd, peer: Peer) => void;
  readonly answer?: (question: DnsQuestion, peer: Peer, reply: (answer: DnsAnswer) => void) => void;
}

const noListeners: readonly Listener[] = [];

/** A network namespace: a pod's, or a machine's own. */
export class NetworkInterface {
  isUp = true;
  private listeners: readonly Listener[] = noListeners;
  private ends: Set<ConnectionEnd> | undefined;

  constructor(
    readonly ip: string,
    readonly host: NetworkHost,
    /** `pod:default/web-1` or `machine:worker-1`. */
    readonly label: string,
  ) {}

  listener(port: number, protocol: Protocol): Listener | undefined {
    for (const listener of this.listeners) if (listener.port === port && listener.protocol === protocol) return listener;
    return undefined;
  }

  /** Answers false when the port is taken. */
  add(listener: Listener): boolean {
    if (this.listener(listener.port, listener.protocol)) return false;
    // Not spread: arrays grown by spreading keep room that thousands of pods would pay for.
    this.listeners = this.listeners.concat(listener);
    return true;
  }

  remove(listener: Listener): void {
    this.listeners = this.listeners.filter((other) => other !== listener);
  }

  /** Remembers an end of a connection that lives here, so that a power loss takes it along. */
  hold(end: ConnectionEnd): void {
    (this.ends ??= new Set()).add(end);
  }

  letGo(end: ConnectionEnd): void {
    this.ends?.delete(end);
  }

  /** All at once and without a word to anybody: the power went, or the namespace was taken down. */
  takeDown(): void {
    this.isUp = false;
    this.listeners = noListeners;
    const { ends } = this;
    this.ends = undefined;
    if (ends) for (const end of ends) end.vanish();
  }
}

/** A machine (or the user outside) as a point on the network. */
export class NetworkHost {
  /** Powered and booted: its kernel answers. Whether its cable is in is the transport's affair. */
  isUp = false;
  readonly pods = new Map<string, NetworkInterface>();
  podRange: AddressRange | undefined;
  root: NetworkInterface;
  private mappings: Map<string, { readonly ip: string; readonly port: number }> | undefined;

  constructor(
    readonly name: string,
    readonly ip: string,
    /** `machine:worker-1`, `user`. */
    readonly label: string,
    readonly filter: PacketRules | undefined,
  ) {
    this.root = new NetworkInterface(ip, this, label);
  }

  /** Where a port of the machine is mapped to (hostPort). */
  mapping(port: number, protocol: Protocol): { readonly ip: string; readonly port: number } | undefined {
    return this.mappings?.get(`${port}/${protocol}`);
  }

  addMapping(port: number, protocol: Protocol, to: { readonly ip: string; readonly port: number }): void {
    (this.mappings ??= new Map()).set(`${port}/${protocol}`, to);
  }

  removeMapping(port: number, protocol: Protocol, ip: string): void {
    if (this.mapping(port, protocol)?.ip === ip) this.mappings?.delete(`${port}/${protocol}`);
  }

  /** The power went: no namespace is left. */
  takeDown(): void {
    this.isUp = false;
    for (const pod of this.pods.values()) pod.takeDown();
    this.pods.clear();
    this.mappings = undefined;
    this.root.takeDown();
    this.root = new NetworkInterface(this.ip, this, this.label);
    this.filter?.forget();
  }
}
