// Which volume a claim gets: the smallest that is large enough and is all that was asked for. Upstream: pkg/volume/util (FindMatchingVolume).
import type { Node } from '../node/types.ts';
import type { PersistentVolume } from './types.ts';
import type { PersistentVolumeClaim } from '../persistentvolumeclaim/types.ts';
import { selectorFromLabelSelector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import { matchesNodeSelectorTerms } from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';

export const classOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';

const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string =>
  spec.volumeMode ?? 'Filesystem';

export const requestOf = ({ spec }: PersistentVolumeClaim): number =>
  quantityToValue(spec.resources?.requests?.storage ?? '0');

const sizeOf = ({ spec }: PersistentVolume): number => quantityToValue(spec.capacity?.storage ?? '0');

const hasModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

/** Whether the volume names this claim as its own: by name while it waits for it, by uid afterwards. */
export function isMeantFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Why a volume that a claim names cannot be its own; undefined when it can. Upstream: checkVolumeSatisfyClaim. */
export function mismatchOf(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (sizeOf(volume) < requestOf(claim)) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/** How a volume is looked for. */
export interface Search {
  /** The claim waits for a pod: only a volume that already names it will do. */
  readonly isDelayed?: boolean;
  /** The node that the claim's pod is to run on. */
  readonly node?: Node;
  /** Volumes that others of the same pod get. */
  readonly taken?: ReadonlySet<string>;
}

export function findMatch(
  volumes: Iterable<PersistentVolume>,
  claim: PersistentVolumeClaim,
  { isDelayed = false, node, taken }: Search = {},
): PersistentVolume | undefined {
  const { selector } = claim.spec;
  const wanted = selector && selectorFromLabelSelector(selector);
  const [request, storageClass, mode] = [requestOf(claim), classOf(claim), modeOf(claim)];
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec } = volume;
    if (metadata.deletionTimestamp || taken?.has(metadata.name) || modeOf(volume) !== mode) continue;
    const size = sizeOf(volume);
    if (isMeantFor(volume, claim)) {
      if (size < request || (node && !reaches(volume, node))) continue;
      return volume;
    }
    if (isDelayed || size < request || spec.claimRef || volume.status.phase !== 'Available') continue;
    if (classOf(volume) !== storageClass || !hasModes(volume, claim)) continue;
    if (wanted && !wanted.matches(metadata.labels ?? {})) continue;
    if (node && !reaches(volume, node)) continue;
    if (!best || isBetter(volume, best)) best = volume;
  }
  return best;
}

/** Fewest access modes first, then smallest, then by name. */
function isBetter(a: PersistentVolume, b: PersistentVolume): boolean {
  const modes = (a.spec.accessModes?.length ?? 0) - (b.spec.accessModes?.length ?? 0);
  const size = sizeOf(a) - sizeOf(b);
  if (modes !== 0) return modes < 0;
  return size === 0 ? a.metadata.name < b.metadata.name : size < 0;
}

/** Whether a volume can be used on a node. */
export function reaches({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return !required || matchesNodeSelectorTerms(node, required);
}
