// The environment of a container: its own variables, those from ConfigMaps and Secrets, and the Services'.
// Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables).
import type { Task } from '@/simulation/process/task.ts';
import { fromBase64 } from '@/base/base64.ts';
import { utf8Text } from '@/base/utf8.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { Container, EnvFromSource, EnvVarSource, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Secret } from '@/kubernetes/api/core/v1/secret/types.ts';
import { ObjectUnavailable, type WatchedObjects } from '../volumes/watched-objects.ts';
import { fieldValue, resourceValue, type DownwardFacts } from './downward-api.ts';
import { expand } from './expansion.ts';
import type { Variable } from './service-variables.ts';

/** The environment cannot be made: waiting reason CreateContainerConfigError. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** Where values come from. */
export interface EnvironmentSources {
  readonly configMaps: WatchedObjects<ConfigMap>;
  readonly secrets: WatchedObjects<Secret>;
  readonly services: readonly Variable[];
  readonly facts: DownwardFacts;
}

/** The text behind base64 bytes, as Secrets hold them. */
export function textOfBase64(data: string): string {
  return utf8Text(fromBase64(data));
}

/** Variables in order. A container without any of its own shares the list of the Services'. */
export function* environmentOf(pod: Pod, container: Container, sources: EnvironmentSources): Task<readonly Variable[]> {
  if (!container.envFrom?.length && !container.env?.length) return sources.services;
  const values = new Map<string, string>();
  for (const source of container.envFrom ?? []) yield* addAll(pod, source, sources, values);
  const services = new Map(sources.services.map(({ name, value }) => [name, value]));
  const own: Map<string, string> = values;
  for (const { name, value, valueFrom } of container.env ?? []) {
    const resolved = valueFrom
      ? yield* valueOf(pod, container, valueFrom, sources)
      : expand(value ?? '', (other) => own.get(other) ?? services.get(other));
    if (resolved !== undefined) own.set(name, resolved);
  }
  const variables: Variable[] = [];
  for (const [name, value] of own) variables.push({ name, value });
  for (const variable of sources.services) if (!own.has(variable.name)) variables.push(variable);
  return variables;
}

function* addAll(pod: Pod, source: EnvFromSource, sources: EnvironmentSources, into: Map<string, string>): Task<void> {
  const reference = source.configMapRef ?? source.secretRef;
  if (reference === undefined) return;
  const { namespace = '', uid } = pod.metadata;
  const prefix = source.prefix ?? '';
  try {
    if (source.configMapRef) {
      const { data = {} } = yield* sources.configMaps.get(uid, namespace, reference.name ?? '');
      for (const key of Object.keys(data).sort()) into.set(prefix + key, data[key] ?? '');
    } else {
      const { data = {} } = yield* sources.secrets.get(uid, namespace, reference.name ?? '');
      for (const key of Object.keys(data).sort()) into.set(prefix + key, textOfBase64(data[key] ?? ''));
    }
  } catch (error) {
    if (!(error instanceof ObjectUnavailable)) throw error;
    if (!error.isMissing || !reference.optional) throw new EnvironmentError(error.message);
  }
}

function* valueOf(pod: Pod, container: Container, from: EnvVarSource, sources: EnvironmentSources): Task<string | undefined> {
  const { namespace = '', uid } = pod.metadata;
  if (from.fieldRef) {
    const value = fieldValue(pod, from.fieldRef.fieldPath, sources.facts);
    if (value === undefined) throw new EnvironmentError(`unsupported fieldPath: ${from.fieldRef.fieldPath}`);
    return value;
  }
  if (from.resourceFieldRef) {
    const { containerName } = from.resourceFieldRef;
    const other = containerName ? [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === containerName) : container;
    if (other === undefined) throw new EnvironmentError(`container ${containerName} not found`);
    return resourceValue(other, from.resourceFieldRef, sources.facts);
  }
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (reference === undefined) return undefined;
  const { key, name = '', optional } = reference;
  const kind = from.configMapKeyRef ? 'ConfigMap' : 'Secret';
  try {
    const object = from.configMapKeyRef
      ? yield* sources.configMaps.get(uid, namespace, name)
      : yield* sources.secrets.get(uid, namespace, name);
    const value = object.data?.[key];
    if (value !== undefined) return kind === 'Secret' ? textOfBase64(value) : value;
  } catch (error) {
    if (!(error instanceof ObjectUnavailable)) throw error;
    if (error.isMissing && optional) return undefined;
    throw new EnvironmentError(error.message);
  }
  if (optional) return undefined;
  throw new EnvironmentError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
}
