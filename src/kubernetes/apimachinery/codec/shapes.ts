// Decoders of values, made once per type from what schema/ knows. A decoder gives back the very value it got when Go would write it back the same,
// so that ten thousand pods of one template go on sharing one spec.
import { equalJson } from '@/base/json.ts';
import { requiredSchema, type FieldSchema, type TypeSchema, type ValueSchema } from '../schema/schema.ts';
import { customForm } from './custom-forms.ts';
import { numberText, type Decoding } from './decoding.ts';
import { goType } from './go-types.ts';

/** Where a value stands, to find how a number was written. */
export interface Place {
  readonly parent: object | undefined;
  readonly key: string | number;
  /** What stands at this place in an object that was decoded before; where both are the same nothing is looked at again. */
  readonly known?: unknown;
}

/** How values of one type are read. */
export interface Shape {
  /** What Go writes for the zero value. */
  readonly zero: unknown;
  /** Whether omitempty leaves this value out. */
  isEmpty(value: unknown): boolean;
  /** `value` is neither null nor undefined. */
  decode(value: unknown, decoding: Decoding, place: Place): unknown;
}

const never = (): boolean => false;
const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function scalar(value: ValueSchema, isInner: boolean, zero: string | boolean): Shape {
  const kind = typeof zero;
  return {
    zero,
    isEmpty: (given) => given === zero,
    decode: (given, decoding) => {
      if (typeof given === kind) return given;
      decoding.mismatch(given, goType(value, decoding.innermost, isInner));
      return zero;
    },
  };
}

function numeric(value: ValueSchema, isInner: boolean): Shape {
  const isWhole = value.kind === 'integer';
  const isSmall = isWhole && value.format === 'int32';
  const fits = (given: number): boolean =>
    !isWhole || (Number.isInteger(given) && (isSmall ? given === (given | 0) : Math.abs(given) <= 2 ** 63));
  return {
    zero: 0,
    isEmpty: (given) => given === 0,
    decode: (given, decoding, { parent, key }) => {
      if (typeof given !== 'number') decoding.mismatch(given, goType(value, decoding.innermost, isInner));
      else {
        const text = isWhole ? numberText(given, parent, key) : '';
        if (fits(given) && (!isWhole || /^-?\d+$/.test(text))) return given;
        decoding.badNumber(text, goType(value, decoding.innermost, isInner));
      }
      return 0;
    },
  };
}

/** Bytes, as base64 text. */
function bytes(value: ValueSchema, isInner: boolean): Shape {
  return {
    zero: null,
    isEmpty: (given) => given === '' || given === null,
    decode: (given, decoding) => {
      if (typeof given !== 'string') {
        decoding.mismatch(given, goType(value, decoding.innermost, isInner));
        return null;
      }
      const text = given.replace(/[\r\n]/g, '');
      const wrongAt = base64Problem(text);
      if (wrongAt === undefined) return text;
      decoding.typeError ??= `illegal base64 data at input byte ${wrongAt}`;
      return null;
    },
  };
}

/** Where Go stops reading padded base64, or undefined when it reads all. */
function base64Problem(text: string): number | undefined {
  const good = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  if (good.test(text)) return undefined;
  const quartets = /^(?:[A-Za-z0-9+/]{4})*/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(quartets);
  const digits = /^[A-Za-z0-9+/]*/.exec(rest)?.[0].length ?? 0;
  const at = quartets + digits;
  if (at >= text.length) return digits === 0 ? undefined : quartets;
  if (text[at] !== '=' || digits < 2) return at;
  const end = at + (digits === 2 ? 2 : 1);
  if (digits === 2 && text[at + 1] !== '=') return at + 1 >= text.length ? text.length : at + 1;
  return end;
}

function list(value: Extract<ValueSchema, { readonly kind: 'list' }>, isInner: boolean): Shape {
  let items: Shape | undefined;
  return {
    zero: null,
    isEmpty: (given) => given === null || (Array.isArray(given) && given.length === 0),
    decode: (given, decoding) => {
      if (!Array.isArray(given)) {
        decoding.mismatch(given, goType(value, decoding.innermost, isInner));
        return null;
      }
      items ??= shapeOf(value.items, true);
      let copy: unknown[] | undefined;
      for (let i = 0; i < given.length; i++) {
        const item = given[i] as unknown;
        decoding.enter({ index: i });
        const read = item === null ? items.zero : items.decode(item, decoding, { parent: given, key: i });
        decoding.leave();
        if (read !== item) (copy ??= [...(given as unknown[])])[i] = read;
      }
      return copy ?? given;
    },
  };
}

function map(value: Extract<ValueSchema, { readonly kind: 'map' }>, isInner: boolean): Shape {
  let values: Shape | undefined;
  return {
    zero: null,
    isEmpty: (given) => given === null || (isPlainObject(given) && Object.keys(given).length === 0),
    decode: (given, decoding) => {
      if (!isPlainObject(given)) {
        decoding.mismatch(given, goType(value, decoding.innermost, isInner));
        return null;
      }
      values ??= shapeOf(value.values, true);
      let copy: Record<string, unknown> | undefined;
      for (const key of Object.keys(given)) {
        const member = given[key];
        if (member === undefined) continue;
        decoding.enter({ key });
        const read = member === null ? values.zero : values.decode(member, decoding, { parent: given, key });
        decoding.leave();
        if (read !== member) (copy ??= { ...given })[key] = read;
      }
      return copy ?? given;
    },
  };
}

/** A field of a struct, ready to read. */
interface Field {
  readonly name: string;
  /** The name with those of the embedded structs it comes from, as Go's messages have it. */
  readonly goPath: string;
  readonly shape: Shape;
  readonly isPointer: boolean;
  readonly omitsEmpty: boolean;
  readonly omitsZero: boolean;
  /** What stands for a field that was not given; undefined when it is left out. */
  readonly absent: unknown;
}

/** For fields of embedded structs: the structs' names on the way to them. */
function embeddedPaths(type: TypeSchema, prefix = ''): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { inline, value } of type.ownFields) {
    if (!inline || value.kind !== 'ref') continue;
    const inner = requiredSchema(value.model);
    const path = `${prefix}${inner.name}.`;
    for (const { name } of inner.fields) paths.set(name, `${path}${name}`);
    for (const [name, deeper] of embeddedPaths(inner, path)) paths.set(name, deeper);
  }
  return paths;
}

function fieldOf({ name, value, pointer, omitEmpty, omitZero }: FieldSchema, goPath: string): Field {
  const shape = shapeOf(value, false);
  const isStruct = value.kind === 'ref' && requiredSchema(value.model).listOf === undefined;
  const isOmitted = omitZero || (omitEmpty && (pointer || !isStruct));
  return {
    name,
    goPath,
    shape,
    isPointer: pointer,
    omitsEmpty: omitEmpty && !pointer && !isStruct,
    omitsZero: omitZero && !pointer,
    get absent() {
      return isOmitted ? undefined : pointer ? null : shape.zero;
    },
  };
}

/** How many objects of one type are remembered as good. */
const passedLimit = 8;

/** Reads objects of one type. */
class StructShape implements Shape {
  private fields: ReadonlyMap<string, Field> | undefined;
  /** Those that are written even when they were not given. */
  private written: readonly Field[] = [];
  private zeroValue: unknown;
  /** The last objects that came through unchanged, such as templates' specs: they are not looked at again. */
  private readonly passed: object[] = [];
  private passedCount = 0;
  readonly isEmpty = never;

  constructor(
    private readonly type: TypeSchema,
    private readonly goName: string,
  ) {}

  get zero(): unknown {
    return (this.zeroValue ??= this.complete({}));
  }

  private prepare(): ReadonlyMap<string, Field> {
    if (this.fields) return this.fields;
    const embedded = embeddedPaths(this.type);
    const fields = new Map(
      this.type.fields.map((field): [string, Field] => [field.name, fieldOf(field, embedded.get(field.name) ?? field.name)]),
    );
    this.fields = fields;
    this.written = [...fields.values()].filter((field) => field.absent !== undefined);
    return fields;
  }

  private complete(given: Record<string, unknown>): Record<string, unknown> {
    this.prepare();
    const object = { ...given };
    for (const { name, absent } of this.written) if (object[name] === undefined) object[name] = absent;
    return object;
  }

  decode(value: unknown, decoding: Decoding, place?: Place): unknown {
    if (!isPlainObject(value)) {
      decoding.mismatch(value, this.goName);
      return this.zero;
    }
    if (this.passed.includes(value)) return value;
    const known = isPlainObject(place?.known) ? place.known : undefined;
    const fields = this.prepare();
    let changes: Record<string, unknown> | undefined;
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (known !== undefined && member !== undefined && known[name] === member) continue;
      const field = fields.get(name);
      let read: unknown;
      if (field !== undefined) read = this.member(field, member, decoding, value, known?.[name]);
      else if (member !== undefined) decoding.unknownField(name);
      if (read !== member) (changes ??= {})[name] = read;
    }
    const isWhole = this.written.every(({ name }) => value[name] !== undefined);
    if (changes === undefined && isWhole) {
      if (decoding.typeError === undefined && decoding.unknown.length === 0) this.pass(value);
      return value;
    }
    const object = this.complete(changes === undefined ? value : merged(value, changes));
    if (decoding.typeError === undefined) this.pass(object);
    return object;
  }

  /** Remembering all of them, even weakly, would cost more than most of them ever save. */
  private pass(object: object): void {
    this.passed[this.passedCount++ % passedLimit] = object;
  }

  private member(field: Field, value: unknown, decoding: Decoding, parent: object, known: unknown): unknown {
    if (value === null || value === undefined) return field.absent;
    decoding.enter({ field: field.name, goPath: field.goPath, struct: this.type.name });
    const read = field.shape.decode(value, decoding, { parent, key: field.name, known });
    decoding.leave();
    if (field.isPointer) return read;
    if (field.omitsEmpty && field.shape.isEmpty(read)) return undefined;
    return field.omitsZero && (read === null || equalJson(read, field.shape.zero)) ? undefined : read;
  }
}

/** `value` with some members changed; those changed to undefined are gone. */
function merged(value: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = name in changes ? changes[name] : value[name];
    if (member !== undefined) object[name] = member;
  }
  return object;
}

const structs = new Map<string, Shape>();

/** How objects of a model are read. */
export function structShape(model: string): Shape {
  let shape = structs.get(model);
  if (shape === undefined) {
    const type = requiredSchema(model);
    if (type.custom) shape = { ...customForm(model), isEmpty: never };
    else if (type.listOf !== undefined) shape = list({ kind: 'list', items: { kind: 'string' } }, false);
    else shape = new StructShape(type, model.split('.').slice(-2).join('.'));
    structs.set(model, shape);
  }
  return shape;
}

function shapeOf(value: ValueSchema, isInner: boolean): Shape {
  switch (value.kind) {
    case 'ref':
      return structShape(value.model);
    case 'list':
      return list(value, isInner);
    case 'map':
      return map(value, isInner);
    case 'integer':
    case 'number':
      return numeric(value, isInner);
    case 'boolean':
      return scalar(value, isInner, false);
    case 'any':
      return { zero: null, isEmpty: (given) => given === null, decode: (given) => given };
    default:
      return value.format === 'byte' ? bytes(value, isInner) : scalar(value, isInner, '');
  }
}
