// Environment variables and where their values come from. Upstream: pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom).
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  child,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isConfigMapKey,
  isDns1123Subdomain,
  isQualifiedName,
  isRelaxedEnvVarName,
} from '@/kubernetes/apimachinery/validation/names.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../types.ts';
import { validateLocalNonReservedPath } from './paths.ts';

const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const envResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateEnv(variables: readonly EnvVar[] | undefined, path: string): readonly FieldError[] {
  return (variables ?? []).flatMap((variable, at) => {
    const here = index(path, at);
    const errors: FieldError[] = [];
    if (!variable.name) errors.push(required(child(here, 'name')));
    else
      errors.push(
        ...isRelaxedEnvVarName(variable.name).map((problem) =>
          invalid(child(here, 'name'), variable.name, problem),
        ),
      );
    if (variable.valueFrom)
      errors.push(...validateSource(variable.valueFrom, variable.value, child(here, 'valueFrom')));
    return errors;
  });
}

function validateSource(
  source: EnvVarSource,
  value: string | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) errors.push(...validateFieldReference(fieldRef, envFieldPaths, child(path, 'fieldRef')));
  if (resourceFieldRef)
    errors.push(
      ...validateResourceReference(resourceFieldRef, envResources, child(path, 'resourceFieldRef'), false),
    );
  if (configMapKeyRef) errors.push(...validateKeyReference(configMapKeyRef, child(path, 'configMapKeyRef')));
  if (secretKeyRef) errors.push(...validateKeyReference(secretKeyRef, child(path, 'secretKeyRef')));
  if (fileKeyRef) errors.push(...validateFileKey(fileKeyRef, child(path, 'fileKeyRef')));
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    (one) => one,
  ).length;
  if (count === 0) {
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function validateKeyReference(
  reference: { readonly name?: string; readonly key: string },
  path: string,
): readonly FieldError[] {
  const name = reference.name ?? '';
  const errors = isDns1123Subdomain(name).map((problem) => invalid(child(path, 'name'), name, problem));
  if (!reference.key) errors.push(required(child(path, 'key')));
  else
    errors.push(
      ...isConfigMapKey(reference.key).map((problem) => invalid(child(path, 'key'), reference.key, problem)),
    );
  return errors;
}

function validateFileKey(reference: FileKeySelector, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!reference.volumeName) errors.push(required(child(path, 'volumeName')));
  if (!reference.key) errors.push(required(child(path, 'key')));
  else
    errors.push(
      ...isRelaxedEnvVarName(reference.key).map((problem) =>
        invalid(child(path, 'key'), reference.key, problem),
      ),
    );
  if (!reference.path) errors.push(required(child(path, 'path')));
  else errors.push(...validateLocalNonReservedPath(reference.path, child(path, 'path')));
  return errors;
}

const podFieldPath =
  /^(metadata\.(name|namespace|uid|annotations|labels)|spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName|hostNetwork)|status\.(phase|hostIP|hostIPs|podIP|podIPs|nominatedNodeName))$/;
const subscripted = /^(.*)\['([^']*)'\]$/;

/** A field of the pod itself; `allowed` are those that make sense here. */
export function validateFieldReference(
  reference: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): readonly FieldError[] {
  const { apiVersion, fieldPath } = reference;
  if (!apiVersion) return [required(child(path, 'apiVersion'))];
  if (!fieldPath) return [required(child(path, 'fieldPath'))];
  const here = child(path, 'fieldPath');
  if (apiVersion !== 'v1')
    return [invalid(here, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`)];
  const found = subscripted.exec(fieldPath);
  if (found) {
    const [, base = '', subscript = ''] = found;
    if (base === 'metadata.annotations')
      return isQualifiedName(subscript.toLowerCase()).map((problem) => invalid(path, subscript, problem));
    if (base === 'metadata.labels')
      return isQualifiedName(subscript).map((problem) => invalid(path, subscript, problem));
    return [invalid(path, base, 'does not support subscript')];
  }
  if (!podFieldPath.test(fieldPath))
    return [invalid(here, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)];
  return allowed.includes(fieldPath) ? [] : [notSupported(here, fieldPath, allowed)];
}

const divisors: Readonly<Record<string, { readonly values: readonly string[]; readonly text: string }>> = {
  cpu: { values: ['1m', '1'], text: "only divisor's values 1m and 1 are supported with the cpu resource" },
  memory: {
    values: ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
    text: "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
  },
  'ephemeral-storage': {
    values: ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
    text: "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource",
  },
};

/** An amount of some container; a volume must say of which. */
export function validateResourceReference(
  reference: ResourceFieldSelector,
  allowed: readonly string[],
  path: string,
  isVolume: boolean,
): readonly FieldError[] {
  const { resource, divisor = '0' } = reference;
  if (isVolume && !reference.containerName) return [required(child(path, 'containerName'))];
  if (!resource) return [required(child(path, 'resource'))];
  const isHugePages = /^(requests|limits)\.hugepages-/.test(resource);
  if (!allowed.includes(resource) && !isHugePages)
    return [notSupported(child(path, 'resource'), resource, allowed)];
  const name = resource.slice(resource.indexOf('.') + 1);
  const rule = divisors[isHugePages ? 'memory' : name];
  const amount = parseQuantity(divisor);
  if (amount.sign === 0 || !rule || rule.values.includes(amount.toString())) return [];
  return [
    invalid(
      child(path, 'divisor'),
      resource,
      isHugePages ? rule.text.replace('memory', 'hugepages') : rule.text,
    ),
  ];
}

export function validateEnvFrom(
  sources: readonly EnvFromSource[] | undefined,
  path: string,
): readonly FieldError[] {
  return (sources ?? []).flatMap((source, at) => {
    const here = index(path, at);
    const errors: FieldError[] = [];
    const { prefix, configMapRef, secretRef } = source;
    if (prefix)
      errors.push(
        ...isRelaxedEnvVarName(prefix).map((problem) => invalid(child(here, 'prefix'), prefix, problem)),
      );
    const named = (reference: { readonly name?: string }, name: string): void => {
      const at = child(here, name, 'name');
      if (!reference.name) errors.push(required(at));
      else
        errors.push(
          ...isDns1123Subdomain(reference.name).map((problem) => invalid(at, reference.name, problem)),
        );
    };
    if (configMapRef) named(configMapRef, 'configMapRef');
    if (secretRef) named(secretRef, 'secretRef');
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
