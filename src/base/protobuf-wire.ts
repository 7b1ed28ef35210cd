// The wire format of protocol buffers: varints, fields with a length, and messages written from their end so that lengths are known.
import { utf8Length } from './text.ts';
import { utf8Text, writeUtf8 } from './utf8.ts';

/** Thrown for bytes that are no message. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Writes a message backwards: the last field first, and of each field its content before its tag. */
export class WireWriter {
  private room = new Uint8Array(1024);
  private start = this.room.length;

  /** How many bytes are written so far; the difference over a nested message is its length. */
  get length(): number {
    return this.room.length - this.start;
  }

  private claim(bytes: number): number {
    if (this.start < bytes) {
      const used = this.length;
      const room = new Uint8Array(Math.max(this.room.length * 2, used + bytes));
      room.set(this.room.subarray(this.start), room.length - used);
      this.room = room;
      this.start = room.length - used;
    }
    this.start -= bytes;
    return this.start;
  }

  /** A whole number of up to 64 bits; negative ones take ten bytes. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      const at = this.claim(1);
      this.room[at] = value;
      return;
    }
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    const at = this.claim(bytes.length);
    this.room.set(bytes, at);
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  double(value: number): void {
    const at = this.claim(8);
    new DataView(this.room.buffer).setFloat64(at, value, true);
  }

  /** Bytes without their length. */
  raw(bytes: Uint8Array): void {
    const at = this.claim(bytes.length);
    this.room.set(bytes, at);
  }

  /** Text without its length. */
  text(text: string): void {
    const at = this.claim(utf8Length(text));
    writeUtf8(text, this.room, at);
  }

  finish(): Uint8Array {
    return this.room.slice(this.start);
  }
}

/** One field as it was met. */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  /** Of varints and fixed numbers. */
  readonly value: number;
  /** The content of a field with a length: from `start` up to `end` of the same bytes. */
  readonly start: number;
  readonly end: number;
}

/** Reads the fields of the message between two positions. */
export class WireReader {
  constructor(
    readonly bytes: Uint8Array,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  /** The next field, or undefined at the message's end. Throws {@link WireError}. */
  next(): WireField | undefined {
    if (this.at >= this.end) return undefined;
    const tag = Number(this.varint());
    const field = { number: Math.floor(tag / 8), wireType: tag % 8, value: 0, start: 0, end: 0 };
    switch (field.wireType) {
      case wireTypes.varint:
        return { ...field, value: Number(BigInt.asIntN(64, this.varint())) };
      case wireTypes.bytes: {
        const length = Number(this.varint());
        return { ...field, start: this.at, end: this.skip(length) };
      }
      case wireTypes.fixed64: {
        const start = this.at;
        this.skip(8);
        return { ...field, value: new DataView(this.bytes.buffer, this.bytes.byteOffset).getFloat64(start, true) };
      }
      case wireTypes.fixed32: {
        const start = this.at;
        this.skip(4);
        return { ...field, value: new DataView(this.bytes.buffer, this.bytes.byteOffset).getFloat32(start, true) };
      }
      default:
        throw new WireError(`proto: illegal wireType ${field.wireType}`);
    }
  }

  private skip(length: number): number {
    if (this.at + length > this.end) throw new WireError('unexpected EOF');
    this.at += length;
    return this.at;
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.skip(1) - 1] ?? 0;
      if (byte < 0x80 && shift === 0n) return BigInt(byte);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('proto: integer overflow');
  }

  text({ start, end }: WireField): string {
    return utf8Text(this.bytes, start, end);
  }

  message({ start, end }: WireField): WireReader {
    return new WireReader(this.bytes, start, end);
  }

  content({ start, end }: WireField): Uint8Array {
    return this.bytes.slice(start, end);
  }
}
