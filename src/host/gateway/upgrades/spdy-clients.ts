// Exec, attach and port-forward on SPDY streams, on a connection of their own or inside a WebSocket.
// Upstream: k8s.io/kubelet/pkg/cri/streaming/{remotecommand,portforward}/httpstream.go.
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import type { StreamEnd } from '@/base/stream.ts';
import type { ConnectRequest } from '@/kubernetes/apiserver/endpoints/connects.ts';
import { SpdyConnection, type SpdyStream } from '../spdy/spdy-connection.ts';
import { openCommand, type SendEvent } from './outside.ts';

/** How long a client may take to close after the last word. */
const farewellMilliseconds = 5000;

/** The connection below: a socket or a WebSocket. */
export interface Carrier {
  send(bytes: Buffer): void;
  close(): void;
}

/** Bytes that come in go to the SPDY connection that is given back; the caller closes it when the carrier is gone. */
export function serveSpdy(request: ConnectRequest, send: SendEvent, carrier: Carrier): SpdyConnection {
  const streams = request.kind === 'portforward' ? new ForwardedPorts(send) : new CommandStreams(request, send, carrier);
  return new SpdyConnection((bytes) => carrier.send(bytes), { stream: (stream) => streams.add(stream), broken: () => carrier.close() });
}

const ignored = { data: () => undefined, end: () => undefined, reset: () => undefined };

/** The command begins when all of its streams are there. */
class CommandStreams {
  private readonly streams = new Map<string, SpdyStream>();
  private hasBegun = false;

  constructor(
    private readonly request: ConnectRequest,
    private readonly send: SendEvent,
    private readonly carrier: Carrier,
  ) {}

  add(stream: SpdyStream): void {
    this.streams.set(stream.headers['streamtype'] ?? '', stream);
    const { hasInput, hasOutput, hasErrors, isTerminal } = this.request;
    const wanted = ['error', ...(hasInput ? ['stdin'] : []), ...(hasOutput ? ['stdout'] : []), ...(hasErrors ? ['stderr'] : []), ...(isTerminal ? ['resize'] : [])];
    if (this.hasBegun || !wanted.every((name) => this.streams.has(name))) return;
    this.hasBegun = true;
    this.begin();
  }

  private begin(): void {
    const of = (name: string): SpdyStream | undefined => this.streams.get(name);
    const client = openCommand(this.send, this.request, {
      output: (bytes) => of('stdout')?.write(bytes),
      errors: (bytes) => of('stderr')?.write(bytes),
      end: (status) => {
        if (status === undefined) return this.carrier.close();
        of('error')?.write(Buffer.from(status));
        for (const name of ['stdout', 'stderr', 'error']) of(name)?.end();
        setTimeout(() => this.carrier.close(), farewellMilliseconds).unref();
      },
    });
    of('error')?.listen(ignored);
    of('stdin')?.listen({ data: (bytes) => client.input(bytes), end: () => client.endInput(), reset: () => client.endInput() });
    of('resize')?.listen({ ...ignored, data: (bytes) => bytes.toString('utf8').split('\n').filter(Boolean).forEach((line) => client.resize(line)) });
  }
}

/** Each connection to a forwarded port is a pair of streams that name the same request. */
class ForwardedPorts {
  private readonly pairs = new Map<string, { data?: SpdyStream; error?: SpdyStream }>();
  private channels = 0;

  constructor(private readonly send: SendEvent) {}

  add(stream: SpdyStream): void {
    const { streamtype, requestid = String(stream.id), port = '' } = stream.headers;
    const pair = this.pairs.get(requestid) ?? {};
    this.pairs.set(requestid, pair);
    if (streamtype === 'error') pair.error = stream;
    else pair.data = stream;
    if (!pair.data || !pair.error) return;
    this.pairs.delete(requestid);
    this.begin(pair.data, pair.error, Number(port));
  }

  private begin(data: SpdyStream, error: SpdyStream, port: number): void {
    const channel = this.channels++;
    error.listen(ignored);
    const sink = {
      output: (text: string) => data.write(bytesOfText(text)),
      errors: () => undefined,
      ended: (end: StreamEnd) => {
        if (end.kind === 'failed') error.write(Buffer.from(end.message));
        if (end.kind === 'cut') data.reset();
        else data.end();
        error.end();
      },
    };
    this.send({ event: 'open', channel, port }, { sink });
    data.listen({
      data: (bytes) => this.send({ event: 'input', channel, text: textOfBytes(bytes) }),
      end: () => this.send({ event: 'endInput', channel }),
      reset: () => this.send({ event: 'stop', channel }),
    });
  }
}
