// Writes src/kubernetes/apimachinery/schema/facts.json from the recorded facts beside this repository: the published Go types (v0.35, with
// struct tags and protobuf numbers), brought up to v1.36 by the OpenAPI documents of a real server. How a line reads: schema/README.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const golden = process.argv[2] ?? join(root, '..', 'shared', 'golden');
const output = join(root, 'src', 'kubernetes', 'apimachinery', 'schema', 'facts.json');

/** First word of a short model name → what it stands for; a short name without one of these stands in io.k8s.api. */
const packages = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  quantity: 'io.k8s.apimachinery.pkg.api.resource',
  runtime: 'io.k8s.apimachinery.pkg.runtime',
  intstr: 'io.k8s.apimachinery.pkg.util.intstr',
  version: 'io.k8s.apimachinery.pkg.version',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  metrics: 'io.k8s.metrics.pkg.apis.metrics',
};

function shortName(model) {
  for (const [word, path] of Object.entries(packages))
    if (model.startsWith(`${path}.`)) return word + model.slice(path.length);
  if (!model.startsWith('io.k8s.api.')) throw new Error(`no short name for ${model}`);
  return model.slice('io.k8s.api.'.length);
}

function readTypes() {
  const types = new Map();
  for (const file of readdirSync(join(golden, 'schema')).sort()) {
    if (!file.endsWith('.json') || file === 'kinds.json') continue;
    for (const type of JSON.parse(readFileSync(join(golden, 'schema', file), 'utf8'))) types.set(type.name, type);
  }
  return types;
}

function readOpenApi() {
  const folder = join(golden, 'apiserver', 'discovery', 'openapi.v3');
  const schemas = new Map();
  for (const file of readdirSync(folder).sort()) {
    const bytes = readFileSync(join(folder, file));
    const document = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(name, schema);
  }
  return schemas;
}

const referenced = (schema) => (schema.$ref ?? schema.allOf?.[0]?.$ref)?.replace('#/components/schemas/', '');

/** An OpenAPI property in the recorded facts' form. What Go does with a zero value is not in OpenAPI: optional is taken as omitempty. */
function valueOf(property) {
  const value = {};
  const ref = referenced(property);
  if (ref) value.ref = ref;
  else value.type = property.type;
  for (const key of ['format', 'default', 'enum']) if (property[key] !== undefined) value[key] = property[key];
  if (property.items) value.items = valueOf(property.items);
  if (property.additionalProperties) value.values = valueOf(property.additionalProperties);
  return value;
}

function fieldOf(name, property, required) {
  const field = { json: name, ...valueOf(property) };
  for (const key of Object.keys(property)) if (key.startsWith('x-kubernetes-')) field[key] = property[key];
  if (required) field.required = true;
  else field.omitempty = true;
  if (field.default === undefined && !required && (field.ref || ['string', 'integer', 'boolean'].includes(field.type)))
    field.pointer = true;
  return field;
}

function jsonNames(type, types) {
  return (type.fields ?? []).flatMap((field) =>
    field.inline ? jsonNames(types.get(field.ref), types) : field.json ? [field.json] : [],
  );
}

/** A type that v1.36 serves and v0.35 lacks: from its beta twin where there is one (which knows the protobuf numbers), else from OpenAPI. */
function newType(name, schema, types) {
  const twin = types.get(name.replace('.v1.', '.v1beta1.'));
  if (twin && name.includes('.v1.'))
    return JSON.parse(JSON.stringify(twin).replaceAll('admissionregistration.v1beta1', 'admissionregistration.v1'));
  const path = name.split('.');
  const go = `k8s.io/${path.slice(2, -1).join('/')}.${path.at(-1)}`;
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    fieldOf(key, property, required.includes(key)),
  );
  return {
    name,
    go,
    fields,
    ...(schema['x-kubernetes-map-type'] ? { 'x-kubernetes-map-type': schema['x-kubernetes-map-type'] } : {}),
  };
}

function bringUpToDate(types, openApi, kinds) {
  for (const [name, schema] of openApi) {
    if (!name.startsWith('io.k8s.') || name.endsWith('meta.v1.Patch')) continue;
    const type = types.get(name);
    if (!type) {
      types.set(name, newType(name, schema, types));
      for (const kind of schema['x-kubernetes-group-version-kind'] ?? []) kinds.push({ ...kind, type: name });
      continue;
    }
    if (type.customJSON || type.listOf || !schema.properties) continue;
    const known = jsonNames(type, types);
    type.fields = (type.fields ?? []).filter((field) => !field.json || schema.properties[field.json]);
    const required = schema.required ?? [];
    for (const [key, property] of Object.entries(schema.properties)) {
      if (!known.includes(key)) type.fields.push(fieldOf(key, property, required.includes(key)));
    }
    for (const field of type.fields) {
      if (!field.json) continue;
      delete field.required;
      if (required.includes(field.json)) field.required = true;
    }
  }
}

const text = (value) => JSON.stringify(value).replaceAll(' ', '\\u0020');

function typeText(value) {
  if (value.type === 'array') return `[]${typeText(value.items)}`;
  if (value.type === 'object' && value.values) return `{}${typeText(value.values)}`;
  if (value.ref) return shortName(value.ref);
  if (value.type === undefined && value.oneOf) return 'any';
  const simple = value.type === 'object' ? 'any' : value.type;
  return value.format ? `${simple}:${value.format}` : simple;
}

const innermost = (value) => (value.items ? innermost(value.items) : value.values ? innermost(value.values) : value);

/** The default that the rule gives: a plain (not pointer) string, number, boolean or struct has its zero value, inside lists and maps too. */
function ruledDefault(value, { pointer, omitempty }) {
  if (pointer || value.type === 'array' || value.type === 'object') return undefined;
  if (value.ref)
    return /(Quantity|IntOrString|Time|Duration|RawExtension|FieldsV1|JSON|Verbs|ExtraValue)$/.test(value.ref)
      ? undefined
      : {};
  if (omitempty || value.format === 'byte') return undefined;
  return { string: '', integer: 0, boolean: false, number: 0 }[value.type];
}

function defaultTexts(field) {
  const texts = [];
  const differs = (value, rule) => JSON.stringify(value) !== JSON.stringify(rule);
  if (differs(field.default, ruledDefault(field, field)))
    texts.push(`default=${field.default === undefined ? '' : text(field.default)}`);
  const inner = innermost(field);
  if (inner !== field && differs(inner.default, ruledDefault(inner, {})))
    texts.push(`each=${inner.default === undefined ? '' : text(inner.default)}`);
  return texts;
}

/** The protobuf type that follows from the JSON type. */
function ruledProtobuf(value) {
  if (value.ref) return value.ref;
  if (value.type === 'array') return ruledProtobuf(value.items);
  if (value.type === 'object' && value.values) return `map<string,${ruledProtobuf(value.values)}>`;
  if (value.format === 'byte') return 'bytes';
  return { string: 'string', boolean: 'bool', integer: value.format, number: 'double' }[value.type];
}

function protobufTexts(field) {
  if (!field.pb) return [];
  const { n, type, repeated, name } = field.pb;
  const texts = [`#${n}`];
  if (type !== ruledProtobuf(field)) texts.push(`pb=${type}`);
  if ((repeated ?? false) !== (field.type === 'array')) texts.push(`repeated=${repeated ?? false}`);
  if (name) texts.push(`pbname=${name}`);
  return texts;
}

function fieldText(field) {
  const words = [
    field.inline ? '-' : (field.json ?? ''),
    field.type || field.ref || field.oneOf ? typeText(field) : 'any',
    ...protobufTexts(field),
  ];
  const flags =
    (field.omitempty ? 'o' : '') +
    (field.omitzero ? 'z' : '') +
    (field.pointer ? 'p' : '') +
    (field.required ? 'r' : '');
  if (flags) words.push(flags);
  const values = innermost(field).enum ?? field.enum;
  if (values) words.push(`enum=${text(values)}`);
  if (!field.inline) words.push(...defaultTexts(field));
  if (field['x-kubernetes-list-type']) words.push(`list=${field['x-kubernetes-list-type']}`);
  if (field['x-kubernetes-list-map-keys']) words.push(`keys=${field['x-kubernetes-list-map-keys'].join(',')}`);
  if (field['x-kubernetes-map-type']) words.push(`map=${field['x-kubernetes-map-type']}`);
  if (field['x-kubernetes-patch-strategy']) words.push(`patch=${field['x-kubernetes-patch-strategy']}`);
  if (field['x-kubernetes-patch-merge-key']) words.push(`by=${field['x-kubernetes-patch-merge-key']}`);
  return words.join(' ');
}

/** What stands before the fields: facts of the type itself. */
function typeHead(type) {
  const words = [];
  if (type.customJSON) words.push('custom');
  if (type.listOf) words.push(`listOf=${type.listOf}`);
  if (type.type && type.type !== 'object') words.push(`type=${type.type}`);
  if (type.type === 'object' && type.customJSON) words.push('type=object');
  if (type.format) words.push(`format=${type.format}`);
  if (type.oneOf) words.push(`oneOf=${type.oneOf.join(',')}`);
  if (type['x-kubernetes-map-type']) words.push(`map=${type['x-kubernetes-map-type']}`);
  if (type['x-kubernetes-unions']) words.push(`unions=${text(type['x-kubernetes-unions'])}`);
  const path = type.name.split('.');
  if (type.go.slice(type.go.lastIndexOf('.') + 1) !== path.at(-1)) words.push(`go=${type.go}`);
  return words.join(' ');
}

const types = readTypes();
const kinds = JSON.parse(readFileSync(join(golden, 'schema', 'kinds.json'), 'utf8'));
bringUpToDate(types, readOpenApi(), kinds);

const kindTable = {};
for (const { group, version, kind, type } of kinds) {
  (kindTable[group ? `${group}/${version}` : version] ??= []).push(`${kind}=${shortName(type)}`);
}
const order = (a, b) => (a[0] < b[0] ? -1 : 1);
const line = ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`;
const kindLines = Object.entries(kindTable)
  .sort(order)
  .map(([key, value]) => line([key, value.sort().join(' ')]));
const typeLines = [...types.values()]
  .map((type) => [shortName(type.name), [typeHead(type), ...(type.fields ?? []).map(fieldText)]])
  .sort(order)
  .map(line);
writeFileSync(
  output,
  `{"packages":${JSON.stringify(packages)},\n"kinds":{\n${kindLines.join(',\n')}\n},\n"types":{\n${typeLines.join(',\n')}\n}}\n`,
);
console.log(`${types.size} types, ${kinds.length} kinds → ${output}`);
