// Node ports on this computer's loopback: whatever a real program sends to one goes to the emulated machines, and their answers come back.
import { createServer, type Server, type Socket } from 'node:net';
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Session } from '../session/session.ts';

/** A port that another program holds is tried again so often, in wall time. */
const retryMilliseconds = 5000;
const largestUnread = 32 * 1024 * 1024;
const mostConnections = 4096;
/** How long a client may take to close after the last byte. */
const farewellMilliseconds = 5000;
const host = '127.0.0.1';

interface Wanted {
  readonly port: number;
  readonly service: Service;
}

export interface NodePorts {
  close(): void;
}

/** Follows the cluster's Services. `log` takes a sentence for whoever started the host. */
export function openNodePorts(session: Session, log: (sentence: string) => void): NodePorts {
  const ports = new LoopbackPorts(session, log);
  return { close: () => ports.close() };
}

class LoopbackPorts {
  private readonly wanted = new Map<number, Wanted>();
  private readonly servers = new Map<number, Server>();
  private readonly sockets = new Set<Socket>();
  /** Ports that were said to be in use. */
  private readonly told = new Set<number>();
  private readonly forget: () => void;
  private readonly retry: NodeJS.Timeout;
  private isPending = false;
  private isClosed = false;

  constructor(
    private readonly session: Session,
    private readonly log: (sentence: string) => void,
  ) {
    for (const service of session.cluster.peek<Service>('', 'services')) this.want(service);
    this.forget = session.cluster.onWrite(({ group, resource, type, object }) => {
      if (group !== '' || resource !== 'services') return;
      const service = object as Service;
      for (const [port, { service: known }] of this.wanted) if (known.metadata.uid === service.metadata.uid) this.wanted.delete(port);
      if (type === 'put') this.want(service);
      this.soon();
    });
    this.retry = setInterval(() => this.settle(), retryMilliseconds).unref();
    this.settle();
  }

  close(): void {
    this.isClosed = true;
    this.forget();
    clearInterval(this.retry);
    for (const server of this.servers.values()) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private want(service: Service): void {
    for (const { nodePort, protocol = 'TCP' } of service.spec.ports ?? []) if (nodePort && protocol === 'TCP') this.wanted.set(nodePort, { port: nodePort, service });
  }

  /** The engine is at work now: ports are opened after it. */
  private soon(): void {
    if (this.isPending) return;
    this.isPending = true;
    setImmediate(() => {
      this.isPending = false;
      this.settle();
    });
  }

  private settle(): void {
    if (this.isClosed) return;
    for (const [port, server] of this.servers) {
      if (this.wanted.has(port)) continue;
      this.servers.delete(port);
      server.close();
    }
    for (const port of this.told) if (!this.wanted.has(port)) this.told.delete(port);
    for (const { port } of this.wanted.values()) if (!this.servers.has(port)) this.open(port);
  }

  private open(port: number): void {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.serve(port, socket));
    server.maxConnections = mostConnections;
    this.servers.set(port, server);
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (this.servers.get(port) === server) this.servers.delete(port);
      this.refused(port, error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code ?? error.message})`);
    });
    server.listen(port, host, () => this.told.delete(port));
  }

  /** Said once: in the log, and as an Event about the Service. */
  private refused(port: number, why: string): void {
    const wanted = this.wanted.get(port);
    if (this.isClosed || !wanted || this.told.has(port)) return;
    this.told.add(port);
    const { namespace = '', name, uid, resourceVersion } = wanted.service.metadata;
    const message = `Port ${port} of this computer ${why}: the Service works inside the cluster, but is not reached from here`;
    this.log(`Service ${namespace}/${name}: ${message}.`);
    const time = rfc3339(this.session.now);
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Service', namespace, name, uid, resourceVersion },
      type: 'Warning',
      reason: 'PortInUse',
      message,
      source: { component: 'kubarium' },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      reportingComponent: 'kubarium',
    };
    this.session.http(
      {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/events`,
        query: '',
        headers: { 'content-type': 'application/json', 'user-agent': 'kubarium/host' },
        body: Buffer.from(JSON.stringify(event)),
        credential: { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      },
      () => undefined,
    );
  }

  private serve(nodePort: number, socket: Socket): void {
    const wanted = this.wanted.get(nodePort);
    if (!wanted) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    const { namespace = '', name: service } = wanted.service.metadata;
    const send = this.session.connection();
    // What comes after the end says nothing new and is no input.
    let isOver = false;
    const sink = {
      output: (text: string): void => {
        if (!socket.writable) return;
        socket.write(bytesOfText(text));
        if (socket.writableLength > largestUnread) socket.destroy();
      },
      errors: () => undefined,
      ended: ({ kind }: { readonly kind: string }): void => {
        isOver = true;
        if (kind === 'exit') {
          socket.end();
          setTimeout(() => socket.destroy(), farewellMilliseconds).unref();
        } else socket.resetAndDestroy();
      },
    };
    send({ event: 'visit', namespace, service, nodePort }, { sink });
    socket.on('data', (bytes) => void (isOver || send({ event: 'input', channel: 0, text: textOfBytes(bytes) })));
    socket.on('end', () => void (isOver || send({ event: 'endInput', channel: 0 })));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (!isOver) send({ event: 'close' });
    });
  }
}
