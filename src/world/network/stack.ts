// The network as one process uses it: listening, connecting, asking for names. What it holds open is closed when the process ends.
import { NetworkError, type HostNetwork, type HttpRequest, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import type { Account } from './account.ts';
import type { ConnectionEnd } from './connection.ts';
import { addressInHosts, candidateNames, literalAddress, type DnsAnswer, type ResolverSettings } from './dns.ts';
import { Flight } from './flight.ts';
import type { DatagramHandler, HttpHandler, Listener, NetworkHost, NetworkInterface, Peer } from './interfaces.ts';
import { dialError, type Network } from './network.ts';
import { getRequest, parseHttpText, responseText, textResponse } from './payload.ts';

/** What a stack needs of the process that it serves. */
export interface StackOwner {
  /** `pod:default/web-1`, for accounts. */
  readonly label: string;
  readonly resolver: ResolverSettings;
  /** The content of /etc/hosts. */
  hostsFile(): string;
  /** Runs a server's task in the process; a failure is the caller's to say (`onError`). */
  run<T>(task: Task<T>, onEnd: (value: T) => void, onError: (error: unknown) => void): void;
  /** One more connection was served, for CPU curves. */
  served?(): void;
}

export interface DialOptions {
  readonly account?: Account;
  readonly gateway?: NetworkHost;
}

const noListeners: readonly Listener[] = [];
const dnsPatience = seconds(5);
const dnsAttempts = 2;

/** See the file's header. */
export class NetworkStack implements HostNetwork {
  private open: Set<{ abort(): void }> | undefined;
  private listeners: readonly Listener[] = noListeners;

  constructor(
    private readonly network: Network,
    private readonly place: () => NetworkInterface,
    private readonly owner: StackOwner,
  ) {}

  get ip(): string {
    return this.place().ip;
  }

  /** Serves HTTP. Throws {@link NetworkError} when the port is taken. */
  listenHttp(port: number, handler: HttpHandler): () => void {
    return this.listen({
      port,
      protocol: 'TCP',
      label: this.owner.label,
      isHttp: true,
      accept: (end, peer) => this.serveHttp(end, peer, handler),
    });
  }

  /** Serves a raw protocol. */
  listenTcp(port: number, accept: (end: ConnectionEnd, peer: Peer) => void): () => void {
    return this.listen({
      port,
      protocol: 'TCP',
      label: this.owner.label,
      isHttp: false,
      accept: (end, peer) => {
        this.own(end);
        this.owner.served?.();
        accept(end, peer);
      },
    });
  }

  /** Answers questions on port 53 or another. */
  listenDns(port: number, handler: DatagramHandler): () => void {
    return this.listen({
      port,
      protocol: 'UDP',
      label: this.owner.label,
      isHttp: false,
      answer: (question, peer, reply) => {
        const answer = handler(question, peer);
        if (!isTask(answer)) reply(answer);
        else
          this.owner.run(answer, reply, () =>
            reply({ kind: 'dns-answer', name: question.name, outcome: 'SERVFAIL', addresses: [] }),
          );
      },
    });
  }

  /** Whether nobody listens on that TCP port yet. */
  isFree(port: number): boolean {
    return this.place().listener(port, 'TCP') === undefined;
  }

  /** Opens a connection to an address or a name. Waits as long as a kernel does. Throws {@link NetworkError}. */
  *dial(host: string, port: number, options: DialOptions = {}): Task<ConnectionEnd> {
    const ip = yield* this.resolve(host);
    const answer = new Promised<ConnectionEnd>();
    const from = this.place();
    let made: ConnectionEnd | undefined;
    const flight = new Flight(
      this.network,
      from,
      { ip, port, protocol: 'TCP', ...options },
      {
        arrived: (target, listener, way, atPort) => {
          const ends = this.network.connect(way, from, target, atPort);
          made = ends.client;
          ends.client.isHttp = listener.isHttp;
          ends.client.listenerLabel = listener.label;
          ends.client.account = options.account;
          listener.accept?.(ends.server, { ip: from.ip });
          this.network.carryAlong([...way].reverse(), () => answer.resolve(ends.client));
        },
        failed: (reason) => answer.reject(dialError(reason, ip, port)),
      },
    );
    flight.start();
    let end: ConnectionEnd | undefined;
    try {
      end = yield* answer.wait();
      this.own(end);
      return end;
    } finally {
      if (end === undefined) {
        flight.cancel();
        made?.abort();
      }
    }
  }

  *connect(ip: string, port: number): Task<void> {
    const end = yield* this.dial(ip, port);
    end.close();
  }

  *http(host: string, port: number, request: HttpRequest, options: DialOptions = {}): Task<HttpResponse> {
    const end = yield* this.dial(host, port, options);
    try {
      end.send({ kind: 'http-request', request });
      const reply = yield* end.receive();
      if (reply === undefined) throw new NetworkError('reset', `${request.method} "http://${host}:${port}${request.path}": EOF`);
      if (typeof reply !== 'string' && reply.kind === 'http-response') return reply.response;
      const first = typeof reply === 'string' ? (reply.split('\n')[0] ?? '') : '';
      throw new NetworkError(
        'reset',
        `net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(first)}`,
      );
    } finally {
      end.close();
    }
  }

  /** Fetches a URL like `http://name:80/path`. */
  *fetch(url: string, request: Partial<HttpRequest> = {}): Task<HttpResponse> {
    const found = /^(?:(https?):\/\/)?([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(url);
    if (!found) throw new NetworkError('no-such-host', `bad address '${url}'`);
    const port = found[3] ? Number(found[3]) : found[1] === 'https' ? 443 : 80;
    const target = found[4] ?? '/';
    const path = target.startsWith('?') ? `/${target}` : target;
    const headers = { host: found[3] ? `${found[2]}:${found[3]}` : (found[2] ?? ''), ...request.headers };
    return yield* this.http(found[2] ?? '', port, { ...getRequest(path), ...request, path, headers });
  }

  /** One address of a name; throws {@link NetworkError} when there is none. */
  *resolve(name: string): Task<string> {
    const answer = yield* this.lookup(name);
    const [first] = answer.addresses;
    if (first === undefined) {
      const server = this.owner.resolver.servers[0];
      throw new NetworkError(
        'no-such-host',
        `lookup ${name}${server ? ` on ${server}:53` : ''}: ${answer.outcome === 'SERVFAIL' ? 'server misbehaving' : 'no such host'}`,
      );
    }
    return first;
  }

  /** All addresses of a name, with the full name that had them. */
  *lookup(name: string): Task<DnsAnswer> {
    const literal = literalAddress(name) ?? addressInHosts(this.owner.hostsFile(), name);
    if (literal !== undefined) return { kind: 'dns-answer', name, outcome: 'ok', addresses: [literal] };
    const { resolver } = this.owner;
    if (resolver.servers.length === 0) return { kind: 'dns-answer', name, outcome: 'NXDOMAIN', addresses: [] };
    let last: DnsAnswer = { kind: 'dns-answer', name, outcome: 'NXDOMAIN', addresses: [] };
    for (const candidate of candidateNames(name, resolver)) {
      last = yield* this.ask(candidate);
      if (last.outcome === 'ok' && last.addresses.length > 0) return last;
      if (last.outcome === 'SERVFAIL') break;
    }
    return { ...last, name };
  }

  /** Closes everything, as a kernel does for a process that ended. */
  closeAll(): void {
    const { open, listeners } = this;
    this.open = undefined;
    this.listeners = noListeners;
    for (const listener of listeners) this.place().remove(listener);
    if (open) for (const one of open) one.abort();
  }

  /** Asks the name servers in order, each a few times. */
  private *ask(name: string): Task<DnsAnswer> {
    for (let attempt = 0; attempt < dnsAttempts; attempt++) {
      for (const server of this.owner.resolver.servers) {
        const answer = yield* this.askServer(server, name);
        if (answer) return answer;
      }
    }
    return { kind: 'dns-answer', name, outcome: 'SERVFAIL', addresses: [] };
  }

  private *askServer(server: string, name: string): Task<DnsAnswer | undefined> {
    const from = this.place();
    const heard = new Promised<DnsAnswer | undefined>();
    const flight = new Flight(
      this.network,
      from,
      { ip: server, port: 53, protocol: 'UDP' },
      {
        arrived: (_target, listener, way) =>
          listener.answer?.({ kind: 'dns', name }, { ip: from.ip }, (answer) =>
            this.network.carryAlong([...way].reverse(), () => heard.resolve(answer)),
          ),
        failed: () => heard.resolve(undefined),
      },
    );
    const patience = this.network.clock.after(dnsPatience, () => heard.resolve(undefined));
    flight.start();
    try {
      return yield* heard.wait();
    } finally {
      patience.cancel();
      flight.cancel();
    }
  }

  private listen(listener: Listener): () => void {
    const place = this.place();
    if (!place.add(listener)) throw new NetworkError('refused', `listen tcp :${listener.port}: bind: address already in use`);
    this.listeners = this.listeners.concat(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
      place.remove(listener);
    };
  }

  private own(end: ConnectionEnd): void {
    const open = (this.open ??= new Set());
    open.add(end);
    end.onGone = () => {
      open.delete(end);
      end.networkInterface.letGo(end);
    };
  }

  private serveHttp(end: ConnectionEnd, peer: Peer, handler: HttpHandler): void {
    this.own(end);
    this.owner.served?.();
    end.handle(
      (payload) => {
        const isText = typeof payload === 'string';
        const request = isText ? parseHttpText(payload) : payload.kind === 'http-request' ? payload.request : undefined;
        const respond = (response: HttpResponse): void => {
          end.send(isText ? responseText(response) : { kind: 'http-response', response });
          if (isText) end.close();
        };
        if (request === undefined) return respond(textResponse(400, '400 Bad Request'));
        const response = handler(request, peer);
        if (isTask(response)) this.owner.run(response, respond, () => respond(textResponse(500, '500 Internal Server Error')));
        else respond(response);
      },
      () => end.close(),
    );
  }
}

function isTask<T>(value: T | Task<T>): value is Task<T> {
  return typeof value === 'object' && value !== null && 'next' in value;
}
