// The files of volumes that are made from API objects. Upstream: pkg/volume/{configmap,secret,projected,downwardapi}.
import type { Task } from '@/simulation/process/task.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume, VolumeProjection } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Secret } from '@/kubernetes/api/core/v1/secret/types.ts';
import { fieldValue, resourceValue, type DownwardFacts } from '../containers/downward-api.ts';
import { textOfBase64 } from '../containers/environment.ts';
import type { PayloadFile } from './payload-tree.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import { ObjectUnavailable, type WatchedObjects } from './watched-objects.ts';

/** Where files come from. */
export interface PayloadSources {
  readonly configMaps: WatchedObjects<ConfigMap>;
  readonly secrets: WatchedObjects<Secret>;
  readonly tokens: ServiceAccountTokens;
  readonly facts: DownwardFacts;
}

/** A volume that cannot be set up; the message is what upstream puts into the FailedMount event. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

interface KeyedSource {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

const texts = new WeakMap<ConfigMap | Secret, Readonly<Record<string, string>>>();

/** All keys of the object as text, decoded once per version of it. */
function textsOf(object: ConfigMap | Secret, isSecret: boolean): Readonly<Record<string, string>> {
  let known = texts.get(object);
  if (known === undefined) {
    const encoded = isSecret ? object.data : (object as ConfigMap).binaryData;
    const decoded = Object.fromEntries(Object.entries(encoded ?? {}).map(([key, value]) => [key, textOfBase64(value)]));
    known = isSecret ? decoded : { ...object.data, ...decoded };
    texts.set(object, known);
  }
  return known;
}

function* keyed(pod: Pod, source: KeyedSource, kind: 'ConfigMap' | 'Secret', sources: PayloadSources, mode: number): Task<PayloadFile[]> {
  const { namespace = '', uid } = pod.metadata;
  const name = source.name ?? '';
  let data: Readonly<Record<string, string>> = {};
  try {
    const object = kind === 'Secret' ? yield* sources.secrets.get(uid, namespace, name) : yield* sources.configMaps.get(uid, namespace, name);
    data = textsOf(object, kind === 'Secret');
  } catch (error) {
    if (!(error instanceof ObjectUnavailable)) throw error;
    if (!error.isMissing || !source.optional) throw new VolumeError(error.message);
  }
  if (source.items === undefined) {
    return Object.keys(data).sort().map((key) => ({ path: key, content: data[key] ?? '', mode }));
  }
  const files: PayloadFile[] = [];
  for (const item of source.items) {
    const content = data[item.key];
    if (content !== undefined) files.push({ path: item.path, content, mode: item.mode ?? mode });
    else if (!source.optional) {
      throw new VolumeError(kind === 'Secret' ? `references non-existent secret key: ${item.key}` : `configmap references non-existent config key: ${item.key}`);
    }
  }
  return files;
}

function downward(pod: Pod, items: readonly DownwardAPIVolumeFile[], sources: PayloadSources, mode: number): PayloadFile[] {
  return items.map((item) => {
    let content: string | undefined = '';
    if (item.fieldRef) content = fieldValue(pod, item.fieldRef.fieldPath, sources.facts);
    else if (item.resourceFieldRef) {
      const { resourceFieldRef } = item;
      const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === resourceFieldRef.containerName);
      content = container && resourceValue(container, resourceFieldRef, sources.facts);
    }
    return { path: item.path, content: content ?? '', mode: item.mode ?? mode };
  });
}

function* projection(pod: Pod, source: VolumeProjection, sources: PayloadSources, mode: number): Task<PayloadFile[]> {
  if (source.configMap) return yield* keyed(pod, source.configMap, 'ConfigMap', sources, mode);
  if (source.secret) return yield* keyed(pod, source.secret, 'Secret', sources, mode);
  if (source.downwardAPI) return downward(pod, source.downwardAPI.items ?? [], sources, mode);
  if (source.serviceAccountToken) {
    const content = yield* sources.tokens.get(pod, source.serviceAccountToken);
    return [{ path: source.serviceAccountToken.path, content, mode: 0o600 }];
  }
  throw new VolumeError(`volume projection is not modelled: ${Object.keys(source).join(', ')}`);
}

const defaultMode = 0o644;

/** Whether a volume's files come from the API. */
export function isPayloadVolume(volume: Volume): boolean {
  return Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI);
}

/** The files of such a volume, as they are to be now. Throws {@link VolumeError}, or what the API server says. */
export function* payloadOf(pod: Pod, volume: Volume, sources: PayloadSources): Task<readonly PayloadFile[]> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return yield* keyed(pod, configMap, 'ConfigMap', sources, configMap.defaultMode ?? defaultMode);
  if (secret) {
    const source = { name: secret.secretName, items: secret.items, optional: secret.optional };
    return yield* keyed(pod, source, 'Secret', sources, secret.defaultMode ?? defaultMode);
  }
  if (downwardAPI) return downward(pod, downwardAPI.items ?? [], sources, downwardAPI.defaultMode ?? defaultMode);
  const files: PayloadFile[] = [];
  for (const source of projected?.sources ?? []) files.push(...(yield* projection(pod, source, sources, projected?.defaultMode ?? defaultMode)));
  return files.slice();
}
