// The schemas of an OpenAPI document: the served kinds, their lists, and all that they refer to. Upstream: kube-openapi/pkg/builder3.
import { schemaOf, type FieldSchema, type TypeSchema, type ValueSchema } from '../../apimachinery/schema/schema.ts';
import { modelOfKind } from '../../apimachinery/schema/schema.ts';
import { subresourceFor } from '../registry/subresources/subresource.ts';
import type { ListedResource } from './served-list.ts';

type Json = Readonly<Record<string, unknown>>;

const meta = (name: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const always = ['DeleteOptions', 'Patch', 'Status', 'WatchEvent'].map(meta);

/** `components.schemas` for the resources of one group and version. */
export function schemasOf(resources: readonly ListedResource[]): Readonly<Record<string, Json>> {
  const found = new Map<string, Json>();
  for (const model of always) collect(model, found);
  for (const resource of resources) {
    const model = modelOfKind(resource.group, resource.version, resource.kind);
    if (model !== undefined) {
      collect(model, found, [gvk(resource.group, resource.version, resource.kind)]);
      collect(`${model}List`, found, [gvk(resource.group, resource.version, `${resource.kind}List`)]);
    }
    for (const subresource of resource.subresources) {
      const kind = subresourceFor(resource.name, subresource)?.kind;
      const submodel = kind && modelOfKind(kind.group, kind.version, kind.kind);
      if (kind && submodel !== undefined) collect(submodel, found, [gvk(kind.group, kind.version, kind.kind)]);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function gvk(group: string, version: string, kind: string): Json {
  return { group, kind, version };
}

function collect(model: string, found: Map<string, Json>, kinds?: readonly Json[]): void {
  if (found.has(model)) return;
  const type = schemaOf(model);
  if (!type) return;
  found.set(model, {});
  found.set(model, {
    ...typeSchema(type, (other) => collect(other, found)),
    ...(kinds ? { 'x-kubernetes-group-version-kind': kinds } : {}),
  });
}

function typeSchema(type: TypeSchema, visit: (model: string) => void): Json {
  const { custom } = type;
  if (custom) {
    return {
      ...(custom.oneOf
        ? { oneOf: custom.oneOf.map((each) => ({ type: each })) }
        : custom.type
          ? { type: custom.type }
          : {}),
      ...(custom.format ? { format: custom.format } : {}),
    };
  }
  const properties = Object.fromEntries(
    type.fields.map((field): [string, Json] => [field.name, fieldSchema(field, visit)]),
  );
  return {
    type: 'object',
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(type.required.length > 0 ? { required: type.required } : {}),
    ...(type.unions ? { 'x-kubernetes-unions': type.unions } : {}),
    ...(type.mapType === 'atomic' ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

function fieldSchema(field: FieldSchema, visit: (model: string) => void): Json {
  const { listType, listMapKeys, mapType, patchStrategy, patchMergeKey } = field;
  return {
    ...valueSchema(field.value, visit),
    ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
    ...(listMapKeys ? { 'x-kubernetes-list-map-keys': listMapKeys } : {}),
    ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
    ...(patchStrategy.length > 0 ? { 'x-kubernetes-patch-strategy': patchStrategy.join(',') } : {}),
    ...(patchMergeKey ? { 'x-kubernetes-patch-merge-key': patchMergeKey } : {}),
  };
}

function valueSchema(value: ValueSchema, visit: (model: string) => void): Json {
  const fallback = value.kind === 'any' || value.default === undefined ? {} : { default: value.default };
  switch (value.kind) {
    case 'ref':
      visit(value.model);
      return { ...fallback, allOf: [{ $ref: `#/components/schemas/${value.model}` }] };
    case 'list':
      return { type: 'array', items: innerSchema(value.items, visit), ...fallback };
    case 'map':
      return { type: 'object', additionalProperties: innerSchema(value.values, visit), ...fallback };
    case 'any':
      return {};
    default:
      return {
        type: value.kind,
        ...(value.format ? { format: value.format } : {}),
        ...(value.enum ? { enum: value.enum } : {}),
        ...fallback,
      };
  }
}

/** What a list or a map holds: without a default of its own. */
function innerSchema(value: ValueSchema, visit: (model: string) => void): Json {
  if (value.kind === 'ref') {
    visit(value.model);
    return { $ref: `#/components/schemas/${value.model}` };
  }
  const { default: _, ...schema } = valueSchema(value, visit);
  return schema;
}
