// VolumeZone: a volume with zone labels is used from its zone only. Upstream: pkg/scheduler/framework/plugins/volumezone.
import { claimKeys } from '@/kubernetes/api/core/v1/pod/claim-keys.ts';
import { refuseForGood, type SchedulerPlugin } from '../../framework/framework.ts';

const otherZone = refuseForGood('node(s) had no available volume zone');
const zoneLabels = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];
const stateKey = 'VolumeZone';

interface Place {
  readonly key: string;
  readonly values: readonly string[];
}

export const plugin: SchedulerPlugin = {
  name: 'VolumeZone',
  explain: 'A volume that belongs to a zone is used by pods of that zone only.',
  weight: 0,
  preFilter(state, pod, { volumes }) {
    const places: Place[] = [];
    for (const claimKey of claimKeys(pod)) {
      const name = volumes.claim(claimKey)?.spec.volumeName;
      const labels = name ? volumes.volume(name)?.metadata.labels : undefined;
      for (const key of zoneLabels) {
        const value = labels?.[key];
        if (value) places.push({ key, values: value.split('__') });
      }
    }
    if (places.length === 0) return { kind: 'skip' };
    state.write(stateKey, places);
    return { kind: 'ok' };
  },
  filter(state, _pod, { node }) {
    const labels = node.metadata.labels ?? {};
    // A cluster of one node without zones has no wrong place.
    if (!zoneLabels.some((key) => labels[key] !== undefined)) return undefined;
    const places = state.read<readonly Place[]>(stateKey) ?? [];
    return places.every(({ key, values }) => values.includes(labels[key] ?? '')) ? undefined : otherZone;
  },
  events: [
    'NodeAdded',
    'NodeLabelChanged',
    'PersistentVolumeAdded',
    'PersistentVolumeUpdated',
    'PersistentVolumeClaimAdded',
    'PersistentVolumeClaimUpdated',
  ],
};
