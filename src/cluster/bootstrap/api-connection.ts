// How software on a machine reaches the API server: requests and watches over the emulated wire, with HTTP/2's way of noticing a dead peer.
// Upstream: client-go's transport (ReadIdleTimeout 30 s, PingTimeout 15 s).
import type { Status } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, type ApiRequest, type ApiResponse, type ApiTransport, type WatchSink, type WatchStream } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ApiServer } from '@/kubernetes/apiserver/apiserver.ts';
import type { Timer } from '@/simulation/clock/clock.ts';
import { microseconds, milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import type { Carriage, Transport } from '@/simulation/transport/transport.ts';

/** The API server process on a machine, while it runs. */
export interface ApiEndpoint {
  readonly context: Context;
  readonly server: ApiServer;
  /** Streams to cut when the process ends. */
  readonly streams: Set<OpenStream>;
}

/** A control-plane machine as clients dial it. */
export interface ApiAddress {
  readonly machine: string;
  readonly ip: string;
  readonly isMachineUp: () => boolean;
  /** Undefined while no API server runs there. */
  readonly endpoint: () => ApiEndpoint | undefined;
}

/** ReadIdleTimeout and PingTimeout together: after so much silence a connection is given up. */
const deadPeerAfter = seconds(45);

const readTakes = microseconds(400);
const writeTakes = milliseconds(2);

/** One watch between a client and the server. */
export class OpenStream implements WatchStream {
  private isOpen = true;
  private isReset = false;
  serverSide: WatchStream | undefined;

  constructor(
    private readonly connection: ApiConnection,
    private readonly sink: WatchSink,
    private readonly endpoint: ApiEndpoint,
  ) {}

  /** Server to client, in order. */
  push(deliver: (sink: WatchSink) => void): void {
    this.connection.answer(() => {
      if (this.isOpen) deliver(this.sink);
    });
  }

  /** The client does not want it any more. */
  stop(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.connection.forget(this);
    this.connection.tell(() => this.closeServerSide());
  }

  /** The connection is gone as far as the client can tell. */
  cut(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.connection.forget(this);
    this.closeServerSide();
    this.sink.end();
  }

  /** The server process ended: its kernel tells the client. */
  reset(): void {
    if (this.isReset) return;
    this.isReset = true;
    this.connection.answer(() => this.cut());
  }

  private closeServerSide(): void {
    this.endpoint.streams.delete(this);
    this.serverSide?.stop();
    this.serverSide = undefined;
  }
}

/** The connection of one client process on one machine. It lives as long as the process; a broken one is dialled anew by the next request. */
export class ApiConnection implements ApiTransport {
  private readonly waiting = new Set<Promised<never> | Promised<ApiResponse> | Promised<OpenStream | Status>>();
  private readonly streams = new Set<OpenStream>();
  private deadPeer: Timer | undefined;

  constructor(
    private readonly context: Context,
    private readonly transport: Transport,
    private readonly machine: string,
    private readonly address: ApiAddress,
  ) {
    const forget = transport.onBlockedChange((from, to) => {
      if ((from === machine && to === address.machine) || (from === address.machine && to === machine)) this.checkPath();
    });
    context.onEnd(forget);
  }

  *request(request: ApiRequest): Task<ApiResponse> {
    const answer = new Promised<ApiResponse>();
    const carriage = this.tell(() => {
      const endpoint = this.endpointOrRefuse(answer);
      if (!endpoint) return;
      // A read is answered from the watch cache; a write waits for etcd's disk. Meanwhile controllers see several changes as one.
      endpoint.context.after(request.verb === 'get' || request.verb === 'list' ? readTakes : writeTakes, () => {
        endpoint.context.spawn(this.handle(endpoint, request, answer));
      });
    });
    return yield* this.answerOf(answer, carriage);
  }

  *watch(request: ApiRequest, sink: WatchSink): Task<WatchStream | Status> {
    const opened = new Promised<OpenStream | Status>();
    const carriage = this.tell(() => {
      const endpoint = this.endpointOrRefuse(opened);
      if (!endpoint) return;
      endpoint.context.spawn(this.open(endpoint, request, sink, opened));
    });
    return yield* this.answerOf(opened, carriage);
  }

  /** Client to server. */
  tell(deliver: () => void): Carriage {
    const carriage = this.transport.carry(this.machine, this.address.machine, deliver);
    this.checkPath();
    return carriage;
  }

  /** Server to client. */
  answer(deliver: () => void): void {
    this.transport.carry(this.address.machine, this.machine, deliver);
  }

  forget(stream: OpenStream): void {
    this.streams.delete(stream);
  }

  private *handle(endpoint: ApiEndpoint, request: ApiRequest, answer: Promised<ApiResponse>): Task<void> {
    const response = yield* endpoint.server.handle(request);
    this.answer(() => answer.resolve(response));
  }

  private *open(endpoint: ApiEndpoint, request: ApiRequest, sink: WatchSink, opened: Promised<OpenStream | Status>): Task<void> {
    const stream = new OpenStream(this, sink, endpoint);
    const result = yield* endpoint.server.watch(request, {
      event: (event, cause) => stream.push((to) => to.event(event, cause)),
      end: () => stream.reset(),
    });
    if ('kind' in result) {
      this.answer(() => opened.resolve(result));
      return;
    }
    stream.serverSide = result;
    endpoint.streams.add(stream);
    this.streams.add(stream);
    this.answer(() => opened.resolve(stream));
  }

  /** The running server, or undefined: then the machine's kernel refuses, and a machine without power says nothing. */
  private endpointOrRefuse(answer: Promised<ApiResponse> | Promised<OpenStream | Status>): ApiEndpoint | undefined {
    const endpoint = this.address.endpoint();
    if (endpoint) return endpoint;
    if (this.address.isMachineUp()) {
      const refused = new ConnectionError('refused', `dial tcp ${this.address.ip}:6443: connect: connection refused`);
      this.answer(() => answer.reject(refused));
    } else this.startDeadPeerTimer();
    return undefined;
  }

  /** Waits for the answer. Whoever gives up before takes along what is still on its way: the connection is closed, nothing of it arrives later. */
  private *answerOf<T extends ApiResponse | OpenStream | Status>(answer: Promised<T>, carriage: Carriage): Task<T> {
    const waiting = answer as unknown as Promised<never>;
    this.waiting.add(waiting);
    try {
      return yield* answer.wait();
    } finally {
      this.waiting.delete(waiting);
      carriage.cancel();
    }
  }

  /** Starts to doubt the peer while either direction is cut, and trusts it again when both are whole. */
  private checkPath(): void {
    const isBlocked = this.transport.path(this.machine, this.address.machine).isBlocked || this.transport.path(this.address.machine, this.machine).isBlocked;
    if (isBlocked) this.startDeadPeerTimer();
    else if (this.address.isMachineUp()) {
      this.deadPeer?.cancel();
      this.deadPeer = undefined;
    }
  }

  private startDeadPeerTimer(): void {
    this.deadPeer ??= this.context.after(deadPeerAfter, () => {
      this.deadPeer = undefined;
      const lost = new ConnectionError('timeout', `http2: client connection lost: no answer from ${this.address.ip}:6443`);
      for (const one of [...this.waiting]) one.reject(lost);
      for (const stream of [...this.streams]) stream.cut();
    });
  }
}
