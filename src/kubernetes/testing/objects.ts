// Objects for tests: the least that the API server accepts, with what the test is about on top.
import type { KubeObject, NewObject } from '../apimachinery/meta/meta.ts';
import type { ConfigMap } from '../api/core/v1/configmap/types.ts';
import type { Pod } from '../api/core/v1/pod/types.ts';
import type { PodSpec } from '../api/core/v1/podspec/types.ts';
import type { Service } from '../api/core/v1/service/types.ts';

type Metadata = Partial<KubeObject['metadata']>;

/** A pod of one container; `spec` adds to it. */
export function pod(name: string, spec: Partial<PodSpec> = {}, metadata: Metadata = {}): NewObject<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [{ name: 'app', image: 'nginx:1.27' }], ...spec },
  } as NewObject<Pod>;
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>> = {},
  metadata: Metadata = {},
): NewObject<ConfigMap> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

/** A Service on port 80; `spec` as its author would write it, before the server fills it in. */
export function service(name: string, spec: object = {}): NewObject<Service> {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...spec },
  } as unknown as NewObject<Service>;
}
