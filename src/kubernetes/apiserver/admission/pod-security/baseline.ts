// What the level `baseline` forbids: the known ways out of a container. Upstream: k8s.io/pod-security-admission/policy.
import { containersOf, namesWhere, type Secured, type SecuredContainer } from './subject.ts';
import { named, quoted, setters, sorted } from './texts.ts';

/** What a check found: the kind of violation and its details; undefined when all is well. */
export type Finding = readonly [reason: string, detail: string] | undefined;

/** One check, as it was in a minor version. */
export type Check = (pod: Secured, minor: number) => Finding;

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmor: Check = (pod) => {
  const isForbidden = (type: string | undefined): boolean =>
    type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const podType = pod.spec.securityContext?.appArmorProfile?.type;
  const bad = containersOf(pod).filter(({ securityContext }) => isForbidden(securityContext?.appArmorProfile?.type));
  const annotations = Object.entries(pod.metadata?.annotations ?? {}).filter(
    ([key, value]) =>
      key.startsWith(annotationPrefix) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
  );
  const types = [isForbidden(podType) ? podType : undefined, ...bad.map((one) => one.securityContext?.appArmorProfile?.type)];
  const fields = sorted(types.filter((type) => type !== undefined)).map((type) => `"${type}"`);
  const values = [...fields, ...annotations.map(([key, value]) => `"${key}="${value}""`).sort()];
  if (values.length === 0) return undefined;
  const who = [
    setters(isForbidden(podType), bad.map(({ name }) => name)),
    annotations.length === 0 ? '' : annotations.length === 1 ? 'annotation' : 'annotations',
  ].filter((part) => part !== '');
  return [
    `forbidden AppArmor profile${values.length === 1 ? '' : 's'}`,
    `${who.join(' and ')} must not set AppArmor profile type to ${values.join(', ')}`,
  ];
};

const defaultCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** Containers that add what is not allowed, as a detail; undefined for none. */
export function addedBeyond(pod: Secured, allowed: ReadonlySet<string>): string | undefined {
  const added = ({ securityContext }: SecuredContainer): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((one) => !allowed.has(one));
  const bad = namesWhere(pod, (container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const all = quoted(sorted(containersOf(pod).flatMap(added)));
  return `${named('container', bad)} must not include ${all} in securityContext.capabilities.add`;
}

export const capabilities: Check = (pod) => {
  const detail = addedBeyond(pod, defaultCapabilities);
  return detail === undefined ? undefined : ['non-default capabilities', detail];
};

export const hostNamespaces: Check = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]);
  return used.length > 0 ? ['host namespaces', used.map((name) => `${name}=true`).join(', ')] : undefined;
};

export const hostPath: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => 'hostPath' in volume).map(({ name }) => name);
  return bad.length > 0 ? ['hostPath volumes', named('volume', bad)] : undefined;
};

const withVerb = (names: readonly string[]): string => `${named('container', names)} ${names.length === 1 ? 'uses' : 'use'}`;

export const hostPorts: Check = (pod) => {
  const used = ({ ports = [] }: SecuredContainer): readonly string[] =>
    ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const bad = namesWhere(pod, (container) => used(container).length > 0);
  if (bad.length === 0) return undefined;
  const all = sorted(containersOf(pod).flatMap(used));
  return ['hostPort', `${withVerb(bad)} hostPort${all.length === 1 ? '' : 's'} ${all.join(', ')}`];
};

export const probeHosts: Check = (pod, minor) => {
  if (minor < 34) return undefined;
  const used = (container: SecuredContainer): readonly string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    return [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap((handler) =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined && host !== ''),
    ) as readonly string[];
  };
  const bad = namesWhere(pod, (container) => used(container).length > 0);
  if (bad.length === 0) return undefined;
  const all = sorted(containersOf(pod).flatMap(used));
  const what = `probe or lifecycle host${all.length === 1 ? '' : 's'}`;
  return ['probe or lifecycle host', `${withVerb(bad)} ${what} ${quoted(all)}`];
};

export const privilegedContainers: Check = (pod) => {
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return ['privileged', `${named('container', bad)} must not set securityContext.privileged=true`];
};

export const procMount: Check = (pod, minor) => {
  if (minor >= 35 && pod.spec.hostUsers === false) return undefined;
  return anyProcMount(pod, minor);
};

/** The same without mercy for pods with users of their own. */
export const anyProcMount: Check = (pod) => {
  const unusual = ({ securityContext }: SecuredContainer): boolean => (securityContext?.procMount ?? 'Default') !== 'Default';
  const bad = namesWhere(pod, unusual);
  if (bad.length === 0) return undefined;
  const values = sorted(
    containersOf(pod)
      .filter(unusual)
      .map(({ securityContext }) => securityContext?.procMount ?? ''),
  );
  return ['procMount', `${named('container', bad)} must not set securityContext.procMount to ${quoted(values)}`];
};

export const seLinux: Check = (pod, minor) => {
  const allowed = ['', 'container_t', 'container_init_t', 'container_kvm_t', ...(minor >= 31 ? ['container_engine_t'] : [])];
  const podOptions = pod.spec.securityContext?.seLinuxOptions;
  type Options = typeof podOptions;
  const isBadType = (options: Options): boolean => !allowed.includes(options?.type ?? '');
  const isBad = (options: Options): boolean => isBadType(options) || Boolean(options?.user) || Boolean(options?.role);
  const bad = containersOf(pod).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
  const all = [podOptions, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)];
  if (!all.some(isBad)) return undefined;
  const types = sorted(all.filter(isBadType).map((options) => options?.type ?? ''));
  const details = [
    ...(types.length > 0 ? [`type${types.length === 1 ? '' : 's'} ${quoted(types)}`] : []),
    ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
    ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
  ];
  const who = setters(isBad(podOptions), bad.map(({ name }) => name));
  return ['seLinuxOptions', `${who} set forbidden securityContext.seLinuxOptions: ${details.join('; ')}`];
};

/** Who sets a profile that is neither the runtime's own nor a local one. */
export const seccompUnconfined: Check = (pod) => {
  const isBad = (type: string | undefined): boolean => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const podType = pod.spec.securityContext?.seccompProfile?.type;
  const bad = containersOf(pod).filter(({ securityContext }) => isBad(securityContext?.seccompProfile?.type));
  const types = [podType, ...bad.map(({ securityContext }) => securityContext?.seccompProfile?.type)].filter(isBad);
  if (types.length === 0) return undefined;
  const who = setters(isBad(podType), bad.map(({ name }) => name));
  const values = quoted(sorted(types as readonly string[]));
  return ['seccompProfile', `${who} must not set securityContext.seccompProfile.type to ${values}`];
};

/** Settings of the kernel that are a pod's own, with the minor version in which they were found to be. */
const sysctlsSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

export const sysctls: Check = ({ spec }, minor) => {
  const bad = (spec.securityContext?.sysctls ?? [])
    .map(({ name }) => name)
    .filter((name) => (sysctlsSince[name] ?? Infinity) > minor || sysctlsSince[name] === undefined);
  return bad.length > 0 ? ['forbidden sysctls', bad.join(', ')] : undefined;
};

export const hostProcess: Check = (pod) => {
  const isPod = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!isPod && bad.length === 0) return undefined;
  return ['hostProcess', `${setters(isPod, bad)} must not set securityContext.windowsOptions.hostProcess=true`];
};
