// What is known of every API type: fields, lists and keys, defaults, how Go writes it, protobuf numbers.
// Read from facts.json, a type at a time. Codecs, patches, field tracking and the OpenAPI documents are driven by it.
import facts from './facts.json' with { type: 'json' };
import { defined } from '@/base/assert.ts';
import type { Json } from '@/base/json.ts';
import { parseField, type FieldFacts } from './field-facts.ts';

/** The shape of a JSON value: of a field, of a list's items, of a map's values. */
export type ValueSchema =
  | {
      readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'any';
      /** `int32`, `int64`, `double`, `byte` (base64). */
      readonly format?: string;
      readonly enum?: readonly string[];
      /** The declared default, as OpenAPI has it; the defaults of a kind are its descriptor's. */
      readonly default?: Json;
    }
  | { readonly kind: 'ref'; readonly model: string; readonly default?: Json }
  | { readonly kind: 'list'; readonly items: ValueSchema; readonly default?: Json }
  | { readonly kind: 'map'; readonly values: ValueSchema; readonly default?: Json };

export interface ProtobufField {
  readonly number: number;
  /** A scalar, a model's name or `map<string,…>`; of the items when repeated. */
  readonly type: string;
  readonly repeated: boolean;
  /** The field's name in the message when it is not the JSON name. */
  readonly name?: string;
}

export interface FieldSchema {
  /** The JSON name; '' for inlined structs and for the hidden fields of types with their own JSON form. */
  readonly name: string;
  readonly value: ValueSchema;
  /** The fields of `value.model` stand at this level in JSON, but are a message of their own in protobuf (when `protobuf` is there). */
  readonly inline: boolean;
  readonly required: boolean;
  /** Go leaves a zero value out. Has no effect on structs that are not pointers: those are written empty. */
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  /** A Go pointer: absent is distinct from zero. */
  readonly pointer: boolean;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey?: string;
  /** Absent on what is not in the protobuf body (TypeMeta), and on fields newer than the recorded numbers. */
  readonly protobuf?: ProtobufField;
}

/** A JSON form of the type's own: Time, MicroTime, Duration, Quantity, IntOrString, FieldsV1, RawExtension, JSON … */
export interface CustomJson {
  readonly type?: 'string' | 'object';
  readonly format?: string;
  readonly oneOf?: readonly string[];
}

export interface Union {
  readonly discriminator: string;
  readonly 'fields-to-discriminateBy': Readonly<Record<string, string>>;
}

/** One API type. */
export class TypeSchema {
  private byName: ReadonlyMap<string, FieldSchema> | undefined;
  private inOrder: readonly FieldSchema[] | undefined;

  constructor(
    /** The OpenAPI model's name: `io.k8s.api.core.v1.Pod`. */
    readonly model: string,
    /** In Go's order, with inlined structs as one field each: what protobuf and Go's JSON follow. */
    readonly ownFields: readonly FieldSchema[],
    readonly facts: {
      readonly custom?: CustomJson;
      /** The items' type of a named list (ExtraValue, Verbs): a list in JSON, a message `repeated … items = 1` in protobuf. */
      readonly listOf?: string;
      readonly mapType?: 'atomic';
      readonly unions?: readonly Union[];
    },
  ) {}

  /** The Go type's own name: `Pod`. */
  get name(): string {
    return this.model.slice(this.model.lastIndexOf('.') + 1);
  }

  /** The Go package and type: `k8s.io/api/core/v1.Pod`. */
  get go(): string {
    const path = this.model.split('.').slice(2, -1);
    return `k8s.io/${path.join('/')}.${this.name}`;
  }

  get custom(): CustomJson | undefined {
    return this.facts.custom;
  }

  get listOf(): string | undefined {
    return this.facts.listOf;
  }

  get mapType(): 'atomic' | undefined {
    return this.facts.mapType;
  }

  get unions(): readonly Union[] | undefined {
    return this.facts.unions;
  }

  /** The fields as JSON has them, in Go's order: inlined structs resolved. */
  get fields(): readonly FieldSchema[] {
    return (this.inOrder ??= [...this.fieldMap.values()]);
  }

  /** The JSON names of the required fields. */
  get required(): readonly string[] {
    return this.fields.filter((field) => field.required).map((field) => field.name);
  }

  /** The field of a JSON name, of inlined structs too. */
  field(name: string): FieldSchema | undefined {
    return this.fieldMap.get(name);
  }

  private get fieldMap(): ReadonlyMap<string, FieldSchema> {
    if (this.byName) return this.byName;
    const byName = new Map<string, FieldSchema>();
    for (const field of this.ownFields) {
      if (field.inline && field.value.kind === 'ref') {
        for (const inner of requiredSchema(field.value.model).fields)
          if (!byName.has(inner.name)) byName.set(inner.name, inner);
      } else if (field.name !== '') {
        byName.set(field.name, field);
      }
    }
    return (this.byName = byName);
  }
}

interface Facts {
  readonly packages: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, readonly string[]>>;
}

const known = facts as Facts;
const loaded = new Map<string, TypeSchema>();
const kindsOf = new Map<string, ReadonlyMap<string, string>>();

function shortName(model: string): string {
  for (const [word, path] of Object.entries(known.packages))
    if (model.startsWith(`${path}.`)) return word + model.slice(path.length);
  return model.startsWith('io.k8s.api.') ? model.slice('io.k8s.api.'.length) : model;
}

/** The full name of a model that facts.json writes short: `core.v1.Pod`, `meta.v1.ObjectMeta`. */
function modelName(short: string): string {
  const dot = short.indexOf('.');
  const path = known.packages[short.slice(0, dot)];
  return path === undefined ? `io.k8s.api.${short}` : path + short.slice(dot);
}

function load(model: string, [head = '', ...lines]: readonly string[]): TypeSchema {
  const words = new Map(
    head.split(' ').map((word): [string, string] => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)]),
  );
  const oneOf = words.get('oneOf')?.split(',');
  const custom = {
    type: words.get('type') as CustomJson['type'],
    format: words.get('format'),
    ...(oneOf ? { oneOf } : {}),
  };
  const unions = words.get('unions');
  return new TypeSchema(
    model,
    lines.map((line) => fieldSchema(parseField(line))),
    {
      ...(words.has('custom') ? { custom } : {}),
      ...(words.has('listOf') ? { listOf: words.get('listOf') } : {}),
      ...(words.has('map') ? { mapType: 'atomic' } : {}),
      ...(unions ? { unions: JSON.parse(unions) as Union[] } : {}),
    },
  );
}

/** Types whose zero value is not an empty struct in JSON, so that no `{}` is declared as their default. */
const withoutStructDefault = /(Quantity|IntOrString|Time|Duration|RawExtension|FieldsV1|JSON|Verbs|ExtraValue)$/;
const zeroValues: Readonly<Record<string, Json>> = { string: '', integer: 0, number: 0, boolean: false };

function declaredDefault(
  kind: string,
  model: string | undefined,
  format: string | undefined,
  isOptional: boolean,
): Json | undefined {
  if (model !== undefined) return withoutStructDefault.test(model) ? undefined : {};
  return isOptional || format === 'byte' ? undefined : zeroValues[kind];
}

/** `[]core.v1.Container`, `{}string`, `integer:int32` with the field's own enum and defaults, which stand beside the type. */
function valueSchema(text: string, field: FieldFacts, isInner: boolean): ValueSchema {
  if (text.startsWith('[]')) return { kind: 'list', items: valueSchema(text.slice(2), field, true) };
  if (text.startsWith('{}')) return { kind: 'map', values: valueSchema(text.slice(2), field, true) };
  const [kind = 'any', format] = text.split(':');
  const isModel = !(kind in zeroValues) && kind !== 'any';
  const model = isModel ? modelName(kind) : undefined;
  const ruled =
    (field.pointer && !isInner) || field.inline
      ? undefined
      : declaredDefault(kind, model, format, !isInner && (field.omitEmpty || field.pointer));
  const written = isInner ? field.each : field.default;
  const fallback = written === undefined ? ruled : written === '' ? undefined : (JSON.parse(written) as Json);
  const given = fallback === undefined ? {} : { default: fallback };
  if (model !== undefined) return { kind: 'ref', model, ...given };
  return {
    kind: kind as 'string',
    ...(format === undefined ? {} : { format }),
    ...(field.enum ? { enum: field.enum } : {}),
    ...given,
  };
}

function protobufType(value: ValueSchema): string {
  switch (value.kind) {
    case 'ref':
      return value.model;
    case 'list':
      return protobufType(value.items);
    case 'map':
      return `map<string,${protobufType(value.values)}>`;
    case 'integer':
      return value.format ?? 'int64';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      return value.format === 'byte' ? 'bytes' : 'string';
  }
}

function fieldSchema(field: FieldFacts): FieldSchema {
  const value = valueSchema(field.type, field, false);
  const withDefault =
    (value.kind === 'list' || value.kind === 'map') && field.default
      ? { ...value, default: JSON.parse(field.default) as Json }
      : value;
  const { number } = field;
  return {
    name: field.name,
    value: withDefault,
    inline: field.inline,
    required: field.required,
    omitEmpty: field.omitEmpty,
    omitZero: field.omitZero,
    pointer: field.pointer,
    patchStrategy: field.patchStrategy,
    ...(field.listType ? { listType: field.listType } : {}),
    ...(field.listMapKeys ? { listMapKeys: field.listMapKeys } : {}),
    ...(field.mapType ? { mapType: field.mapType } : {}),
    ...(field.patchMergeKey ? { patchMergeKey: field.patchMergeKey } : {}),
    ...(number === undefined
      ? {}
      : {
          protobuf: {
            number,
            type: field.protobufType ?? protobufType(value),
            repeated: field.repeated ?? value.kind === 'list',
            ...(field.protobufName ? { name: field.protobufName } : {}),
          },
        }),
  };
}

/** What is known of an OpenAPI model such as `io.k8s.api.apps.v1.Deployment`; undefined for custom resources. */
export function schemaOf(model: string): TypeSchema | undefined {
  const present = loaded.get(model);
  if (present) return present;
  const lines = known.types[shortName(model)];
  if (!lines) return undefined;
  const type = load(model, lines);
  loaded.set(model, type);
  return type;
}

/** Like {@link schemaOf} for a model that another model names, which is therefore there. */
export function requiredSchema(model: string): TypeSchema {
  return defined(schemaOf(model), `no such API type: ${model}`);
}

/** All models, by name. */
export function models(): readonly string[] {
  return Object.keys(known.types).map(modelName);
}

function kindsIn(groupVersion: string): ReadonlyMap<string, string> {
  let kinds = kindsOf.get(groupVersion);
  if (!kinds) {
    const pairs = (known.kinds[groupVersion] ?? '').split(' ').filter((pair) => pair !== '');
    kinds = new Map(
      pairs.map((pair): [string, string] => [
        pair.slice(0, pair.indexOf('=')),
        modelName(pair.slice(pair.indexOf('=') + 1)),
      ]),
    );
    kindsOf.set(groupVersion, kinds);
  }
  return kinds;
}

/** The model of a kind; the kinds of meta/v1 (DeleteOptions, WatchEvent …) are known in every group and version. */
export function modelOfKind(group: string, version: string, kind: string): string | undefined {
  const model = kindsIn(group === '' ? version : `${group}/${version}`).get(kind);
  if (model !== undefined) return model;
  const meta = modelName(`meta.v1.${kind}`);
  return /Options$|^WatchEvent$|^Status$/.test(kind) && schemaOf(meta) ? meta : undefined;
}
