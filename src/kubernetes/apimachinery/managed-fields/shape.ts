// What a value may be and how its parts are owned: which lists have items with identities, which maps and lists are owned whole.
// Built lazily from the types' facts; values of which nothing is known are judged by what they are.
// Upstream: structured-merge-diff, schema.
import type { Json } from '@/base/json.ts';
import { requiredSchema, schemaOf, type FieldSchema, type TypeSchema, type ValueSchema } from '../schema/schema.ts';

export type ScalarShape = 'string' | 'numeric' | 'boolean' | 'untyped';

export interface ListShape {
  /** Owned as one value. */
  readonly isAtomic: boolean;
  /** In order of name; none for a set of scalars. */
  readonly keys: readonly string[];
  readonly items: Shape;
  /** What a key left out of an item counts as. */
  keyDefault(key: string): Json | undefined;
}

export interface MapShape {
  /** Owned as one value. */
  readonly isAtomic: boolean;
  /** A declared member; undefined for the keys of plain maps. */
  field(name: string): Shape | undefined;
  /** Of members that are not declared; undefined when there may be none. */
  readonly values: Shape | undefined;
}

/** More than one when only the value tells (deduced). */
export interface Shape {
  readonly scalar?: ScalarShape;
  readonly list?: ListShape;
  readonly map?: MapShape;
}

const noKeys: readonly string[] = [];
const nothing = () => undefined;

/** Whole values, whatever they are: the items of deduced lists, and what a RawExtension holds. */
class WholeShape implements Shape {
  readonly scalar = 'untyped';
  readonly list: ListShape = { isAtomic: true, keys: noKeys, items: this, keyDefault: nothing };
  readonly map: MapShape = { isAtomic: true, field: nothing, values: this };
}

const whole: Shape = new WholeShape();

class DeducedShape implements Shape {
  readonly scalar = 'untyped';
  readonly list: ListShape = { isAtomic: true, keys: noKeys, items: whole, keyDefault: nothing };
  readonly map: MapShape = { isAtomic: false, field: nothing, values: this };
}

/** Of values about which nothing is declared, custom resources above all: maps by their members, lists whole. */
export const deduced: Shape = new DeducedShape();

const scalars: Readonly<Record<'string' | 'integer' | 'number' | 'boolean', Shape>> = {
  string: { scalar: 'string' },
  integer: { scalar: 'numeric' },
  number: { scalar: 'numeric' },
  boolean: { scalar: 'boolean' },
};
const untyped: Shape = { scalar: 'untyped' };

/** A struct's members, each looked up when first asked for. */
class StructShape implements MapShape {
  private readonly known = new Map<string, Shape | undefined>();
  readonly values = undefined;

  constructor(
    private readonly type: TypeSchema,
    readonly isAtomic: boolean,
  ) {}

  field(name: string): Shape | undefined {
    const known = this.known.get(name);
    if (known !== undefined || this.known.has(name)) return known;
    const field = this.type.field(name);
    const shape = field && fieldShape(field);
    this.known.set(name, shape);
    return shape;
  }
}

function customShape(type: TypeSchema): Shape {
  const custom = type.custom ?? {};
  if (custom.oneOf || custom.format === 'date-time') return untyped;
  if (custom.type === 'string') return scalars.string;
  if (type.name === 'RawExtension') return whole;
  return deduced;
}

function listShape(items: ValueSchema, field: Pick<FieldSchema, 'listType' | 'listMapKeys'> | undefined): Shape {
  const itemType = items.kind === 'ref' ? requiredSchema(items.model) : undefined;
  return {
    list: {
      isAtomic: field?.listType === undefined || field.listType === 'atomic',
      keys: field?.listType === 'map' ? [...(field.listMapKeys ?? [])].sort() : noKeys,
      items: valueShape(items),
      keyDefault: (key) => itemType?.field(key)?.value.default,
    },
  };
}

function valueShape(value: ValueSchema, field?: FieldSchema): Shape {
  switch (value.kind) {
    case 'any':
      return deduced;
    case 'list':
      return listShape(value.items, field);
    case 'map':
      return { map: { isAtomic: field?.mapType === 'atomic', field: nothing, values: valueShape(value.values) } };
    case 'ref':
      return field?.mapType === 'atomic'
        ? { map: new StructShape(requiredSchema(value.model), true) }
        : shapeOf(value.model);
    default:
      return scalars[value.kind];
  }
}

function fieldShape(field: FieldSchema): Shape {
  return valueShape(field.value, field);
}

const shapes = new Map<string, Shape>();

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** A custom resource: its metadata is known, the rest is deduced. */
const customResource: Shape = {
  map: { isAtomic: false, field: (name) => (name === 'metadata' ? shapeOf(objectMeta) : undefined), values: deduced },
};

/** The shape of a model; of a custom resource when the model is undefined. */
export function shapeOf(model: string | undefined): Shape {
  if (model === undefined) return customResource;
  const known = shapes.get(model);
  if (known) return known;
  const type = schemaOf(model);
  if (!type) return deduced;
  const shape = type.custom
    ? customShape(type)
    : type.listOf
      ? listShape({ kind: 'string' }, undefined)
      : { map: new StructShape(type, type.mapType === 'atomic') };
  shapes.set(model, shape);
  return shape;
}

/** The part of a shape that fits the value; all of it for null, which fits anything. */
export function fitting(shape: Shape, value: unknown): Shape {
  if (value === null || value === undefined) return shape;
  if (Array.isArray(value)) return shape.list ? (shape.scalar || shape.map ? { list: shape.list } : shape) : shape;
  if (typeof value === 'object') return shape.map ? (shape.scalar || shape.list ? { map: shape.map } : shape) : shape;
  return shape.scalar ? (shape.list || shape.map ? { scalar: shape.scalar } : shape) : shape;
}

/** The shape of a map's member. */
export function memberShape(map: MapShape, name: string): Shape {
  return map.field(name) ?? map.values ?? deduced;
}
