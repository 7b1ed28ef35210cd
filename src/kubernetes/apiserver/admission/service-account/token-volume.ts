// The volume with a service account's token, and its mounts. Upstream: plugin/pkg/admission/serviceaccount/admission.go (TokenVolumeSource).
import type { Container } from '../../../api/core/v1/podspec/container-types.ts';
import type { PodSpec } from '../../../api/core/v1/podspec/types.ts';
import type { Volume } from '../../../api/core/v1/podspec/volume-types.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';

const projected: NonNullable<Volume['projected']> = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ],
  defaultMode: 420,
};

/** The spec with the token mounted in every container that has nothing mounted there yet. */
export function withToken(spec: PodSpec, name: string): PodSpec {
  const present = spec.volumes?.find((volume) => volume.name.startsWith(volumePrefix));
  const mount = { name: present?.name ?? name, readOnly: true, mountPath };
  let isNeeded = false;
  const mounted = (containers: readonly Container[]): readonly Container[] =>
    containers.map((container) => {
      if (container.volumeMounts?.some((one) => one.mountPath === mountPath)) return container;
      isNeeded = true;
      return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
    });
  const containers = mounted(spec.containers);
  const initContainers = spec.initContainers && mounted(spec.initContainers);
  if (!isNeeded) return spec;
  const volumes = present ? spec.volumes : [...(spec.volumes ?? []), { name, projected }];
  return { ...spec, containers, ...(initContainers ? { initContainers } : {}), ...(volumes ? { volumes } : {}) };
}
