// The hash of a pod template: what tells one ReplicaSet of a Deployment from the next. It is FNV-1a over the template as Go's spew prints the
// struct, field by field with types, so the printing is rebuilt here from the facts about the types. Upstream: pkg/controller/controller_utils.go
// (ComputeHash), pkg/util/hash, apimachinery/pkg/util/dump.
import { utf8Bytes } from '@/base/utf8.ts';
import {
  schemaOf,
  type FieldSchema,
  type TypeSchema,
  type ValueSchema,
} from '@/kubernetes/apimachinery/schema/schema.ts';
import { goFieldName, goTypeNames } from '../podspec/go-names.ts';
import { printQuantity, printQuantityBehindPointer } from './quantity-print.ts';
import type { PodTemplateSpec } from './types.ts';

const templateModel = 'io.k8s.api.core.v1.PodTemplateSpec';
const states = new WeakMap<PodTemplateSpec, number>();

/**
 * The value of the label `pod-template-hash` for a defaulted template; `collisionCount` is the Deployment's, when a ReplicaSet of this name
 * was taken before.
 */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let state = states.get(template);
  if (state === undefined) {
    state = fnv1a(0x811c9dc5, utf8Bytes(printTemplate(template)));
    states.set(template, state);
  }
  if (collisionCount !== undefined) {
    const bytes = [0, 8, 16, 24].map((shift) => (collisionCount >>> shift) & 0xff);
    state = fnv1a(state, [...bytes, 0, 0, 0, 0]);
  }
  return safeEncode(String(state));
}

/** The template as Go's spew prints it with `%#v`. */
export function printTemplate(template: PodTemplateSpec): string {
  return `(v1.PodTemplateSpec)${struct(requiredType(templateModel), template as unknown as JsonObject)}`;
}

function fnv1a(state: number, bytes: ArrayLike<number>): number {
  let hash = state;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

/** Digits as letters that make no words. Upstream: apimachinery/pkg/util/rand (SafeEncodeString). */
function safeEncode(text: string): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  let out = '';
  for (let i = 0; i < text.length; i++) out += alphabet.charAt(text.charCodeAt(i) % alphabet.length);
  return out;
}

type JsonObject = Readonly<Record<string, unknown>>;

function requiredType(model: string): TypeSchema {
  const type = schemaOf(model);
  if (!type) throw new Error(`no facts about ${model}`);
  return type;
}

const zeroTime = '{wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}';

function struct(type: TypeSchema, object: JsonObject | undefined): string {
  if (type.name === 'Quantity') return printQuantity('');
  if (type.name === 'IntOrString') return intOrString(0);
  if (type.name === 'Time') return `{Time:(time.Time)${zeroTime}}`;
  return `{${type.ownFields.map((field) => member(type, field, object)).join(' ')}}`;
}

function member(type: TypeSchema, field: FieldSchema, object: JsonObject | undefined): string {
  if (field.inline && field.value.kind === 'ref') {
    const inner = requiredType(field.value.model);
    return `${inner.name}:(v1.${inner.name})${struct(inner, object)}`;
  }
  const { json, goType } = fieldFacts(type.name, field);
  const value = object?.[json];
  const name = `${goFieldName(type.name, json)}:`;
  if (!field.pointer) return `${name}(${goType})${content(field.value, value)}`;
  if (goType === 'resource.Quantity' && value)
    return `${name}(*${goType})${printQuantityBehindPointer(String(value))}`;
  return value === undefined || value === null
    ? `${name}(*${goType})<nil>`
    : `${name}(*${goType})${content(field.value, value)}`;
}

/**
 * Differs: the recorded facts are of v1.35, where the last field of a pod's spec was `workloadRef`; v1.36 has `schedulingGroup` in its place.
 */
function fieldFacts(type: string, field: FieldSchema): { readonly json: string; readonly goType: string } {
  if (type === 'PodSpec' && field.name === 'workloadRef')
    return { json: 'schedulingGroup', goType: 'v1.PodSchedulingGroup' };
  return { json: field.name, goType: goTypeNames[`${type}.${field.name}`] ?? goType(field.value) };
}

function goType(value: ValueSchema): string {
  switch (value.kind) {
    case 'ref': {
      const path = value.model.split('.');
      return `${path[path.length - 2]}.${path[path.length - 1]}`;
    }
    case 'list':
      return `[]${goType(value.items)}`;
    case 'map':
      return `map[string]${goType(value.values)}`;
    case 'integer':
      return value.format ?? 'int64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

/** A value without its type; an absent one is Go's zero value. */
function content(schema: ValueSchema, value: unknown): string {
  switch (schema.kind) {
    case 'list': {
      const items = value as readonly unknown[] | undefined;
      return items === undefined || items === null || items.length === 0
        ? '<nil>'
        : `[${items.map((item) => content(schema.items, item)).join(' ')}]`;
    }
    case 'map': {
      const entries = Object.entries((value as JsonObject | undefined) ?? {}).sort(([a], [b]) =>
        a < b ? -1 : 1,
      );
      return entries.length === 0
        ? '<nil>'
        : `map[${entries.map(([key, item]) => `${key}:${content(schema.values, item)}`).join(' ')}]`;
    }
    case 'ref':
      if (schema.model.endsWith('.Quantity')) return printQuantity(String(value ?? ''));
      if (schema.model.endsWith('.IntOrString'))
        return intOrString((value as number | string | undefined) ?? 0);
      return struct(requiredType(schema.model), value as JsonObject | undefined);
    case 'boolean':
      return String(value ?? false);
    case 'integer':
    case 'number':
      return String(value ?? 0);
    default:
      return String(value ?? '');
  }
}

function intOrString(value: number | string): string {
  return typeof value === 'number'
    ? `{Type:(intstr.Type)0 IntVal:(int32)${value} StrVal:(string)}`
    : `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`;
}
