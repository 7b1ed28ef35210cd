// SPDY/3.1 frames, with a client's side made from the same parts: streams open, carry bytes both ways, end and are given up, however the wire cuts them.
import { expect, test } from 'vitest';
import { HeaderBlocks } from './header-blocks.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';

function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.from([0x80, 3, 0, type, flags, 0, 0, 0]);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function data(id: number, text: string, flags = 0): Buffer {
  const head = Buffer.from([0, 0, 0, id, flags, 0, 0, 0]);
  head.writeUIntBE(text.length, 5, 3);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}

class Client {
  readonly told: string[] = [];
  readonly streams: SpdyStream[] = [];
  private readonly blocks = new HeaderBlocks();
  private wire = Buffer.alloc(0);
  readonly connection = new SpdyConnection((bytes) => (this.wire = Buffer.concat([this.wire, bytes])), {
    stream: (stream) => {
      this.streams.push(stream);
      const name = stream.headers['streamtype'] ?? '';
      stream.listen({
        data: (bytes) => this.told.push(`${name}: ${bytes.toString('latin1')}`),
        end: () => this.told.push(`${name} ended`),
        reset: () => this.told.push(`${name} given up`),
      });
    },
    broken: () => this.told.push('broken'),
  });

  async syn(id: number, headers: Readonly<Record<string, string>>, flags = 0): Promise<Buffer> {
    return control(1, flags, Buffer.concat([Buffer.from([0, 0, 0, id, 0, 0, 0, 0, 0, 0]), await this.blocks.write(headers)]));
  }

  /** Frames that came back so far, as words. */
  async frames(): Promise<string[]> {
    const found: string[] = [];
    for (let at = 0; at + 8 <= this.wire.length; ) {
      const length = this.wire.readUIntBE(at + 5, 3);
      const [first = 0, , , third = 0] = this.wire.subarray(at, at + 4);
      const flags = this.wire[at + 4] === 1 ? ' last' : '';
      const body = this.wire.subarray(at + 8, at + 8 + length);
      if (first < 0x80) found.push(`data ${third} ${body.length > 20 ? body.length : body.toString('latin1')}${flags}`);
      else if (third === 2) found.push(`reply ${body.readUInt32BE(0)} ${JSON.stringify(await this.blocks.read(body.subarray(4)))}`);
      else found.push(`control ${third} ${body.toString('hex')}`);
      at += 8 + length;
    }
    this.wire = Buffer.alloc(0);
    return found;
  }

  async settle(): Promise<void> {
    for (let at = 0; at < 20; at++) await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([1, 7, 100_000])('streams open, speak and end, in pieces of %d bytes', async (size) => {
  const client = new Client();
  const bytes = Buffer.concat([
    await client.syn(1, { streamType: 'stdin' }),
    data(1, 'hello'),
    await client.syn(3, { streamType: 'error', port: '80' }, 1),
    control(6, 0, Buffer.from([0, 0, 0, 9])),
    control(4, 0, Buffer.alloc(4)),
    data(1, '', 1),
    data(9, 'to nobody'),
    control(3, 0, Buffer.from([0, 0, 0, 3, 0, 0, 0, 5])),
  ]);
  for (let at = 0; at < bytes.length; at += size) client.connection.receive(bytes.subarray(at, at + size));
  await expect.poll(() => client.told).toEqual(['stdin: hello', 'error ended', 'stdin ended', 'error given up']);
  expect(client.streams[1]?.headers).toEqual({ streamtype: 'error', port: '80' });
  client.streams[0]?.write(Buffer.alloc(70_000));
  client.streams[0]?.end();
  client.streams[0]?.write(Buffer.from('too late'));
  expect(await client.frames()).toEqual(['reply 1 {}', 'reply 3 {}', 'control 6 00000009', 'data 1 65536', 'data 1 4464', 'data 1  last']);
});

test('what is no SPDY/3 is given up once', async () => {
  const client = new Client();
  client.connection.receive(Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'));
  client.connection.receive(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]));
  await client.settle();
  expect(new Set(client.told)).toEqual(new Set());
  const other = new Client();
  other.connection.receive(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]));
  await expect.poll(() => other.told).toEqual(['broken']);
});
