// Where a container sees the pod's volumes. Upstream: pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices).
import {
  child,
  forbidden,
  index,
  invalid,
  notFound,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import type { Container, Volume, VolumeMount } from '../types.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from './paths.ts';

export function validateVolumeMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const devices = container.volumeDevices ?? [];
  container.volumeMounts?.forEach((mount, at) => {
    const here = index(path, at);
    const { name = '', mountPath = '' } = mount;
    if (!name) errors.push(required(child(here, 'name')));
    if (!volumes.has(name)) errors.push(notFound(child(here, 'name'), name));
    if (!mountPath) errors.push(required(child(here, 'mountPath')));
    if (seen.has(mountPath)) errors.push(invalid(child(here, 'mountPath'), mountPath, 'must be unique'));
    seen.add(mountPath);
    if (devices.some((one) => one.name === name))
      errors.push(invalid(child(here, 'name'), name, 'must not already exist in volumeDevices'));
    if (devices.some((one) => one.devicePath === mountPath)) {
      errors.push(
        invalid(child(here, 'mountPath'), mountPath, 'must not already exist as a path in volumeDevices'),
      );
    }
    errors.push(...validateSubPaths(mount, here, path));
    if (mount.mountPropagation !== undefined)
      errors.push(...validatePropagation(mount.mountPropagation, container, child(path, 'mountPropagation')));
    errors.push(...validateRecursiveReadOnly(mount, child(path, 'recursiveReadOnly')));
  });
  return errors;
}

function validateSubPaths(mount: VolumeMount, here: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { subPath, subPathExpr } = mount;
  if (subPath) errors.push(...validateLocalDescendingPath(subPath, child(path, 'subPath')));
  if (subPathExpr) {
    if (subPath)
      errors.push(
        invalid(child(here, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      );
    errors.push(...validateLocalDescendingPath(subPathExpr, child(path, 'subPathExpr')));
  }
  return errors;
}

function validatePropagation(propagation: string, container: Container, path: string): readonly FieldError[] {
  const supported = ['Bidirectional', 'HostToContainer', 'None'];
  if (!supported.includes(propagation)) return [notSupported(path, propagation, supported)];
  return propagation === 'Bidirectional' && !container.securityContext?.privileged
    ? [forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
}

function validateRecursiveReadOnly(mount: VolumeMount, path: string): readonly FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === 'Disabled') return [];
  if (mode !== 'Enabled' && mode !== 'IfPossible')
    return [notSupported(path, mode, ['Disabled', 'IfPossible', 'Enabled'])];
  const errors: FieldError[] = [];
  if (!mount.readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

export function validateVolumeDevices(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const names = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  container.volumeDevices?.forEach((device, at) => {
    const here = index(path, at);
    const { name = '', devicePath = '' } = device;
    if (!name) errors.push(required(child(here, 'name')));
    if (names.has(name)) errors.push(invalid(child(here, 'name'), name, 'must be unique'));
    const volume = volumes.get(name);
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(
        invalid(
          child(here, 'name'),
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    }
    if (!volume) errors.push(notFound(child(here, 'name'), name));
    if (!devicePath) errors.push(required(child(here, 'devicePath')));
    if (paths.has(devicePath)) errors.push(invalid(child(here, 'devicePath'), devicePath, 'must be unique'));
    if (devicePath) errors.push(...validatePathNoBacksteps(devicePath, child(here, 'devicePath')));
    paths.add(devicePath);
    names.add(name);
    if (mounts.some((one) => one.name === name))
      errors.push(invalid(child(here, 'name'), name, 'must not already exist in volumeMounts'));
    if (mounts.some((one) => one.mountPath === devicePath)) {
      errors.push(
        invalid(child(here, 'devicePath'), devicePath, 'must not already exist as a path in volumeMounts'),
      );
    }
  });
  return errors;
}
