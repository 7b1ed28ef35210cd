// SPDY/3.1 as Kubernetes' clients speak it for exec, attach and port-forward: many streams of bytes on one connection. The client opens all of them.
// Differs: no window updates are counted, as the clients' own library does not count them either.
import { HeaderBlocks, type Headers } from './header-blocks.ts';

const version = 3;
const types = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;
const finFlag = 1;
const cancelled = 5;
const largestData = 64 * 1024;
const largestFrame = 16 * 1024 * 1024;

/** A stream that the client opened. */
export class SpdyStream {
  private early: Buffer[] = [];
  private isEnded = false;
  private isClosed = false;
  private listener: { data(bytes: Buffer): void; end(): void; reset(): void } | undefined;

  constructor(
    readonly id: number,
    readonly headers: Headers,
    private readonly connection: SpdyConnection,
  ) {}

  /** What came before somebody listened is told at once. */
  listen(listener: { data(bytes: Buffer): void; end(): void; reset(): void }): void {
    this.listener = listener;
    const { early } = this;
    this.early = [];
    for (const bytes of early) listener.data(bytes);
    if (this.isEnded) listener.end();
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.connection.sendData(this.id, bytes, false);
  }

  /** This side sends no more. */
  end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.sendData(this.id, new Uint8Array(), true);
  }

  reset(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.sendReset(this.id);
  }

  /** For the connection: something came. */
  take(bytes: Buffer, isLast: boolean): void {
    if (this.isEnded) return;
    this.isEnded = isLast;
    if (bytes.length > 0) {
      if (this.listener) this.listener.data(bytes);
      else this.early.push(bytes);
    }
    if (isLast) this.listener?.end();
  }

  /** For the connection: the client gave it up. */
  takeReset(): void {
    this.isClosed = true;
    this.isEnded = true;
    this.listener?.reset();
  }
}

export interface SpdyListener {
  stream(stream: SpdyStream): void;
  /** The client does not speak SPDY/3.1: nothing more is read. */
  broken(): void;
}

/** See the file's header. Bytes come in by {@link receive} and leave by `send`. */
export class SpdyConnection {
  private readonly blocks = new HeaderBlocks();
  private readonly streams = new Map<number, SpdyStream>();
  private rest: Buffer = Buffer.alloc(0);
  /** Frames are read one after another, because header blocks take a moment. */
  private reading: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly send: (bytes: Buffer) => void,
    private readonly listener: SpdyListener,
  ) {}

  receive(bytes: Buffer): void {
    this.reading = this.reading.then(() => this.read(bytes)).catch(() => {
      if (!this.isClosed) this.listener.broken();
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.blocks.close();
  }

  sendData(id: number, bytes: Uint8Array, isLast: boolean): void {
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + largestData);
      at += piece.length;
      const head = Buffer.alloc(8);
      head.writeUInt32BE(id);
      head.writeUInt32BE((((isLast && at >= bytes.length ? finFlag : 0) << 24) | piece.length) >>> 0, 4);
      this.put(Buffer.concat([head, piece]));
    } while (at < bytes.length);
  }

  sendReset(id: number): void {
    this.streams.delete(id);
    this.control(types.rstStream, numbers(id, cancelled));
  }

  private async read(bytes: Buffer): Promise<void> {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    while (!this.isClosed && this.rest.length >= 8) {
      const length = this.rest.readUIntBE(5, 3);
      if (length > largestFrame) throw new Error('a frame is too large');
      if (this.rest.length < 8 + length) return;
      const frame = this.rest.subarray(0, 8 + length);
      this.rest = this.rest.subarray(8 + length);
      await this.frame(frame);
    }
  }

  private async frame(frame: Buffer): Promise<void> {
    const flags = frame.readUInt8(4);
    const body = frame.subarray(8);
    const isLast = (flags & finFlag) !== 0;
    if ((frame.readUInt8(0) & 0x80) === 0) {
      this.streams.get(frame.readUInt32BE(0))?.take(body, isLast);
      return;
    }
    if ((frame.readUInt16BE(0) & 0x7fff) !== version) throw new Error('this is not SPDY/3');
    switch (frame.readUInt16BE(2)) {
      case types.synStream:
        return this.opened(body, isLast);
      case types.headers:
        await this.blocks.read(body.subarray(4));
        return;
      case types.rstStream: {
        const id = body.readUInt32BE(0);
        this.streams.get(id)?.takeReset();
        this.streams.delete(id);
        return;
      }
      case types.ping:
        this.control(types.ping, Buffer.from(body));
        return;
      default:
        return;
    }
  }

  private async opened(body: Buffer, isLast: boolean): Promise<void> {
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.blocks.read(body.subarray(10));
    if (this.isClosed) return;
    const stream = new SpdyStream(id, headers, this);
    this.streams.set(id, stream);
    this.control(types.synReply, Buffer.concat([numbers(id), await this.blocks.write({})]));
    if (isLast) stream.take(Buffer.alloc(0), true);
    this.listener.stream(stream);
  }

  private control(type: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8000 | version);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(body.length, 4);
    this.put(Buffer.concat([head, body]));
  }

  private put(bytes: Buffer): void {
    if (!this.isClosed) this.send(bytes);
  }
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32BE(value, 4 * at));
  return bytes;
}
