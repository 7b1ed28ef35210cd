// Files made from keys, fields and tokens. Upstream: pkg/apis/core/validation/validation.go (validateProjectionSources, validateKeyToPath).
import {
  child,
  forbidden,
  index,
  invalid,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../types.ts';
import { validateFieldReference, validateResourceReference } from './environment.ts';
import { validateLocalNonReservedPath } from './paths.ts';

const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const volumeResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateFileMode(mode: number | undefined, path: string): readonly FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

export function validateKeyToPaths(
  items: readonly KeyToPath[] | undefined,
  path: string,
): readonly FieldError[] {
  return (items ?? []).flatMap((item, at) => {
    const here = index(path, at);
    const errors: FieldError[] = [];
    if (!item.key) errors.push(required(child(here, 'key')));
    if (!item.path) errors.push(required(child(here, 'path')));
    errors.push(...validateLocalNonReservedPath(item.path ?? '', child(here, 'path')));
    errors.push(...validateFileMode(item.mode, child(here, 'mode')));
    return errors;
  });
}

/** Files with fields of the pod; upstream's paths leave out which item it is. */
export function validateDownwardFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  path: string,
): readonly FieldError[] {
  return (items ?? []).flatMap((item) => validateDownwardFile(item, path));
}

function validateDownwardFile(item: DownwardAPIVolumeFile, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!item.path) errors.push(required(child(path, 'path')));
  errors.push(...validateLocalNonReservedPath(item.path ?? '', child(path, 'path')));
  if (item.fieldRef) {
    errors.push(...validateFieldReference(item.fieldRef, volumeFieldPaths, child(path, 'fieldRef')));
    if (item.resourceFieldRef)
      errors.push(
        invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
  } else if (item.resourceFieldRef) {
    errors.push(
      ...validateResourceReference(
        item.resourceFieldRef,
        volumeResources,
        child(path, 'resourceFieldRef'),
        true,
      ),
    );
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  errors.push(...validateFileMode(item.mode, child(path, 'mode')));
  return errors;
}

export function validateProjected(source: ProjectedVolumeSource, path: string): readonly FieldError[] {
  return [
    ...validateFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateSources(source.sources ?? [], path),
  ];
}

function validateSources(sources: readonly VolumeProjection[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const take = (file: string, name: string): void => {
    if (!file) return;
    if (paths.has(file)) errors.push(invalid(path, name, 'conflicting duplicate paths'));
    paths.add(file);
  };
  sources.forEach((source, at) => {
    const here = index(child(path, 'sources'), at);
    const kinds = Object.keys(source).filter((key) => source[key as keyof VolumeProjection] !== undefined);
    kinds
      .slice(1)
      .forEach((kind) =>
        errors.push(forbidden(child(here, kind), 'may not specify more than 1 volume type per source')),
      );
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    const named = secret ?? configMap;
    if (named) {
      const kind = secret ? 'secret' : 'configMap';
      if (!named.name) errors.push(required(child(here, kind, 'name')));
      errors.push(...validateKeyToPaths(named.items, child(here, kind, 'items')));
      for (const item of named.items ?? []) take(item.path, named.name ?? '');
    } else if (downwardAPI) {
      errors.push(...validateDownwardFiles(downwardAPI.items, child(here, 'downwardAPI')));
      for (const item of downwardAPI.items ?? []) take(item.path, item.path);
    } else if (serviceAccountToken) {
      errors.push(...validateToken(serviceAccountToken, child(here, 'serviceAccountToken')));
      if (!serviceAccountToken.path) errors.push(required(child(path, 'path')));
      else errors.push(...validateLocalNonReservedPath(serviceAccountToken.path, child(path, 'path')));
      take(serviceAccountToken.path, serviceAccountToken.path);
    }
  });
  return errors;
}

function validateToken(
  { expirationSeconds }: ServiceAccountTokenProjection,
  path: string,
): readonly FieldError[] {
  if (expirationSeconds === undefined) return [];
  const here = child(path, 'expirationSeconds');
  if (expirationSeconds < 600)
    return [invalid(here, expirationSeconds, 'may not specify a duration less than 10 minutes')];
  return expirationSeconds > 2 ** 32
    ? [invalid(here, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
    : [];
}
