// What containers and pods may be allowed to do. Upstream: pkg/apis/core/validation/validation.go (ValidateSecurityContext,
// validatePodSpecSecurityContext).
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isValidUserId } from '@/kubernetes/apimachinery/validation/names.ts';
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
  WindowsSecurityContextOptions,
} from '../types.ts';
import { goShape } from '../go-shape.ts';
import { validateLocalDescendingPath } from './paths.ts';

const validateId = (id: number | undefined, path: string): readonly FieldError[] =>
  id === undefined ? [] : isValidUserId(id).map((problem) => invalid(path, id, problem));

/** A container's context; `hasHostUsers` is false when the pod has users of its own. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hasHostUsers: boolean,
  path: string,
): readonly FieldError[] {
  if (!context) return [];
  const errors = [
    ...validateId(context.runAsUser, child(path, 'runAsUser')),
    ...validateId(context.runAsGroup, child(path, 'runAsGroup')),
  ];
  const { procMount } = context;
  if (procMount !== undefined) {
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.push(notSupported(child(path, 'procMount'), procMount, ['Default', 'Unmasked']));
    }
    if (procMount === 'Unmasked' && hasHostUsers) {
      errors.push(
        invalid(child(path, 'procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'),
      );
    }
  }
  errors.push(...validateSeccomp(context.seccompProfile, child(path, 'seccompProfile')));
  if (context.allowPrivilegeEscalation === false) {
    const shown = (): object => goShape('io.k8s.api.core.v1.SecurityContext', context);
    if (context.privileged)
      errors.push(
        invalid(path, shown(), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
      );
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(
        invalid(
          path,
          shown(),
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      );
    }
  }
  errors.push(...validateWindowsOptions(context.windowsOptions, child(path, 'windowsOptions')));
  errors.push(...validateAppArmor(context.appArmorProfile, child(path, 'appArmorProfile')));
  return errors;
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: SeccompProfile | undefined, path: string): readonly FieldError[] {
  if (!profile) return [];
  const errors: FieldError[] = [];
  const { type, localhostProfile } = profile;
  if (!type) errors.push(required(child(path, 'type'), 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(type)) errors.push(notSupported(child(path, 'type'), type, profileTypes));
  const here = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(required(here, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateLocalDescendingPath(localhostProfile, here));
  } else if (localhostProfile !== undefined) {
    errors.push(invalid(here, localhostProfile, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

const longestAppArmorProfile = 4095;

function validateAppArmor(profile: AppArmorProfile | undefined, path: string): readonly FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const here = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      return [required(here, 'must be set when AppArmor type is Localhost')];
    const errors: FieldError[] = [];
    const trimmed = localhostProfile.trim();
    if (trimmed !== localhostProfile)
      errors.push(invalid(here, localhostProfile, 'must not be padded with whitespace'));
    else if (trimmed === '') errors.push(required(here, 'must be set when AppArmor type is Localhost'));
    if (localhostProfile.length > longestAppArmorProfile) errors.push(tooLong(here, longestAppArmorProfile));
    return errors;
  }
  if (!type) return [required(child(path, 'type'), 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(child(path, 'type'), type, profileTypes)];
  return localhostProfile === undefined
    ? []
    : [invalid(here, localhostProfile, 'can only be set when AppArmor type is Localhost')];
}

function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
): readonly FieldError[] {
  const name = options?.runAsUserName;
  if (name === undefined) return [];
  const here = child(path, 'runAsUserName');
  if (name === '') return [invalid(here, name, 'runAsUserName cannot be an empty string')];
   
  if (/[\x00-\x1f\x7f]/.test(name))
    return [invalid(here, name, 'runAsUserName cannot contain control characters')];
  const parts = name.split('\\');
  if (parts.length > 2) return [invalid(here, name, 'runAsUserName cannot contain more than one backslash')];
  const errors: FieldError[] = [];
  const [domain, user] = parts.length === 2 ? parts : [undefined, parts[0]];
  if (domain !== undefined) {
    if (domain.length >= 256)
      errors.push(invalid(here, name, "runAsUserName's Domain length must be under 256 characters"));
    if (
      !/^[^.\\/:*?"<>|][^\\/:*?"<>|]{0,14}$|^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
        domain,
      )
    ) {
      errors.push(invalid(here, name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format"));
    }
  }
  if (!user) errors.push(invalid(here, name, "runAsUserName's User cannot be empty"));
  else if (user.length > 104)
    errors.push(invalid(here, name, "runAsUserName's User length must not be longer than 104 characters"));
  if (user && /^[. ]+$/.test(user))
    errors.push(invalid(here, name, "runAsUserName's User cannot contain only periods or spaces"));
  if (user && /["/\\:;|=,+*?<>@[\]]/.test(user)) {
    errors.push(
      invalid(here, name, 'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]'),
    );
  }
  return errors;
}

/** The context of the pod as a whole, and the namespaces of the host that it shares. */
export function validatePodSecurityContext(
  context: PodSecurityContext | undefined,
  spec: PodSpec,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  errors.push(...validateId(context?.fsGroup, child(path, 'fsGroup')));
  errors.push(...validateId(context?.runAsUser, child(path, 'runAsUser')));
  errors.push(...validateId(context?.runAsGroup, child(path, 'runAsGroup')));
  context?.supplementalGroups?.forEach((group, at) =>
    errors.push(...validateId(group, index(child(path, 'supplementalGroups'), at))),
  );
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      invalid(
        child(path, 'shareProcessNamespace'),
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  }
  if (!context) return errors;
  errors.push(...validateSysctls(context.sysctls ?? [], spec, child(path, 'sysctls')));
  errors.push(
    ...oneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], child(path, 'fsGroupChangePolicy')),
  );
  errors.push(...validateSeccomp(context.seccompProfile, child(path, 'seccompProfile')));
  errors.push(...validateWindowsOptions(context.windowsOptions, child(path, 'windowsOptions')));
  errors.push(...validateAppArmor(context.appArmorProfile, child(path, 'appArmorProfile')));
  errors.push(
    ...oneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], child(path, 'supplementalGroupsPolicy')),
  );
  errors.push(...oneOf(context.seLinuxChangePolicy, ['Recursive'], child(path, 'seLinuxChangePolicy')));
  return errors;
}

const oneOf = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
): readonly FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

const sysctlPattern = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlName = new RegExp(`^${sysctlPattern}$`);
const ipcSysctls = /^(kernel[./]shm|kernel[./]msg|kernel[./]sem$|fs[./]mqueue[./])/;

function validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  sysctls.forEach(({ name }, at) => {
    const here = child(index(path, at), 'name');
    if (!name) errors.push(required(here));
    else if (name.length > 253 || !sysctlName.test(name)) {
      errors.push(invalid(here, name, `must have at most 253 characters and match regex ^${sysctlPattern}$`));
    } else if (names.has(name)) errors.push(duplicate(here, name));
    if (spec.hostNetwork && /^net[./]/.test(name))
      errors.push(invalid(here, name, "may not be specified when 'hostNetwork' is true"));
    if (spec.hostIPC && ipcSysctls.test(name))
      errors.push(invalid(here, name, "may not be specified when 'hostIPC' is true"));
    names.add(name);
  });
  return errors;
}

const noWindows = 'cannot be set for a windows pod';

/** What a pod must not ask of the operating system it names. */
export function validateOperatingSystem(spec: PodSpec, path: string): readonly FieldError[] {
  const name = spec.os?.name;
  if (!spec.os) return [];
  if (!name) return [required(child(path, 'os', 'name'))];
  if (name !== 'linux' && name !== 'windows')
    return [notSupported(child(path, 'os'), name, ['linux', 'windows'])];
  const errors: FieldError[] = [];
  const containers = [
    ...(spec.containers ?? []).map((one, at) => ({ one, here: index(child(path, 'containers'), at) })),
    ...(spec.initContainers ?? []).map((one, at) => ({
      one,
      here: index(child(path, 'initContainers'), at),
    })),
  ];
  const context = child(path, 'securityContext');
  if (name === 'linux') {
    const message = 'windows options cannot be set for a linux pod';
    if (spec.securityContext?.windowsOptions)
      errors.push(forbidden(child(context, 'windowsOptions'), message));
    for (const { one, here } of containers) {
      if (one.securityContext?.windowsOptions)
        errors.push(forbidden(child(here, 'securityContext', 'windowsOptions'), message));
    }
    return errors;
  }
  const forPod = [
    'appArmorProfile',
    'seLinuxOptions',
    'fsGroup',
    'fsGroupChangePolicy',
    'sysctls',
    'runAsUser',
    'runAsGroup',
    'supplementalGroups',
    'supplementalGroupsPolicy',
    'seccompProfile',
  ] as const;
  for (const field of ['hostPID', 'hostIPC'] as const)
    if (spec[field]) errors.push(forbidden(child(path, field), noWindows));
  if (spec.hostUsers !== undefined) errors.push(forbidden(child(path, 'hostUsers'), noWindows));
  if (spec.shareProcessNamespace) errors.push(forbidden(child(path, 'shareProcessNamespace'), noWindows));
  for (const field of forPod)
    if (spec.securityContext?.[field] !== undefined) errors.push(forbidden(child(context, field), noWindows));
  const forContainer = [
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'capabilities',
    'readOnlyRootFilesystem',
    'privileged',
    'allowPrivilegeEscalation',
    'procMount',
    'runAsUser',
    'runAsGroup',
  ] as const;
  for (const { one, here } of containers) {
    for (const field of forContainer) {
      if (one.securityContext?.[field] !== undefined)
        errors.push(forbidden(child(here, 'securityContext', field), noWindows));
    }
  }
  return errors;
}
