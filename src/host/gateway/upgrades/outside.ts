// What the doors for taken-over connections share: the way into the session, and how answers look.
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import type { StreamEnd, StreamSink } from '@/base/stream.ts';
import { statusOfEnd, type ConnectRequest } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { ConnectionEvent, ConnectionListener } from '@/cluster/connections.ts';

/** Sends an event of one connection into the session. */
export type SendEvent = (event: ConnectionEvent, listener?: ConnectionListener) => void;

/** A wire on which a command's streams travel apart. */
export interface CommandWire {
  output(bytes: Uint8Array): void;
  errors(bytes: Uint8Array): void;
  /** The last word, as JSON; then the wire is closed. Without a word it is cut. */
  end(status: string | undefined): void;
}

/** What the wire's client says. */
export interface CommandInput {
  input(bytes: Uint8Array): void;
  endInput(): void;
  /** `{"Width":80,"Height":24}` */
  resize(json: string): void;
}

/** Begins the conversation of exec and attach over any wire. */
export function openCommand(send: SendEvent, request: ConnectRequest, wire: CommandWire): CommandInput {
  const sink: StreamSink = {
    output: (text) => void (request.hasOutput && wire.output(bytesOfText(text))),
    errors: (text) => void (request.hasErrors && wire.errors(bytesOfText(text))),
    ended: (end) => wire.end(statusText(end)),
  };
  send({ event: 'open', channel: 0, port: 0 }, { sink });
  return {
    input: (bytes) => void (request.hasInput && bytes.length > 0 && send({ event: 'input', channel: 0, text: textOfBytes(bytes) })),
    endInput: () => void (request.hasInput && send({ event: 'endInput', channel: 0 })),
    resize: (json) => {
      const size = sizeOf(json);
      if (size && request.isTerminal) send({ event: 'resize', channel: 0, ...size });
    },
  };
}

function statusText(end: StreamEnd): string | undefined {
  const status = statusOfEnd(end);
  return status && JSON.stringify(status);
}

function sizeOf(json: string): { columns: number; rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(json) as { Width?: unknown; Height?: unknown };
    return Number.isInteger(Width) && Number.isInteger(Height) ? { columns: Width as number, rows: Height as number } : undefined;
  } catch {
    return undefined;
  }
}
