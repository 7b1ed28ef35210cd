// Objects in upstream's protobuf form: `k8s\0`, then an envelope that names the kind, then the message. What kubectl and client-go speak to built-in kinds.
// Upstream: apimachinery/pkg/runtime/serializer/protobuf.
import { WireError, WireReader, WireWriter } from '@/base/protobuf-wire.ts';
import { decode } from '../codec/codec.ts';
import { modelOfKind, schemaOf } from '../schema/schema.ts';
import { messageOf, wireTypeOf, writeSized } from './messages.ts';

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

/** Thrown for bytes that cannot be read, and for kinds that have no protobuf form. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

interface Typed {
  readonly apiVersion?: string;
  readonly kind?: string;
}

export interface ProtobufObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** As JSON has it, apiVersion and kind included. */
  readonly object: Readonly<Record<string, unknown>>;
}

const magic = [0x6b, 0x38, 0x73, 0x00];

/** Whether these bytes begin as protobuf objects do. */
export function isProtobuf(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function modelOf(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  const model = modelOfKind(group, version, kind);
  const fields = model === undefined ? [] : (schemaOf(model)?.ownFields ?? []);
  const hasForm = fields.every((field) => field.inline) || fields.some((field) => field.protobuf !== undefined);
  if (model === undefined || !hasForm) {
    throw new ProtobufError(
      `object *${version}.${kind} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message`,
    );
  }
  return model;
}

/** The bytes of an object that says its apiVersion and kind. Throws {@link ProtobufError} for kinds without a protobuf form. */
export function encodeProtobuf(object: Typed): Uint8Array {
  const { apiVersion = '', kind = '' } = object;
  const message = messageOf(modelOf(apiVersion, kind));
  const writer = new WireWriter();
  const text = wireTypeOf('string');
  for (const field of [4, 3]) {
    text.write('', writer);
    writer.tag(field, 2);
  }
  writeSized(writer, () => message.write(object, writer));
  writer.tag(2, 2);
  writeSized(writer, () => {
    text.write(kind, writer);
    writer.tag(2, 2);
    text.write(apiVersion, writer);
    writer.tag(1, 2);
  });
  writer.tag(1, 2);
  writer.raw(Uint8Array.from(magic));
  return writer.finish();
}

interface Envelope extends Typed {
  readonly content: WireReader | undefined;
}

function readEnvelope(bytes: Uint8Array): Envelope {
  const reader = new WireReader(bytes, magic.length);
  let apiVersion = '';
  let kind = '';
  let content: WireReader | undefined;
  for (let field = reader.next(); field; field = reader.next()) {
    if (field.number === 2) content = reader.message(field);
    if (field.number !== 1) continue;
    const names = reader.message(field);
    for (let name = names.next(); name; name = names.next()) {
      if (name.number === 1) apiVersion = names.text(name);
      else if (name.number === 2) kind = names.text(name);
    }
  }
  return { apiVersion, kind, content };
}

/** Reads an object; `expected` stands in where the bytes do not name a kind. Throws {@link ProtobufError}. */
export function decodeProtobuf(bytes: Uint8Array, expected: Typed = {}): ProtobufObject {
  if (!isProtobuf(bytes))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const envelope = readEnvelope(bytes);
    const apiVersion = envelope.apiVersion || (expected.apiVersion ?? '');
    const kind = envelope.kind || (expected.kind ?? '');
    const model = modelOf(apiVersion, kind);
    const content = envelope.content === undefined ? {} : messageOf(model).read(envelope.content);
    const { object } = decode<Record<string, unknown>>(model, { kind, apiVersion, ...(content as object) });
    return { apiVersion, kind, object };
  } catch (error) {
    if (error instanceof WireError || error instanceof SyntaxError) throw new ProtobufError(error.message);
    throw error;
  }
}

/** One event of a watch as one frame of the stream: four bytes of length, then the event with its object in an envelope. */
export function encodeWatchFrame(type: string, object: Typed): Uint8Array {
  const writer = new WireWriter();
  const inner = encodeProtobuf(object);
  writeSized(writer, () => {
    writer.raw(inner);
    writer.varint(inner.length);
    writer.tag(1, 2);
  });
  writer.tag(2, 2);
  wireTypeOf('string').write(type, writer);
  writer.tag(1, 2);
  const { length } = writer;
  writer.raw(Uint8Array.from([length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff]));
  return writer.finish();
}
