// Objects of a type as protobuf messages and back, made once per type from what schema/ knows. Non-pointer fields are always written, maps in order
// of their keys, as upstream's generated code does.
import { fromBase64, toBase64 } from '@/base/base64.ts';
import { WireError, WireReader, wireTypes, type WireField, type WireWriter } from '@/base/protobuf-wire.ts';
import { requiredSchema, type FieldSchema, type ProtobufField } from '../schema/schema.ts';
import { customMessages } from './custom-messages.ts';

/** How a value of one protobuf type is written and read. */
export interface WireType {
  readonly wireType: number;
  /** Writes a value without its tag, backwards; a nested message writes its length too. */
  write(value: unknown, writer: WireWriter): void;
  read(field: WireField, reader: WireReader): unknown;
  /** The value that a missing map value stands for. */
  readonly zero: unknown;
}

/** A message: what stands between the length and the next field. */
export interface Message {
  write(value: unknown, writer: WireWriter): void;
  read(reader: WireReader): unknown;
}

export function writeSized(writer: WireWriter, content: () => void): void {
  const before = writer.length;
  content();
  writer.varint(writer.length - before);
}

const integer: WireType = {
  wireType: wireTypes.varint,
  write: (value, writer) => writer.varint(typeof value === 'number' ? value : 0),
  read: (field) => field.value,
  zero: 0,
};

const scalars: Readonly<Record<string, WireType>> = {
  string: {
    wireType: wireTypes.bytes,
    write: (value, writer) => writeSized(writer, () => writer.text(typeof value === 'string' ? value : '')),
    read: (field, reader) => reader.text(field),
    zero: '',
  },
  bytes: {
    wireType: wireTypes.bytes,
    write: (value, writer) => writeSized(writer, () => writer.raw(fromBase64(typeof value === 'string' ? value : ''))),
    read: (field, reader) => toBase64(reader.content(field)),
    zero: '',
  },
  int32: integer,
  int64: integer,
  bool: {
    wireType: wireTypes.varint,
    write: (value, writer) => writer.varint(value === true ? 1 : 0),
    read: (field) => field.value !== 0,
    zero: false,
  },
  double: {
    wireType: wireTypes.fixed64,
    write: (value, writer) => writer.double(typeof value === 'number' ? value : 0),
    read: (field) => field.value,
    zero: 0,
  },
};

function nested(model: string): WireType {
  return {
    wireType: wireTypes.bytes,
    write: (value, writer) => writeSized(writer, () => messageOf(model).write(value, writer)),
    read: (field, reader) => messageOf(model).read(reader.message(field)),
    get zero() {
      return messageOf(model).read(new WireReader(new Uint8Array(0)));
    },
  };
}

/** The type of a field's values, by the name that schema/ gives it. */
export function wireTypeOf(name: string): WireType {
  return scalars[name] ?? nested(name);
}

/** One field of a message. */
interface Member {
  readonly number: number;
  write(object: Record<string, unknown>, writer: WireWriter): void;
  read(object: Record<string, unknown>, field: WireField, reader: WireReader): void;
}

type Values = Record<string, unknown>;

function single(name: string, { number, type }: ProtobufField, isPointer: boolean): Member {
  const wire = wireTypeOf(type);
  const isNullable = isPointer || type === 'bytes' || (scalars[type] === undefined && requiredSchema(type).listOf !== undefined);
  return {
    number,
    write: (object, writer) => {
      const value = object[name];
      if (isNullable && (value === undefined || value === null)) return;
      wire.write(value, writer);
      writer.tag(number, wire.wireType);
    },
    read: (object, field, reader) => {
      object[name] = wire.read(field, reader);
    },
  };
}

function repeated(name: string, { number, type }: ProtobufField): Member {
  const wire = wireTypeOf(type);
  return {
    number,
    write: (object, writer) => {
      const items = (object[name] ?? []) as readonly unknown[];
      for (let i = items.length - 1; i >= 0; i--) {
        wire.write(items[i], writer);
        writer.tag(number, wire.wireType);
      }
    },
    read: (object, field, reader) => {
      const items = (object[name] ??= []) as unknown[];
      items.push(wire.read(field, reader));
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function map(name: string, { number, type }: ProtobufField): Member {
  const wire = wireTypeOf(type.slice('map<string,'.length, -1).trim());
  const text = wireTypeOf('string');
  return {
    number,
    write: (object, writer) => {
      const entries = (object[name] ?? {}) as Values;
      for (const key of Object.keys(entries).sort(compare).reverse()) {
        writeSized(writer, () => {
          const value = entries[key];
          if (value !== null || wire !== scalars.bytes) {
            wire.write(value, writer);
            writer.tag(2, wire.wireType);
          }
          text.write(key, writer);
          writer.tag(1, text.wireType);
        });
        writer.tag(number, wireTypes.bytes);
      }
    },
    read: (object, field, reader) => {
      const entries = (object[name] ??= {}) as Values;
      const inner = reader.message(field);
      let key = '';
      let value: unknown;
      for (let part = inner.next(); part; part = inner.next()) {
        if (part.number === 1) key = inner.text(part);
        else if (part.number === 2) value = wire.read(part, inner);
      }
      entries[key] = value ?? wire.zero;
    },
  };
}

/** An embedded struct: a message of its own whose fields stand in the same JSON object. */
function embedded(model: string, { number }: ProtobufField): Member {
  return {
    number,
    write: (object, writer) => {
      writeSized(writer, () => messageOf(model).write(object, writer));
      writer.tag(number, wireTypes.bytes);
    },
    read: (object, field, reader) => {
      Object.assign(object, messageOf(model).read(reader.message(field)));
    },
  };
}

function memberOf(field: FieldSchema): Member | undefined {
  const { protobuf, value } = field;
  if (protobuf === undefined) return undefined;
  if (field.inline && value.kind === 'ref') return embedded(value.model, protobuf);
  if (protobuf.type.startsWith('map<')) return map(field.name, protobuf);
  return protobuf.repeated ? repeated(field.name, protobuf) : single(field.name, protobuf, field.pointer);
}

class StructMessage implements Message {
  private readonly members: readonly Member[];
  private readonly byNumber: ReadonlyMap<number, Member>;

  constructor(fields: readonly FieldSchema[]) {
    const members = fields.flatMap((field) => memberOf(field) ?? []);
    this.members = members.sort((a, b) => b.number - a.number);
    this.byNumber = new Map(members.map((member): [number, Member] => [member.number, member]));
  }

  write(value: unknown, writer: WireWriter): void {
    const object = (value ?? {}) as Values;
    for (const member of this.members) member.write(object, writer);
  }

  read(reader: WireReader): Values {
    const object: Values = {};
    for (let field = reader.next(); field; field = reader.next()) this.byNumber.get(field.number)?.read(object, field, reader);
    return object;
  }
}

/** A named list: `repeated string items = 1`. */
const stringList: Message = {
  write: (value, writer) => repeatedItems.write({ items: value }, writer),
  read: (reader) => {
    const object: Values = { items: [] };
    for (let field = reader.next(); field; field = reader.next())
      if (field.number === 1) repeatedItems.read(object, field, reader);
    return object.items;
  },
};
const repeatedItems = repeated('items', { number: 1, type: 'string', repeated: true });

const messages = new Map<string, Message>();

/** The message of a model. Throws {@link WireError} for one that has no protobuf form. */
export function messageOf(model: string): Message {
  let message = messages.get(model);
  if (message === undefined) {
    const type = requiredSchema(model);
    if (type.custom) message = customMessages.get(model);
    else if (type.listOf !== undefined) message = stringList;
    else message = new StructMessage(type.ownFields);
    if (message === undefined) throw new WireError(`${model} has no protobuf form`);
    messages.set(model, message);
  }
  return message;
}
