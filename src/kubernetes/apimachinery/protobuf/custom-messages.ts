// The messages of the types whose JSON is no plain struct: times, quantities, percentages, raw JSON, and the three-faced parts of JSON schemas.
import type { WireReader, WireWriter } from '@/base/protobuf-wire.ts';
import { utf8Bytes } from '@/base/utf8.ts';
import { goJson } from '@/base/text.ts';
import { parseRfc3339, rfc3339, rfc3339Micro, type Instant } from '@/simulation/clock/duration.ts';
import { goDurationText, parseGoDuration } from '../duration/duration.ts';
import { wireTypeOf, type Message } from './messages.ts';

const text = (): ReturnType<typeof wireTypeOf> => wireTypeOf('string');

function writeVarint(writer: WireWriter, number: number, value: number): void {
  writer.varint(value);
  writer.tag(number, 0);
}

function writeText(writer: WireWriter, number: number, value: string): void {
  text().write(value, writer);
  writer.tag(number, 2);
}

/** Seconds and nanoseconds; an unset time is an empty message, written as null. */
function time(print: (at: Instant) => string): Message {
  return {
    write: (value, writer) => {
      const at = typeof value === 'string' ? parseRfc3339(value) : undefined;
      if (at === undefined) return;
      const seconds = Math.floor(at / 1e6);
      writeVarint(writer, 2, (at - seconds * 1e6) * 1000);
      writeVarint(writer, 1, seconds);
    },
    read: (reader) => {
      let [seconds, nanos, isSet] = [0, 0, false];
      for (let field = reader.next(); field; field = reader.next()) {
        isSet = true;
        if (field.number === 1) seconds = field.value;
        else if (field.number === 2) nanos = field.value;
      }
      return isSet ? print((seconds * 1e6 + Math.floor(nanos / 1000)) as Instant) : null;
    },
  };
}

const duration: Message = {
  write: (value, writer) => writeVarint(writer, 1, typeof value === 'string' ? Number(parseGoDuration(value)) : 0),
  read: (reader) => goDurationText(BigInt(reader.next()?.value ?? 0)),
};

const quantity: Message = {
  write: (value, writer) => writeText(writer, 1, typeof value === 'string' ? value : '0'),
  read: (reader) => {
    const field = reader.next();
    return field === undefined ? '0' : text().read(field, reader);
  },
};

const intOrString: Message = {
  write: (value, writer) => {
    const isText = typeof value === 'string';
    writeText(writer, 3, isText ? value : '');
    writeVarint(writer, 2, typeof value === 'number' ? value : 0);
    writeVarint(writer, 1, isText ? 1 : 0);
  },
  read: (reader) => {
    let [isText, number, words]: [boolean, number, unknown] = [false, 0, ''];
    for (let field = reader.next(); field; field = reader.next()) {
      if (field.number === 1) isText = field.value === 1;
      else if (field.number === 2) number = field.value;
      else if (field.number === 3) words = text().read(field, reader);
    }
    return isText ? words : number;
  },
};

/** JSON text as bytes. */
const rawJson: Message = {
  write: (value, writer) => {
    if (value === null || value === undefined) return;
    const bytes = utf8Bytes(goJson(value));
    writer.raw(bytes);
    writer.varint(bytes.length);
    writer.tag(1, 2);
  },
  read: (reader) => {
    const field = reader.next();
    if (field === undefined) return null;
    const json = reader.text(field);
    return json === '' ? null : (JSON.parse(json) as unknown);
  },
};

const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const schema = (): ReturnType<typeof wireTypeOf> => wireTypeOf(`${apiextensions}.JSONSchemaProps`);

function writeSchema(writer: WireWriter, number: number, value: unknown): void {
  schema().write(value, writer);
  writer.tag(number, 2);
}

const isSchema = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const schemaOrBool: Message = {
  write: (value, writer) => {
    if (isSchema(value)) writeSchema(writer, 2, value);
    writeVarint(writer, 1, value === false ? 0 : 1);
  },
  read: (reader) => {
    let allows = false;
    let inner: unknown;
    for (let field = reader.next(); field; field = reader.next()) {
      if (field.number === 1) allows = field.value !== 0;
      else if (field.number === 2) inner = schema().read(field, reader);
    }
    return inner ?? allows;
  },
};

/** A schema, or a list of schemas or texts. */
function schemaOrList(itemType: () => ReturnType<typeof wireTypeOf>): Message {
  return {
    write: (value, writer) => {
      const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
      for (const item of [...items].reverse()) {
        itemType().write(item, writer);
        writer.tag(2, 2);
      }
      if (isSchema(value)) writeSchema(writer, 1, value);
    },
    read: (reader: WireReader) => {
      const items: unknown[] = [];
      let inner: unknown;
      for (let field = reader.next(); field; field = reader.next()) {
        if (field.number === 1) inner = schema().read(field, reader);
        else if (field.number === 2) items.push(itemType().read(field, reader));
      }
      return items.length > 0 ? items : (inner ?? null);
    },
  };
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const customMessages: ReadonlyMap<string, Message> = new Map([
  [`${meta}.Time`, time(rfc3339)],
  [`${meta}.MicroTime`, time(rfc3339Micro)],
  [`${meta}.Duration`, duration],
  [`${meta}.FieldsV1`, rawJson],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', rawJson],
  [`${apiextensions}.JSON`, rawJson],
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', quantity],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', intOrString],
  [`${apiextensions}.JSONSchemaPropsOrBool`, schemaOrBool],
  [`${apiextensions}.JSONSchemaPropsOrArray`, schemaOrList(schema)],
  [`${apiextensions}.JSONSchemaPropsOrStringArray`, schemaOrList(text)],
]);
