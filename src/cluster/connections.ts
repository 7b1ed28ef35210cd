// What clients outside hold open, by number, and the events that come in on it. One door for all of it, so that a replay can go through it too.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import type { ConnectAnswer, ConnectRequest } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import type { Cluster } from './cluster.ts';

/** What happens on a connection. Its conversations are numbered by `channel`: a command has one, forwarded ports have many. */
export type ConnectionEvent =
  | { readonly event: 'connect'; readonly request: HttpApiRequest }
  /** A real program on this computer connects to a node port. */
  | { readonly event: 'visit'; readonly namespace: string; readonly service: string; readonly nodePort: number }
  | { readonly event: 'open'; readonly channel: number; readonly port: number }
  | { readonly event: 'input'; readonly channel: number; readonly text: string }
  | { readonly event: 'endInput'; readonly channel: number }
  | { readonly event: 'resize'; readonly channel: number; readonly columns: number; readonly rows: number }
  | { readonly event: 'stop'; readonly channel: number }
  | { readonly event: 'close' };

/** Whom to tell of what comes back; nobody in a replay. */
export interface ConnectionListener {
  refused?(response: HttpApiResponse): void;
  granted?(request: ConnectRequest): void;
  /** For the conversation that the event begins. */
  readonly sink?: StreamSink;
}

interface Connection {
  readonly answer: ConnectAnswer | undefined;
  readonly channels: Map<number, StreamInput>;
}

const deaf: StreamSink = { output: () => undefined, errors: () => undefined, ended: () => undefined };

export class Connections {
  private readonly open = new Map<number, Connection>();

  constructor(private readonly cluster: Cluster) {}

  /** Takes in an event; what belongs to no open connection is passed over, for it may have ended meanwhile. */
  take(number: number, event: ConnectionEvent, listener: ConnectionListener = {}): void {
    const { sink = deaf } = listener;
    switch (event.event) {
      case 'connect':
        this.cluster.api.connect(event.request, (answer) => {
          if ('refused' in answer) {
            if (listener.refused) listener.refused(answer.refused);
            else if ('start' in answer.refused) answer.refused.start(() => undefined, () => undefined).stop();
            return;
          }
          this.open.set(number, { answer, channels: new Map() });
          listener.granted?.(answer.granted);
        });
        return;
      case 'visit':
        this.begin(number, { answer: undefined, channels: new Map() }, 0, sink, (told) => this.cluster.world.traffic.visit(event, told));
        return;
    }
    const connection = this.open.get(number);
    if (!connection) return;
    switch (event.event) {
      case 'open': {
        const { answer } = connection;
        if (answer && 'granted' in answer) this.begin(number, connection, event.channel, sink, (told) => answer.open(event.port, told));
        return;
      }
      case 'input':
        connection.channels.get(event.channel)?.input(event.text);
        return;
      case 'endInput':
        connection.channels.get(event.channel)?.endInput();
        return;
      case 'resize':
        connection.channels.get(event.channel)?.resize(event.columns, event.rows);
        return;
      case 'stop':
        connection.channels.get(event.channel)?.stop();
        connection.channels.delete(event.channel);
        return;
      case 'close':
        this.open.delete(number);
        for (const input of connection.channels.values()) input.stop();
        return;
    }
  }

  private begin(number: number, connection: Connection, channel: number, sink: StreamSink, begin: (sink: StreamSink) => StreamInput): void {
    this.open.set(number, connection);
    let hasEnded = false;
    const input = begin({
      output: (text) => sink.output(text),
      errors: (text) => sink.errors(text),
      ended: (end) => {
        hasEnded = true;
        connection.channels.delete(channel);
        // A visit is one conversation: nothing that could begin another one is left.
        if (connection.answer === undefined) this.open.delete(number);
        sink.ended(end);
      },
    });
    if (!hasEnded) connection.channels.set(channel, input);
  }
}
