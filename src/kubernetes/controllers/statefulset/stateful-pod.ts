// The pods of a StatefulSet: their names, places in the row, claims, and templates. Upstream: pkg/controller/statefulset/stateful_set_utils.go.
import type { StatefulSet, VolumeClaimTemplate } from '@/kubernetes/api/apps/v1/statefulset/types.ts';
import type { Volume } from '@/kubernetes/api/core/v1/podspec/types.ts';
import type { Pod, PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject, NewObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { controllerReference } from '../lib/ownership.ts';

const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';
export const revisionLabel = 'controller-revision-hash';

export interface Claim extends KubeObject {
  readonly spec: object;
}

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const nameOf = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`;

/** The number at the end of a pod's name when the rest is the set's; undefined for a stranger. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const { name } = pod.metadata;
  const at = name.lastIndexOf('-');
  if (name.slice(0, at) !== set.metadata.name || !/^\d+$/.test(name.slice(at + 1))) return undefined;
  return Number(name.slice(at + 1));
}

export const revisionOf = (pod: Pod): string | undefined => pod.metadata.labels?.[revisionLabel];

export const claimName = (template: VolumeClaimTemplate, pod: string): string => `${template.metadata.name}-${pod}`;

/** A pod that is to be made, of the template of one revision. */
export function newPod(set: StatefulSet, template: PodTemplateSpec, ordinal: number, revision: string): NewObject<Pod> {
  const name = nameOf(set, ordinal);
  const { labels, annotations, finalizers } = template.metadata;
  const claims = set.spec.volumeClaimTemplates ?? [];
  const claimed = claims.map(
    (claim) =>
      ({
        name: claim.metadata.name,
        persistentVolumeClaim: { claimName: claimName(claim, name), readOnly: false },
      }) as Volume,
  );
  const own = (template.spec.volumes ?? []).filter((volume) => !claimed.some((one) => one.name === volume.name));
  const volumes = [...claimed, ...own];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      labels: { ...labels, [podNameLabel]: name, [podIndexLabel]: String(ordinal), [revisionLabel]: revision },
      annotations,
      finalizers,
      ownerReferences: [controllerReference(set, 'apps/v1', 'StatefulSet')],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}

/** The pod with the labels that say who it is; the very same when it has them. */
export function withIdentity(pod: Pod, ordinal: number): Pod {
  const { labels, name } = pod.metadata;
  if (labels?.[podNameLabel] === name && labels[podIndexLabel] === String(ordinal)) return pod;
  const next = { ...labels, [podNameLabel]: name, [podIndexLabel]: String(ordinal) };
  return { ...pod, metadata: { ...pod.metadata, labels: next } };
}

/** A claim for one pod; it goes with the set where the set says so. */
export function newClaim(set: StatefulSet, template: VolumeClaimTemplate, pod: string): NewObject<Claim> {
  const { labels, annotations } = template.metadata;
  const isSetOwned = set.spec.persistentVolumeClaimRetentionPolicy.whenDeleted === 'Delete';
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(template, pod),
      labels: { ...labels, ...set.spec.selector.matchLabels },
      annotations,
      ...(isSetOwned ? { ownerReferences: [controllerReference(set, 'apps/v1', 'StatefulSet')] } : {}),
    },
    spec: template.spec,
  };
}
