// A connection as a client outside holds it: bytes in, bytes out. Where the listener speaks HTTP the bytes become requests, one after another.
import { bytesOfText } from '@/base/byte-text.ts';
import type { StreamEnd, StreamInput, StreamSink } from '@/base/stream.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Process, TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ConnectionEnd } from './connection.ts';
import { HttpRefusal, HttpRequestReader, responseBytes, type ReadRequest } from './http-bytes.ts';
import { textResponse } from './payload.ts';

/** How long an answer may still come after the client said that it sends no more. */
const halfClosedPatience = seconds(5);
/** More than this may not wait for a connection to be made. */
const mostEarlyText = 4 * 1024 * 1024;

export interface ByteConnectionOptions {
  readonly process: Process;
  dial(): Task<ConnectionEnd>;
  readonly sink: StreamSink;
  /** Words for a connection that could not be made. */
  refusal?(error: NetworkError): string;
  /** The first thing that came back: a status, or 0 for what is no HTTP. */
  answered?(status: number, size: number): void;
}

/** Opens it; what is sent before it is made waits. */
export function openByteConnection(options: ByteConnectionOptions): StreamInput {
  return new ByteConnection(options);
}

class ByteConnection implements StreamInput {
  private end: ConnectionEnd | undefined;
  private early = '';
  private isInputOver = false;
  private isOver = false;
  private isServing = false;
  private readonly task: TaskHandle<void>;
  private serving: TaskHandle<void> | undefined;
  private readonly requests = new HttpRequestReader(() => this.options.sink.output('HTTP/1.1 100 Continue\r\n\r\n'));

  constructor(private readonly options: ByteConnectionOptions) {
    this.task = options.process.spawn(this.run());
  }

  input(text: string): void {
    if (this.isOver || this.isInputOver) return;
    if (this.end) this.send(text);
    else {
      this.early += text;
      if (this.early.length > mostEarlyText) this.finish({ kind: 'cut' });
    }
  }

  endInput(): void {
    this.isInputOver = true;
    if (this.end && !this.isServing) this.options.process.after(halfClosedPatience, () => this.finish({ kind: 'exit', code: 0 }));
  }

  resize(): void {
    return;
  }

  stop(): void {
    this.isOver = true;
    this.end?.close();
    this.task.stop();
    this.serving?.stop();
  }

  private *run(): Task<void> {
    try {
      const end = yield* this.options.dial();
      this.end = end;
      const { early } = this;
      this.early = '';
      if (early !== '') this.send(early);
      if (this.isInputOver) this.endInput();
      if (!end.isHttp) yield* this.hear(end);
      else yield* this.untilGone();
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (this.end) this.finish({ kind: 'cut' });
      else this.finish({ kind: 'failed', message: this.options.refusal?.(error) ?? error.message });
    } finally {
      this.finish({ kind: 'cut' });
    }
  }

  private *hear(end: ConnectionEnd): Task<void> {
    for (let payload = yield* end.receive(); payload !== undefined; payload = yield* end.receive()) {
      const text = typeof payload === 'string' ? payload : payload.kind === 'http-response' ? responseBytes(payload.response, { method: 'GET' }, false) : '';
      this.options.answered?.(0, text.length);
      this.options.sink.output(text);
    }
    this.finish({ kind: 'exit', code: 0 });
  }

  /** Requests are served as they come; nothing else ends this but the client or the process. */
  private *untilGone(): Task<void> {
    yield { subscribe: () => () => undefined };
  }

  private send(text: string): void {
    const { end } = this;
    if (!end) return;
    if (!end.isHttp) {
      end.send(text);
      return;
    }
    this.requests.push(bytesOfText(text));
    if (!this.isServing) this.serving = this.options.process.spawn(this.serve(end));
  }

  private *serve(end: ConnectionEnd): Task<void> {
    this.isServing = true;
    try {
      for (let read = this.requests.next(); read; read = this.requests.next()) if (!(yield* this.exchange(end, read))) return;
    } catch (error) {
      if (error instanceof HttpRefusal) {
        this.options.sink.output(responseBytes(textResponse(error.status, error.message), { method: 'GET' }, false));
        this.finish({ kind: 'exit', code: 0 });
      } else if (error instanceof NetworkError) this.finish({ kind: 'cut' });
      else throw error;
    } finally {
      this.isServing = false;
    }
    if (this.isInputOver) this.finish({ kind: 'exit', code: 0 });
  }

  /** Answers whether the connection goes on. */
  private *exchange(end: ConnectionEnd, { request, isKeptAlive }: ReadRequest): Task<boolean> {
    end.send({ kind: 'http-request', request });
    const reply = yield* end.receive();
    if (reply === undefined || typeof reply === 'string' || reply.kind !== 'http-response') {
      this.finish({ kind: 'cut' });
      return false;
    }
    this.options.answered?.(reply.response.status, reply.response.body.length);
    this.options.sink.output(responseBytes(reply.response, request, isKeptAlive));
    if (!isKeptAlive) this.finish({ kind: 'exit', code: 0 });
    return isKeptAlive;
  }

  private finish(how: StreamEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.end?.close();
    this.options.sink.ended(how);
    this.task.stop();
  }
}
