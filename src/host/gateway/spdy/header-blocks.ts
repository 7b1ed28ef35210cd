// SPDY's header blocks: names and values, compressed with one history per direction. Blocks must be handed in in the order of the wire.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

export type Headers = Readonly<Record<string, string>>;

const largestBlock = 64 * 1024;

/** Runs one piece through a compressor and gives what comes out of it. */
function through(engine: Deflate | Inflate, piece: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const take = (bytes: Buffer): void => {
      size += bytes.length;
      if (size > largestBlock) fail(new Error('a header block is too large'));
      else pieces.push(bytes);
    };
    const settle = (): void => {
      engine.off('data', take);
      engine.off('error', fail);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    engine.on('data', take);
    engine.on('error', fail);
    engine.write(piece, () =>
      engine.flush(constants.Z_SYNC_FLUSH, () => {
        settle();
        resolve(Buffer.concat(pieces));
      }),
    );
  });
}

export class HeaderBlocks {
  private readonly deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  private readonly inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });

  async read(block: Buffer): Promise<Headers> {
    const plain = await through(this.inflate, block);
    const headers: Record<string, string> = {};
    let at = 0;
    const number = (): number => {
      const value = plain.readUInt32BE(at);
      at += 4;
      return value;
    };
    const text = (): string => {
      const length = number();
      const value = plain.toString('utf8', at, at + length);
      at += length;
      return value;
    };
    for (let count = number(); count > 0; count--) {
      const name = text().toLowerCase();
      headers[name] = text();
    }
    return headers;
  }

  async write(headers: Headers): Promise<Buffer> {
    const number = (value: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    };
    const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
    const pairs = Object.entries(headers);
    return through(this.deflate, Buffer.concat([number(pairs.length), ...pairs.flatMap(([name, value]) => [text(name), text(value)])]));
  }

  close(): void {
    this.deflate.close();
    this.inflate.close();
  }
}
