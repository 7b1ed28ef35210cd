// The paths of an OpenAPI document: every verb of every served resource, with its parameters and bodies. Upstream: apiserver/pkg/endpoints/installer.go.
import type { ListedResource } from './served-list.ts';
import { subresourceFor } from '../registry/subresources/subresource.ts';
import { modelOfKind } from '../../apimachinery/schema/schema.ts';

type Json = Readonly<Record<string, unknown>>;

const parameter = (name: string, type: string, where = 'query'): Json => ({
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});

const listParameters = [
  parameter('allowWatchBookmarks', 'boolean'),
  parameter('continue', 'string'),
  parameter('fieldSelector', 'string'),
  parameter('labelSelector', 'string'),
  parameter('limit', 'integer'),
  parameter('resourceVersion', 'string'),
  parameter('resourceVersionMatch', 'string'),
  parameter('sendInitialEvents', 'boolean'),
  parameter('shardSelector', 'string'),
  parameter('timeoutSeconds', 'integer'),
  parameter('watch', 'boolean'),
];
const writeParameters = [
  parameter('dryRun', 'string'),
  parameter('fieldManager', 'string'),
  parameter('fieldValidation', 'string'),
];
const deleteParameters = [
  parameter('dryRun', 'string'),
  parameter('gracePeriodSeconds', 'integer'),
  parameter('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean'),
  parameter('orphanDependents', 'boolean'),
  parameter('propagationPolicy', 'string'),
];
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
const metaModel = (name: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;

/** The `paths` of the resources of one group and version. */
export function pathsOf(resources: readonly ListedResource[]): Readonly<Record<string, Json>> {
  const paths: Record<string, Json> = {};
  for (const resource of resources) {
    const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
    const isNamespaced = resource.scope === 'Namespaced';
    const collection = `${root}/${isNamespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
    if (isNamespaced && resource.verbs.includes('list')) {
      const { parameters, ...all } = operation(resource, 'list', 'ForAllNamespaces');
      paths[`${root}/${resource.plural}`] = {
        get: all,
        parameters: byName([...(parameters as readonly Json[]), parameter('pretty', 'string')]),
      };
    }
    paths[collection] = { ...collectionOperations(resource), parameters: pathParameters(isNamespaced, false) };
    if (resource.verbs.includes('get'))
      paths[`${collection}/{name}`] = { ...itemOperations(resource), parameters: pathParameters(isNamespaced, true) };
    for (const subresource of resource.subresources) {
      const operations = subresourceOperations(resource, subresource);
      if (operations)
        paths[`${collection}/{name}/${subresource}`] = {
          ...operations,
          parameters: pathParameters(isNamespaced, true),
        };
    }
  }
  return paths;
}

function byName(parameters: readonly Json[]): readonly Json[] {
  return [...parameters].sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
}

function pathParameters(isNamespaced: boolean, isItem: boolean): readonly Json[] {
  return [
    ...(isItem ? [parameter('name', 'string', 'path')] : []),
    ...(isNamespaced ? [parameter('namespace', 'string', 'path')] : []),
    parameter('pretty', 'string'),
  ];
}

function collectionOperations(resource: ListedResource): Json {
  const { verbs } = resource;
  return {
    ...(verbs.includes('list') ? { get: operation(resource, 'list') } : {}),
    ...(verbs.includes('create') ? { post: operation(resource, 'post') } : {}),
    ...(verbs.includes('deletecollection') ? { delete: operation(resource, 'deletecollection', 'Collection') } : {}),
  };
}

function itemOperations(resource: ListedResource): Json {
  const { verbs } = resource;
  return {
    ...(verbs.includes('get') ? { get: operation(resource, 'get') } : {}),
    ...(verbs.includes('update') ? { put: operation(resource, 'put') } : {}),
    ...(verbs.includes('delete') ? { delete: operation(resource, 'delete') } : {}),
    ...(verbs.includes('patch') ? { patch: operation(resource, 'patch') } : {}),
  };
}

const methods: Readonly<Record<string, readonly [string, string]>> = {
  get: ['get', 'get'],
  create: ['post', 'post'],
  update: ['put', 'put'],
  patch: ['patch', 'patch'],
};

function subresourceOperations(resource: ListedResource, subresource: string): Json | undefined {
  const handler = subresourceFor(resource.name, subresource);
  if (!handler) return undefined;
  const of: ListedResource = handler.kind ? { ...resource, ...handler.kind, name: resource.name } : resource;
  const word = subresource.charAt(0).toUpperCase() + subresource.slice(1);
  const operations: Record<string, Json> = {};
  for (const verb of handler.verbs) {
    const method = methods[verb];
    if (method) operations[method[0]] = operation(of, method[1], '', word, resource);
  }
  return operations;
}

const idWords: Readonly<Record<string, string>> = {
  list: 'list',
  post: 'create',
  get: 'read',
  put: 'replace',
  delete: 'delete',
  deletecollection: 'delete',
  patch: 'patch',
};

function operation(
  resource: ListedResource,
  action: string,
  infix = '',
  suffix = '',
  parent: ListedResource = resource,
): Json {
  const { group, version, kind } = resource;
  const short = parent.group === '' ? 'core' : (parent.group.split('.', 1)[0] ?? '');
  const tag = `${short}_${parent.version}`;
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const scope = infix === 'ForAllNamespaces' ? '' : `${infix}${parent.scope === 'Namespaced' ? 'Namespaced' : ''}`;
  const tail = infix === 'ForAllNamespaces' ? infix : '';
  const model = modelOfKind(group, version, kind) ?? '';
  return {
    tags: [tag],
    operationId: `${idWords[action] ?? action}${capital(short)}${capital(parent.version)}${scope}${parent.kind}${suffix}${tail}`,
    ...(parametersOf(action).length > 0 ? { parameters: parametersOf(action) } : {}),
    ...requestBody(action, model),
    responses: responsesOf(action, model),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function parametersOf(action: string): readonly Json[] {
  switch (action) {
    case 'list':
      return listParameters;
    case 'post':
    case 'put':
      return writeParameters;
    case 'patch':
      return [...writeParameters, parameter('force', 'boolean')];
    case 'delete':
      return deleteParameters;
    case 'deletecollection':
      return byName([
        ...listParameters.filter(({ name }) => name !== 'watch' && name !== 'allowWatchBookmarks'),
        ...deleteParameters,
      ]);
    default:
      return [];
  }
}

const reference = (model: string): Json => ({ schema: { $ref: `#/components/schemas/${model}` } });

function requestBody(action: string, model: string): Json {
  if (action === 'post' || action === 'put')
    return { requestBody: { content: { '*/*': reference(model) }, required: true } };
  if (action === 'patch') {
    return {
      requestBody: {
        content: Object.fromEntries(patchTypes.map((type) => [type, reference(metaModel('Patch'))])),
        required: true,
      },
    };
  }
  if (action === 'delete' || action === 'deletecollection')
    return { requestBody: { content: { '*/*': reference(metaModel('DeleteOptions')) } } };
  return {};
}

function responsesOf(action: string, model: string): Json {
  const body =
    action === 'list'
      ? `${model}List`
      : action === 'delete' || action === 'deletecollection'
        ? metaModel('Status')
        : model;
  const types = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
  if (action === 'list')
    types.push('application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch');
  const content = Object.fromEntries(types.sort().map((type) => [type, reference(body)]));
  const codes =
    action === 'post'
      ? ['200', '201', '202']
      : action === 'put' || action === 'patch'
        ? ['200', '201']
        : action === 'delete'
          ? ['200', '202']
          : ['200'];
  return { ...Object.fromEntries(codes.map((code) => [code, { content }])), '401': {} };
}
