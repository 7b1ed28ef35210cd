// VolumeBinding: a pod goes where its volumes are or can be. Upstream: pkg/scheduler/framework/plugins/volumebinding.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { claimKeys } from '@/kubernetes/api/core/v1/pod/claim-keys.ts';
import { selectedNode } from '@/kubernetes/api/core/v1/persistentvolume/annotations.ts';
import { findMatch, reaches, requestOf } from '@/kubernetes/api/core/v1/persistentvolume/matching.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { isBound, type ClusterVolumes } from '../../cache/volumes.ts';
import {
  refuseForGood,
  type CycleState,
  type PreFilterResult,
  type SchedulerPlugin,
} from '../../framework/framework.ts';
import { volumePlans, type VolumePlan } from '../../framework/volume-plan.ts';

const noVolumes = refuseForGood("node(s) didn't find available persistent volumes to bind");
const otherPlace = refuseForGood("node(s) didn't match PersistentVolume's node affinity");
const lostVolume = refuseForGood('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
const unbound = refuseForGood('pod has unbound immediate PersistentVolumeClaims');

interface Wanted {
  readonly volumes: ClusterVolumes;
  readonly bound: readonly PersistentVolumeClaim[];
  /** Of classes that wait for a node, the smallest first. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

const stateKey = 'VolumeBinding';

function preFilter(state: CycleState, pod: Pod, volumes: ClusterVolumes): PreFilterResult {
  const keys = claimKeys(pod);
  if (keys.length === 0) return { kind: 'skip' };
  const [bound, delayed]: [PersistentVolumeClaim[], PersistentVolumeClaim[]] = [[], []];
  let hasUnbound = false;
  for (const key of keys) {
    const claim = volumes.claim(key);
    const problem = problemOf(key, claim);
    if (problem !== undefined || !claim) return refused(problem ?? '');
    if (isBound(claim)) bound.push(claim);
    else if (isDelayed(claim, volumes.storageClass(claim))) delayed.push(claim);
    else hasUnbound = true;
  }
  if (hasUnbound) return { kind: 'refused', refusal: unbound };
  delayed.sort((a, b) => requestOf(a) - requestOf(b));
  state.write(stateKey, { volumes, bound, delayed } satisfies Wanted);
  return { kind: 'ok' };
}

const refused = (reason: string): PreFilterResult => ({ kind: 'refused', refusal: refuseForGood(reason) });

/** Why a pod cannot be looked at because of a claim. */
function problemOf(key: string, claim: PersistentVolumeClaim | undefined): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  if (!claim) return `persistentvolumeclaim "${name}" not found`;
  if (claim.status.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  return claim.metadata.deletionTimestamp ? `persistentvolumeclaim "${name}" is being deleted` : undefined;
}

const isDelayed = (claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.spec.volumeName;

/** What is to be bound and made if the pod goes to the node; undefined when it cannot be. */
function planFor({ volumes, delayed }: Wanted, node: Node): VolumePlan | undefined {
  const chosen: VolumePlan['bindings'][number][] = [];
  const made: PersistentVolumeClaim[] = [];
  for (const claim of delayed) {
    const place = claim.metadata.annotations?.[selectedNode];
    if (place !== undefined) {
      if (place !== node.metadata.name) return undefined;
      made.push(claim);
      continue;
    }
    const taken = new Set(volumes.promisedToOthers(keyOf(claim)));
    for (const { volume } of chosen) taken.add(volume.metadata.name);
    const volume = findMatch(volumes.candidates(claim), claim, { node, taken });
    if (volume) chosen.push({ claim, volume });
    else if (canMake(volumes.storageClass(claim), node)) made.push(claim);
    else return undefined;
  }
  return { bindings: chosen, provisions: made };
}

function canMake(storageClass: StorageClass | undefined, { metadata }: Node): boolean {
  if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner') return false;
  const terms = storageClass.allowedTopologies ?? [];
  const labels = metadata.labels ?? {};
  return (
    terms.length === 0 ||
    terms.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  );
}

export const plugin: SchedulerPlugin = {
  name: 'VolumeBinding',
  explain:
    'A pod goes where its volumes are; volumes that wait for it are chosen or made where it goes.',
  weight: 0,
  preFilter: (state, pod, snapshot) => preFilter(state, pod, snapshot.volumes),
  filter(state, _pod, { node }) {
    const wanted = state.read<Wanted>(stateKey);
    if (!wanted) return undefined;
    for (const { spec } of wanted.bound) {
      const volume = wanted.volumes.volume(spec.volumeName ?? '');
      if (!volume) return lostVolume;
      if (!reaches(volume, node)) return otherPlace;
    }
    if (wanted.delayed.length === 0) return undefined;
    const plan = planFor(wanted, node);
    if (!plan) return noVolumes;
    volumePlans(state).set(node.metadata.name, plan);
    return undefined;
  },
  events: [
    'NodeAdded',
    'NodeLabelChanged',
    'PersistentVolumeAdded',
    'PersistentVolumeUpdated',
    'PersistentVolumeClaimAdded',
    'PersistentVolumeClaimUpdated',
    'StorageClassAdded',
    'StorageClassUpdated',
  ],
  mayHelp(pod, { claim }) {
    return claim === undefined || claimKeys(pod).includes(keyOf(claim));
  },
};
