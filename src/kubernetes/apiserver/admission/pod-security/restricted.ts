// What the level `restricted` asks for beyond the baseline. Upstream: k8s.io/pod-security-admission/policy.
import { addedBeyond, seccompUnconfined, type Check } from './baseline.ts';
import { containersOf, namesWhere, type Secured } from './subject.ts';
import { named, quoted, setters, sorted } from './texts.ts';

/** From v1.25 on, what Linux alone has is not asked of pods for Windows. */
const isOfWindows = ({ spec }: Secured, minor: number): boolean => minor >= 25 && spec.os?.name === 'windows';
/** From v1.35 on, root of a pod with users of its own is nobody outside. */
const hasOwnUsers = ({ spec }: Secured, minor: number): boolean => minor >= 35 && spec.hostUsers === false;

export const privilegeEscalation: Check = (pod, minor) => {
  if (isOfWindows(pod, minor)) return undefined;
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return [
    'allowPrivilegeEscalation != false',
    `${named('container', bad)} must set securityContext.allowPrivilegeEscalation=false`,
  ];
};

const bindOnly: ReadonlySet<string> = new Set(['NET_BIND_SERVICE']);

export const droppedCapabilities: Check = (pod, minor) => {
  if (isOfWindows(pod, minor)) return undefined;
  const keeping = namesWhere(pod, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const details = [
    keeping.length > 0 ? `${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]` : undefined,
    addedBeyond(pod, bindOnly),
  ].filter((detail) => detail !== undefined);
  return details.length > 0 ? ['unrestricted capabilities', details.join('; ')] : undefined;
};

const allowedVolumes: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

export const volumeTypes: Check = ({ spec }) => {
  const typeOf = (volume: { readonly name: string }): string =>
    Object.entries(volume).find(([member, value]) => member !== 'name' && value !== undefined)?.[0] ?? 'unknown';
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(typeOf));
  const who = named('volume', bad.map(({ name }) => name));
  const what = `restricted volume type${types.length === 1 ? '' : 's'} ${quoted(types)}`;
  return ['restricted volume types', `${who} ${bad.length === 1 ? 'uses' : 'use'} ${what}`];
};

export const nonRoot: Check = (pod, minor) => {
  if (hasOwnUsers(pod, minor)) return undefined;
  const reason = 'runAsNonRoot != true';
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  if (ofPod === false || bad.length > 0)
    return [reason, `${setters(ofPod === false, bad)} must not set securityContext.runAsNonRoot=false`];
  if (ofPod === true) return undefined;
  const silent = namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return [reason, `pod or ${named('container', silent)} must set securityContext.runAsNonRoot=true`];
};

export const nonRootUser: Check = (pod, minor) => {
  if (hasOwnUsers(pod, minor)) return undefined;
  const isPod = pod.spec.securityContext?.runAsUser === 0;
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
  if (!isPod && bad.length === 0) return undefined;
  return ['runAsUser=0', `${setters(isPod, bad)} must not set runAsUser=0`];
};

export const seccompProfile: Check = (pod, minor) => {
  if (isOfWindows(pod, minor)) return undefined;
  const bad = seccompUnconfined(pod, minor);
  if (bad || pod.spec.securityContext?.seccompProfile?.type !== undefined) return bad;
  const silent = containersOf(pod)
    .filter(({ securityContext }) => securityContext?.seccompProfile?.type === undefined)
    .map(({ name }) => name);
  if (silent.length === 0) return undefined;
  const who = `pod or ${named('container', silent)}`;
  return ['seccompProfile', `${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`];
};
